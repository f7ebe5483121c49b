import { words } from './grammar.js';

/** Header fields that have a compact form (RFC 3261 §7.3.3 and the IANA registry). */
const COMPACT: Readonly<Record<string, string>> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
};

const NAMES = words(`
  Accept Accept-Encoding Accept-Language Accept-Resource-Priority Additional-Identity Alert-Info Allow Answer-Mode
  Authentication-Info Authorization Call-Info Content-Disposition Content-ID Content-Language CSeq Date Diversion
  Error-Info Expires Feature-Caps Flow-Timer Geolocation Geolocation-Error Geolocation-Routing History-Info In-Reply-To
  Info-Package Join Max-Breadth Max-Forwards MIME-Version Min-Expires Min-SE Organization Origination-Id
  P-Access-Network-Info P-Answer-State P-Asserted-Identity P-Asserted-Service P-Associated-URI P-Called-Party-ID
  P-Charging-Function-Addresses P-Charging-Vector P-Early-Media P-Media-Authorization P-Preferred-Identity
  P-Preferred-Service P-Private-Network-Indication P-Profile-Key P-Refused-URI-List P-Served-User P-User-Database
  P-Visited-Network-ID Path Permission-Missing Policy-Contact Policy-ID Priority Priv-Answer-Mode Privacy
  Proxy-Authenticate Proxy-Authentication-Info Proxy-Authorization Proxy-Require RAck Reason Record-Route Recv-Info
  Refer-Events-At Refer-Sub Remote-Party-ID Replaces Reply-To Require Resource-Priority Response-Source Retry-After
  Route RSeq Security-Client Security-Server Security-Verify Server Service-Route Session-ID SIP-ETag SIP-If-Match
  Subscription-State Suppress-If-Match Target-Dialog Timestamp Trigger-Consent Unsupported User-Agent User-to-User
  Warning WWW-Authenticate ${Object.values(COMPACT).join(' ')}
`);

type KnownName = { readonly canonical: string; readonly spelling: string };

const SLOTS = 1024;
const LONGEST = Math.max(...NAMES.map((name) => name.length));
const table: (KnownName[] | undefined)[] = new Array(SLOTS).fill(undefined);
for (const canonical of NAMES) enter(canonical, canonical.toLowerCase());
for (const [compact, canonical] of Object.entries(COMPACT)) enter(canonical, compact);

function enter(canonical: string, spelling: string): void {
  const slot = slotOf(spelling, 0, spelling.length);
  table[slot] = [...(table[slot] ?? []), { canonical, spelling }];
}

/** From its length, first, middle and last character, in either case. */
function slotOf(text: string, from: number, end: number): number {
  const middle = text.charCodeAt((from + end) >> 1) | 0x20;
  const hash = (text.charCodeAt(from) | 0x20) * 31 + (text.charCodeAt(end - 1) | 0x20) * 7 + middle * 111 + end - from;
  return hash & (SLOTS - 1);
}

/** The canonical name of the header that `text[from..end)` names, in any case; undefined if it is not one we know. */
export function knownName(text: string, from: number, end: number): string | undefined {
  if (end - from > LONGEST || end <= from) return undefined;
  const candidates = table[slotOf(text, from, end)];
  if (candidates === undefined) return undefined;
  for (const { canonical, spelling } of candidates) {
    if (spelling.length === end - from && isSpelled(text, from, spelling)) return canonical;
  }
  return undefined;
}

function isSpelled(text: string, from: number, spelling: string): boolean {
  for (let index = 0; index < spelling.length; index++) {
    const code = text.charCodeAt(from + index);
    const lower = code >= 0x41 ? code | 0x20 : code; // maps no token character but the capitals onto a letter, digit or hyphen
    if (lower !== spelling.charCodeAt(index)) return false;
  }
  return true;
}

const canonicalNames = new Map<string, string>();
for (const name of NAMES) {
  canonicalNames.set(name, name);
  canonicalNames.set(name.toLowerCase(), name);
}
for (const [compact, name] of Object.entries(COMPACT)) canonicalNames.set(compact, name);

/** `v`, `via` and `VIA` are `Via`; undefined if it is not a name we know. */
export function registeredName(name: string): string | undefined {
  return canonicalNames.get(name) ?? canonicalNames.get(name.toLowerCase());
}

/** A name we know in its registered spelling, another as it is. */
export function canonicalName(name: string): string {
  return registeredName(name) ?? name;
}
