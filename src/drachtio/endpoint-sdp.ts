import type { Sdp } from '../ports/signalling.js';
import type { Agreement } from '../sdp/agreement.js';
import { carriesVoice, kindOf } from '../sdp/codec.js';
import { type Endpoint, isSdpError, type MediaLine, parseSession, type Session } from '../sdp/session.js';

/** RTP payload type of µ-law, which every FreeSWITCH speaks. */
const PCMU = 0;
const DISCARD_PORT = 9;

/**
 * The session that FreeSWITCH is offered: the party's address, and the one codec that was agreed with it. What the party
 * hears of us is written by sdp/ in both pairings; FreeSWITCH's own answer tells only where it listens.
 */
export function agreedSdp(agreement: Agreement, theirs: Session, fallback: string): Sdp {
  const { remote, direction } = agreement;
  const [voice] = agreement.codecs;
  const line = audioLineOf(theirs, voice?.sendAs ?? PCMU);
  const formats = agreement.codecs.filter(
    ({ kind }, index) => index === 0 || kind === 'telephoneEvent' || kind === 'comfortNoise',
  );
  const attributes = formats.map(({ name, clockRate, channels, sendAs }) => {
    const map = `a=rtpmap:${sendAs} ${name}/${clockRate}${channels === 1 ? '' : `/${channels}`}\r\n`;
    const parameters = line?.codecs.find((codec) => codec.payloadType === sendAs)?.parameters ?? null;
    return parameters === null ? map : `${map}a=fmtp:${sendAs} ${parameters}\r\n`;
  });
  const ptime = line?.ptimeMs ?? null;
  return sdp(
    remote ?? { address: fallback, port: DISCARD_PORT },
    formats.map(({ sendAs }) => sendAs),
    `${attributes.join('')}${ptime === null ? '' : `a=ptime:${ptime}\r\n`}a=${reversed(direction)}\r\n`,
  );
}

/** The session that FreeSWITCH is offered before the party has said anything: it is to send nothing. */
export function blankSdp(address: string): Sdp {
  return tieSdp(null, address);
}

/** The session between two FreeSWITCHes; `other`: where the other listens, null if that is not known yet. */
export function tieSdp(other: Endpoint | null, fallback: string): Sdp {
  const direction = other === null ? 'sendonly' : 'sendrecv';
  const attributes = `a=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\na=${direction}\r\n`;
  return sdp(other ?? { address: fallback, port: DISCARD_PORT }, [PCMU, 101], attributes);
}

/** Where FreeSWITCH listens, by its answer; null if it has refused the audio. */
export function endpointOf(answer: Sdp): Endpoint | null {
  const session = parseSession(answer);
  const line = isSdpError(session) ? undefined : session.media.find(({ type, port }) => type === 'audio' && port > 0);
  if (line === undefined || line.address === null) return null;
  return { address: line.address, port: line.port };
}

/** Without the codecs that FreeSWITCH does not have: they cannot pass through it. */
export function withoutUnknown(session: Session, known: ReadonlySet<string>): Session {
  const isKnown = (codec: MediaLine['codecs'][number]) =>
    !carriesVoice(kindOf(codec)) || known.has(codec.name.toLowerCase());
  if (session.media.every(({ codecs }) => codecs.every(isKnown))) return session;
  return { media: session.media.map((line) => ({ ...line, codecs: line.codecs.filter(isKnown) })) };
}

function audioLineOf(session: Session, payloadType: number): MediaLine | undefined {
  return session.media.find(
    ({ type, port, codecs }) =>
      type === 'audio' && port > 0 && codecs.some((codec) => codec.payloadType === payloadType),
  );
}

function sdp({ address, port }: Endpoint, formats: readonly number[], attributes: string): Sdp {
  const family = address.includes(':') ? 'IP6' : 'IP4';
  return (
    `v=0\r\no=- 1 1 IN ${family} ${address}\r\ns=-\r\nc=IN ${family} ${address}\r\nt=0 0\r\n` +
    `m=audio ${port} RTP/AVP ${formats.join(' ')}\r\n${attributes}`
  );
}

/** Their direction, from ours (RFC 3264 §6.1). */
function reversed(direction: Agreement['direction']): Agreement['direction'] {
  switch (direction) {
    case 'sendonly':
      return 'recvonly';
    case 'recvonly':
      return 'sendonly';
    case 'sendrecv':
    case 'inactive':
      return direction;
  }
}
