import { BlockList, isIP } from 'node:net';
import type { Trunk } from '../core/dial-plan.js';
import type { Device, Domain, User } from '../core/domain.js';

/** A device and whose it is. */
export type Listed = { readonly domain: Domain; readonly user: User; readonly device: Device };

/** A trunk and whose it is. */
export type ListedTrunk = { readonly domain: Domain; readonly trunk: Trunk };

/** No device id begins so. */
const TRUNK = 'trunk:';

/** The identity of calls from a trunk: `trunk:carrier@acme.example`. */
export function trunkIdentity({ domain, trunk }: ListedTrunk): string {
  return `${TRUNK}${trunk.name}@${domain.name}`;
}

/** Index of one configuration: which domain a host name means, and which device a name. A reload makes a new one. */
export class DomainDirectory {
  readonly #byHost = new Map<string, Domain>();
  readonly #devices = new Map<Domain, Map<string, Listed>>();
  readonly #trunks: { readonly listed: ListedTrunk; readonly sources: BlockList }[] = [];
  readonly #default: Domain | null;

  /** `defaultDomain`: the name of the one that is meant by an address of this server; null: the only one, if there is only one. */
  constructor(domains: readonly Domain[], defaultDomain: string | null) {
    for (const domain of domains) {
      for (const alias of domain.aliases) this.#byHost.set(hostKey(alias), domain);
      const devices = new Map<string, Listed>();
      for (const user of domain.users.values()) {
        for (const device of user.devices) devices.set(device.id, { domain, user, device });
      }
      this.#devices.set(domain, devices);
      for (const trunk of domain.trunks.values()) {
        if (trunk.enabled) this.#trunks.push({ listed: { domain, trunk }, sources: sourcesOf(trunk) });
      }
    }
    for (const domain of domains) this.#byHost.set(hostKey(domain.name), domain); // a name wins over an alias
    const [only = null] = domains;
    this.#default =
      defaultDomain === null
        ? domains.length === 1
          ? only
          : null
        : (this.#byHost.get(hostKey(defaultDomain)) ?? null);
  }

  /** By its name or an alias; null if no domain has that one. */
  named(host: string): Domain | null {
    return this.#byHost.get(hostKey(host)) ?? null;
  }

  /** By name or alias, and the default domain for a numeric address or `localhost`. */
  domainOf(host: string): Domain | null {
    return this.named(host) ?? (isAddress(host) ? this.#default : null);
  }

  /**
   * Whose numbers a request dials in: those of the caller's domain, if the Request-URI's host is that domain or an address
   * of this server (RFC 3261 §8.2.2.1); null: it is for somebody else. `identity` null: nobody of ours calls. A carrier
   * calls the domain of its trunk, by whatever name or address it knows us.
   */
  called(identity: string | null, host: string): Domain | null {
    if (identity === null) return this.domainOf(host);
    if (identity.startsWith(TRUNK)) return this.named(identity.slice(identity.lastIndexOf('@') + 1));
    const own = this.identified(identity)?.domain ?? null;
    return isAddress(host) || host === '' || this.named(host) === own ? own : null;
  }

  device(domain: Domain, id: string): Listed | null {
    return this.#devices.get(domain)?.get(id) ?? null;
  }

  /** The trunks whose calls come from this flow's address, in the order of the configuration. */
  trunksAt(flow: string): readonly ListedTrunk[] {
    if (this.#trunks.length === 0) return [];
    const address = addressOf(flow);
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    return this.#trunks.flatMap(({ listed, sources }) => (sources.check(address, family) ? [listed] : []));
  }

  /** Who an identity of the admission (`202wp@acme.example`) is; null if the configuration has no such device any more. */
  identified(identity: string): Listed | null {
    const at = identity.lastIndexOf('@');
    const domain = this.named(identity.slice(at + 1));
    return domain === null || at < 0 ? null : this.device(domain, identity.slice(0, at));
  }
}

function sourcesOf({ sources }: Trunk): BlockList {
  const list = new BlockList();
  for (const source of sources) {
    const [address = '', bits] = source.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** `udp/192.0.2.1:5060`, `tcp/[2001:db8::1]:40123#17` → the address. */
function addressOf(flow: string): string {
  const at = flow.slice(flow.indexOf('/') + 1);
  return at.startsWith('[') ? at.slice(1, at.indexOf(']')) : at.slice(0, at.lastIndexOf(':'));
}

/** Host names compare without case; a dot at the end and the brackets of an IPv6 address say nothing. */
function hostKey(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
}

/** A numeric address (IPv6 with or without brackets) or `localhost`, which a phone that knows no domain name puts in its URIs. */
export function isAddress(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || host.toLowerCase() === 'localhost';
}
