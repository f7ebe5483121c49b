/** Before the next address of a header line, not inside one: RFC 5806 and RFC 7044 both list addresses. */
const NEXT_ADDRESS = /,(?=\s*(?:"|<|sips?:|tel:))/i;

/**
 * How often a call was forwarded before it came to us (D-47), by Diversion (RFC 5806) or by History-Info (RFC 7044),
 * whichever tells of more: who writes both tells of the same forwards twice.
 */
export function forwardsBefore(header: (name: string) => readonly string[]): number {
  return Math.max(diversions(header('Diversion')), retargets(header('History-Info')));
}

/** `counter` stands for the forwards of one place (RFC 5806 §4.2). */
function diversions(lines: readonly string[]): number {
  let count = 0;
  for (const entry of entriesOf(lines)) count += Number(/;\s*counter\s*=\s*"?(\d{1,4})/i.exec(entry)?.[1] ?? 1);
  return count;
}

/**
 * Entries that another user was put in place of the one before: marked `mp` (RFC 7044 §5), or with a `cause` in their URI
 * (RFC 4458, as RFC 7544 maps Diversion). Of older ones (RFC 4244) the entry left behind says why, in its Reason.
 */
function retargets(lines: readonly string[]): number {
  let mapped = 0;
  let left = 0;
  for (const entry of entriesOf(lines)) {
    const close = entry.indexOf('>');
    const [uri, params] = close < 0 ? [entry, entry] : [entry.slice(0, close), entry.slice(close)];
    if (/;\s*mp\s*=/i.test(params) || /;cause=\d{3}\b/i.test(uri)) mapped++;
    if (/[?&]Reason=[^&]*cause(?:=|%3D)[34]\d\d/i.test(uri)) left++;
  }
  return Math.max(mapped, left);
}

/** The single addresses of header lines. */
export function entriesOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(NEXT_ADDRESS));
}
