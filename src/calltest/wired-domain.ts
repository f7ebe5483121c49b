import type { Binding } from '../core/binding.js';
import type { Trunk } from '../core/dial-plan.js';
import type { Domain } from '../core/domain.js';
import type { WireAddress } from './wire.js';

/**
 * A domain whose phones and carriers stand on the wire: each device and each trunk has an address there, whatever host
 * the trunk is configured with. Made once for a snapshot.
 */
export type WiredDomain = {
  readonly domain: Domain;
  readonly devices: ReadonlyMap<string, WireAddress>;
  readonly deviceAt: ReadonlyMap<WireAddress, string>;
  readonly trunks: ReadonlyMap<string, WireAddress>;
  readonly trunkAt: ReadonlyMap<WireAddress, string>;
};

/** A number of the exchange that answers and stays, for phones that are to be in a call; nobody can dial it by keys. */
export const BUSY_LINE = '*busy-line';

const PORT = 5060;

export function wiredDomain(configured: Domain): WiredDomain {
  const ids = [...configured.users.values()].flatMap((user) => user.devices.map(({ id }) => id));
  const devices = new Map(ids.map((id, index) => [id, `10.${dotted(index + 1)}:${PORT}`]));
  const names = [...configured.trunks.keys()];
  const hosts = new Map(names.map((name, index) => [name, `198.${18 + (index >> 16)}.${dotted(index, 2)}`])); // RFC 2544
  const wired = [...configured.trunks].map(([name, trunk]) => [name, onWire(trunk, hosts.get(name) ?? '')] as const);
  const trunks = new Map([...hosts].map(([name, host]) => [name, `${host}:${PORT}`]));
  const services = new Map([...configured.services, [BUSY_LINE, 'echo']] as const);
  return {
    domain: { ...configured, services, trunks: new Map(wired) },
    devices,
    deviceAt: inverse(devices),
    trunks,
    trunkAt: inverse(trunks),
  };
}

/** Registered since `from` until `until`, in epoch milliseconds. */
export function bindingOf(device: string, { domain, devices }: WiredDomain, from: number, until: number): Binding {
  const address = devices.get(device) ?? '';
  return {
    domain: domain.name,
    device,
    uri: `sip:${device}@${address}`,
    flow: `udp/${address}`,
    q: 1,
    callId: device,
    cseq: 1,
    registeredAt: from,
    expiresAt: until,
    instance: null,
    regId: null,
    userAgent: '',
    path: [],
  };
}

function onWire(trunk: Trunk, host: string): Trunk {
  return { ...trunk, host, port: null, transport: null, sources: [host] };
}

/** The lowest `bytes` bytes of a number as of an address: `0.1.44`. */
function dotted(number: number, bytes = 3): string {
  return Array.from({ length: bytes }, (_, i) => (number >> (8 * (bytes - 1 - i))) & 255).join('.');
}

function inverse<Key, Value>(map: ReadonlyMap<Key, Value>): Map<Value, Key> {
  return new Map([...map].map(([key, value]) => [value, key]));
}
