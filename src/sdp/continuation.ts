/*
 * SDPs of one dialog whose speech now comes from us and now from another party: to the one who reads them they are one
 * session (RFC 3264 §8), with the same `o=` but for a version that rises, and with every `m=` in its place.
 */

const LINE = /\r\n|\n|\r/;
const ORIGIN = /^o=(\S+) (\S+) (\d+) /;
/** What of another party's attributes means something without its dialog: codecs, packet times, RTCP. */
const KEPT = /^a=(?:rtpmap|fmtp|ptime|maxptime|rtcp):/;
const SPEECH = /^m=audio 0*[1-9]\d* RTP\/AVPF? /;
const NO_ADDRESS = /^c=IN IP[46] (?:0\.0\.0\.0|::)\s*$/;

type Sections = { readonly head: readonly string[]; readonly media: readonly (readonly string[])[] };

/** `next` as what follows `before` in its session; `before` itself if nothing but the `o=` differs. */
export function continued(before: string, next: string): string {
  const was = sectionsOf(before);
  const is = sectionsOf(next);
  if (textOf(withOrigin(was, '')) === textOf(withOrigin(is, ''))) return before;
  return textOf(withOrigin(is, nextOrigin(was)));
}

/**
 * An offer that follows `before`, an SDP of ours, in its session and has the speech of `party` in the place of ours; null
 * if that party has none to be talked to: no audio over plain RTP, none that goes both ways, no address.
 */
export function redirected(before: string, party: string): string | null {
  const frame = sectionsOf(before);
  const other = sectionsOf(party);
  const ours = frame.media.findIndex(([line = '']) => SPEECH.test(line));
  const theirs = other.media.find(([line = '']) => SPEECH.test(line));
  if (ours === -1 || theirs === undefined) return null;
  const connection = connectionOf(theirs, other);
  const oneWay = [...theirs, ...other.head].some((line) => /^a=(?:sendonly|recvonly|inactive)\s*$/.test(line));
  if (connection === null || oneWay) return null;
  const [mediaLine = '', ...attributes] = theirs;
  const speech = [mediaLine, ...attributes.filter((line) => KEPT.test(line)), 'a=sendrecv'];
  const media = frame.media.map((section, index) => (index === ours ? speech : section));
  const head = frame.head.map((line) => (line.startsWith('c=') ? connection : line));
  return textOf(withOrigin({ head, media }, nextOrigin(frame)));
}

/** Whether both describe the same place and begin with the same format: who was told the one need not be told the other. */
export function sameSpeech(one: string, other: string): boolean {
  const [a, b] = [one, other].map((sdp) => {
    const sections = sectionsOf(sdp);
    const speech = sections.media.find(([line = '']) => SPEECH.test(line));
    if (speech === undefined) return null;
    const [type, port, protocol, format] = speech[0]?.split(' ') ?? [];
    return [type, port, protocol, format, connectionOf(speech, sections)].join(' ');
  });
  return a !== null && a === b;
}

function sectionsOf(sdp: string): Sections {
  const sections: string[][] = [[]];
  for (const line of sdp.split(LINE)) {
    if (line.startsWith('m=')) sections.push([]);
    if (line !== '') sections.at(-1)?.push(line);
  }
  const [head = [], ...media] = sections;
  return { head, media };
}

function connectionOf(section: readonly string[], { head }: Sections): string | null {
  const line = [...section, ...head].find((each) => each.startsWith('c=')) ?? null;
  return line === null || NO_ADDRESS.test(line) ? null : line;
}

/** The `o=` line with its version one up; without a number there, as it is. */
function nextOrigin({ head }: Sections): string {
  const origin = head.find((line) => line.startsWith('o=')) ?? 'o=- 1 1 IN IP4 0.0.0.0';
  return origin.replace(ORIGIN, (_, user, id, version) => `o=${user} ${id} ${BigInt(version) + 1n} `);
}

function withOrigin(sections: Sections, origin: string): Sections {
  return { ...sections, head: sections.head.map((line) => (line.startsWith('o=') ? origin : line)) };
}

function textOf({ head, media }: Sections): string {
  return `${[...head, ...media.flat()].join('\r\n')}\r\n`;
}
