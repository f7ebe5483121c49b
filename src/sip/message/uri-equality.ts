import { type Params, paramOf } from './param.js';
import { bareHost, type SipUri } from './uri.js';

/** URI parameters that must be in both or in neither (RFC 3261 §19.1.4). */
const DECISIVE = ['user', 'ttl', 'method', 'maddr', 'transport'];

/**
 * Whether two URIs are the same resource (RFC 3261 §19.1.4, RFC 5954 §4.2 for IPv6, RFC 3966 §4 for tel). Not transitive,
 * by the RFC's own words. Escapes of reserved characters count as the characters.
 */
export function sameUri(a: SipUri, b: SipUri): boolean {
  if (a.scheme !== b.scheme) return false;
  if (a.scheme === 'tel') return sameNumber(a, b);
  return (
    a.user === b.user &&
    a.password === b.password &&
    sameHost(a.host, b.host) &&
    a.port === b.port &&
    agree(a.params, b.params) &&
    agree(b.params, a.params) &&
    sameHeaders(a.headers, b.headers)
  );
}

/** Host names without regard to case, addresses by value: `[2001:DB8:0::1]` is `[2001:db8::1]`. */
export function sameHost(a: string, b: string): boolean {
  const left = a.toLowerCase();
  const right = b.toLowerCase();
  if (left === right) return true;
  if (!left.includes(':') || !right.includes(':')) return false;
  const groups = ipv6Groups(bareHost(left));
  return groups !== null && groups === ipv6Groups(bareHost(right));
}

/** The eight groups in full, without leading zeros; null if it is no IPv6 address. */
function ipv6Groups(address: string): string | null {
  const dotted = /^(.*:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  let text = address;
  if (dotted !== null) {
    const [a = 0, b = 0, c = 0, d = 0] = dotted.slice(2).map(Number);
    text = `${dotted[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  }
  const [head = '', tail, ...more] = text.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - before.length - after.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return null;
  const groups = [...before, ...new Array<string>(missing).fill('0'), ...after];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return null;
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}

/** Parameters in both are equal; one that only `a` has is not decisive. Of a name that is repeated the first counts. */
function agree(a: Params, b: Params): boolean {
  return a.every(({ name }) => {
    const value = paramOf(a, name);
    const other = paramOf(b, name);
    if (other === undefined) return !DECISIVE.includes(name);
    return name === 'method' ? value === other : (value ?? '').toLowerCase() === (other ?? '').toLowerCase();
  });
}

/** The same header components in any order; none may be missing. */
function sameHeaders(a: Params, b: Params): boolean {
  if (a.length === 0 && b.length === 0) return true;
  const sorted = (headers: Params) => headers.map(({ name, value }) => `${name.toLowerCase()}=${value ?? ''}`).sort();
  const left = sorted(a);
  const right = sorted(b);
  return left.length === right.length && left.every((header, index) => header === right[index]);
}

/** RFC 3966 §4: visual separators and the order of parameters do not count, every parameter does. */
function sameNumber(a: SipUri, b: SipUri): boolean {
  const digits = (uri: SipUri) => (uri.user ?? '').replace(/[-.()]/g, '').toLowerCase();
  return digits(a) === digits(b) && sameHeaders(lowerCased(a.params), lowerCased(b.params));
}

function lowerCased(params: Params): Params {
  return params.map(({ name, value }) => ({ name, value: value === null ? null : value.toLowerCase() }));
}
