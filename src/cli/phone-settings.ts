import { isIP } from 'node:net';
import type { Config, Listener } from '../config/config.js';
import type { Domain, Service } from '../core/domain.js';
import { bold, columns, dim, type Terminal } from './terminal.js';

/** More phones than these are a matter for the configuration, not for a screen. */
const SHOWN_PHONES = 12;

const SERVICES: Readonly<Record<Service, string>> = {
  echo: 'echo test: you hear yourself',
  milliwatt: 'test tone of 1004 Hz',
  clock: 'the time',
};

/**
 * What to type into a phone and what to dial, as it is shown at the start. `listeners` is where SIP is awaited,
 * `ownAddress` where a listener on all addresses is reached. Passwords that the configuration gives are not shown.
 */
export function phoneSettings(
  config: Config,
  listeners: readonly Listener[],
  ownAddress: (family: 4 | 6) => string,
  terminal: Terminal,
): string {
  const blocks = [...config.domains.values()].map((domain) => {
    const isDefault = domain.name === config.server.defaultDomain;
    return [
      `${bold(domain.name, terminal)} is ready. Set a phone to\n`,
      columns(serverRows(config, listeners, domain, isDefault, ownAddress), '  '),
      columns(phoneRows(config, domain, terminal), '  '),
      'and dial\n',
      columns(dialRows(domain), '  '),
    ].join('\n');
  });
  return `\n${blocks.join('\n')}\n`;
}

function serverRows(
  { server }: Config,
  listeners: readonly Listener[],
  domain: Domain,
  isDefault: boolean,
  ownAddress: (family: 4 | 6) => string,
): string[][] {
  const ways = new Map<string, string[]>();
  for (const listener of listeners) {
    const way = `${server.advertised ?? reachable(listener, ownAddress)}, port ${listener.port}`;
    ways.set(way, [...(ways.get(way) ?? []), listener.transport.toUpperCase()]);
  }
  const rows = [...ways].map(([way, transports], index) => {
    const label = isDefault ? 'server' : 'outbound proxy';
    return [index === 0 ? label : 'or', `${way}, ${transports.join(' or ')}`];
  });
  if (rows.length === 0) rows.push(['server', 'the drachtio-server, which is not up yet']);
  return isDefault ? rows : [['domain', domain.name], ...rows];
}

function reachable({ address }: Listener, ownAddress: (family: 4 | 6) => string): string {
  if (address === '0.0.0.0') return ownAddress(4);
  if (address === '::') return ownAddress(6);
  return isIP(address) === 6 ? `[${address}]` : address;
}

function phoneRows({ madeUpPasswords }: Config, domain: Domain, terminal: Terminal): string[][] {
  const phones = [...domain.users.values()].flatMap(({ extension, name, devices }) =>
    devices.map(({ id, password }) => {
      const shown = madeUpPasswords.has(`${id}@${domain.name}`) ? password : '(as configured)';
      return [id, shown, name === extension ? '' : name];
    }),
  );
  const rest = phones.length - SHOWN_PHONES;
  const more = rest > 0 ? [[dim(`and ${rest} more`, terminal)]] : [];
  return [['user', 'password', ''], ...phones.slice(0, SHOWN_PHONES), ...more];
}

function dialRows({ users, services }: Domain): string[][] {
  const extensions = [...users.values()].slice(0, SHOWN_PHONES).map((user) => {
    const unanswered = user.voicemail === null ? '' : ', then voicemail';
    return [user.extension, `${user.name === user.extension ? 'the phone' : user.name}${unanswered}`];
  });
  return [...extensions, ...[...services].map(([number, service]) => [number, SERVICES[service]])];
}
