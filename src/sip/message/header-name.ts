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

const NAMES = [
  ...Object.values(COMPACT),
  ...'Accept Accept-Encoding Accept-Language Accept-Resource-Priority Alert-Info Allow Answer-Mode'.split(' '),
  ...'Authentication-Info Authorization Call-Info Content-Disposition Content-ID Content-Language CSeq'.split(' '),
  ...'Date Diversion Error-Info Expires Flow-Timer Geolocation History-Info Hide In-Reply-To Info-Package'.split(' '),
  ...'Join Max-Breadth Max-Forwards MIME-Version Min-Expires Min-SE Organization P-Access-Network-Info'.split(' '),
  ...'P-Answer-State P-Asserted-Identity P-Associated-URI P-Called-Party-ID P-Charging-Vector P-Early-Media'.split(' '),
  ...'P-Preferred-Identity P-Profile-Key P-Served-User P-Visited-Network-ID Path Permission-Missing'.split(' '),
  ...'Priority Privacy Proxy-Authenticate Proxy-Authorization Proxy-Require RAck Reason Reason-Phrase'.split(' '),
  ...'Record-Route Recv-Info Refer-Events-At Refer-Sub Remote-Party-ID Replaces Reply-To Require'.split(' '),
  ...'Resource-Priority Retry-After Route RSeq Security-Client Security-Server Security-Verify Server'.split(' '),
  ...'Service-Route Session-ID SIP-ETag SIP-If-Match Subscription-State Suppress-If-Match Target-Dialog'.split(' '),
  ...'Timestamp Unsupported User-Agent User-to-User Warning WWW-Authenticate X-Asterisk-HangupCause'.split(' '),
];

/** Names of fields that are lists of comma-separated values are not told apart here: see `listValues`. */
export type KnownName = {
  /** The registered spelling, or the compact form it stands for. */
  readonly canonical: string;
  /** What is matched, in lower case. */
  readonly spelling: string;
};

const SLOTS = 1024;
const table: (KnownName[] | undefined)[] = new Array(SLOTS).fill(undefined);
for (const canonical of new Set(NAMES)) enter(canonical, canonical.toLowerCase());
for (const [compact, canonical] of Object.entries(COMPACT)) enter(canonical, compact);

function enter(canonical: string, spelling: string): void {
  let hash = 0;
  for (let index = 0; index < spelling.length; index++) hash = nameHash(hash, spelling.charCodeAt(index));
  const slot = hash & (SLOTS - 1);
  table[slot] = [...(table[slot] ?? []), { canonical, spelling }];
}

/** Folds the next character of a name into its hash, which begins at 0. Upper and lower case count the same. */
export function nameHash(hash: number, code: number): number {
  return (Math.imul(hash, 31) + (code | 0x20)) | 0;
}

/** The canonical name of the token `text[from..end)` with that `nameHash`; undefined if it is not a name we know. */
export function knownName(text: string, from: number, end: number, hash: number): string | undefined {
  const candidates = table[hash & (SLOTS - 1)];
  if (candidates === undefined) return undefined;
  for (const { canonical, spelling } of candidates) {
    if (spelling.length === end - from && sameName(text, from, spelling)) return canonical;
  }
  return undefined;
}

/** Setting bit 5 maps no two token characters onto one but the two cases of a letter. */
function sameName(text: string, from: number, spelling: string): boolean {
  for (let index = 0; index < spelling.length; index++) {
    if ((text.charCodeAt(from + index) | 0x20) !== spelling.charCodeAt(index)) return false;
  }
  return true;
}

const canonicalNames = new Map<string, string>();
for (const name of new Set(NAMES)) {
  canonicalNames.set(name, name);
  canonicalNames.set(name.toLowerCase(), name);
}
for (const [compact, name] of Object.entries(COMPACT)) canonicalNames.set(compact, name);

/** `v`, `via` and `VIA` are `Via`. A name we do not know stays as it is. */
export function canonicalName(name: string): string {
  return canonicalNames.get(name) ?? canonicalNames.get(name.toLowerCase()) ?? name;
}

/** Whether `name` is the canonical spelling of a registered field. */
export function isCanonical(name: string): boolean {
  return canonicalNames.get(name) === name;
}
