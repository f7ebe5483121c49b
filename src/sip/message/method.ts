import { words } from './grammar.js';

const REGISTERED = words(
  'INVITE ACK BYE CANCEL OPTIONS REGISTER PRACK SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE UPDATE',
);
const byLength: string[][] = [];
for (const method of REGISTERED) {
  const methods = byLength[method.length] ?? [];
  byLength[method.length] = methods;
  methods.push(method);
}

/** The IANA registry of SIP methods. Methods are case-sensitive (RFC 3261 §7.1). */
export function isRegistered(method: string): boolean {
  return REGISTERED.includes(method);
}

/** The method `text[from..end)`; a registered one is always the same string, so that comparing it costs nothing. */
export function methodAt(text: string, from: number, end: number): string {
  for (const method of byLength[end - from] ?? []) if (text.startsWith(method, from)) return method;
  return text.slice(from, end);
}
