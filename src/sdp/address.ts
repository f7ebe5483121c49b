/** 0.0.0.0 or `::`. */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || /^[0:]*::?[0:]*$/.test(address);
}

/** The literal address to send to, without the TTL of RFC 8866 §5.7; null for host names, multicast, broadcast and unspecified. */
export function unicastAddress(written: string): string | null {
  const address = written.split('/')[0] ?? '';
  const version = ipVersion(address);
  if (version === null || isUnspecified(address)) return null;
  if (version === 6) return /^ff/i.test(address) ? null : address;
  return Number(address.split('.')[0]) >= 224 ? null : address;
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** 4 or 6 for a literal address (IPv6 without brackets or zone), null for anything else. */
export function ipVersion(address: string): 4 | 6 | null {
  if (IPV4.test(address)) return 4;
  return isIpv6(address) ? 6 : null;
}

function isIpv6(address: string): boolean {
  if (!address.includes(':') || !/^[0-9a-f:.]+$/i.test(address)) return false;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [at, half] of halves.entries()) {
    if (half === '') continue;
    const parts = half.split(':');
    const last = parts.at(-1) ?? '';
    const embedded = at === halves.length - 1 && IPV4.test(last); // ::ffff:192.0.2.1
    if (!parts.slice(0, embedded ? -1 : undefined).every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return false;
    groups += embedded ? parts.length + 1 : parts.length;
  }
  return halves.length === 2 ? groups <= 7 : groups === 8;
}
