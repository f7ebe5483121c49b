import { ipVersion } from './address.js';
import { type AgreedCodec, type Agreement, agree, agreedCodec } from './agreement.js';
import { type Codec, carriesVoice, type SpokenKind, sameCodec } from './codec.js';
import { type LocalSide, type OurLine, writeSession } from './description.js';
import { answerCodecs, counterpart, offerCodecs } from './selection.js';
import type { MediaLine, Session } from './session.js';

/** The offer/answer state of one session (RFC 3264): plain data, replaced by each of the three functions below. */
export type Negotiation = {
  readonly side: LocalSide;
  /** IP versions that our sockets can send to. */
  readonly reach: 4 | 6 | 'both';
  /** What we sent last, and its `o=` version; null before the first. */
  readonly sent: { readonly sdp: string; readonly version: number; readonly lines: readonly OurLine[] } | null;
  /** Every codec that has had a payload type in this session. */
  readonly assigned: readonly Codec[];
  readonly agreement: Agreement | null;
};

/** `unacceptable`: no audio line that we could take, or no codec in common (488). The old state stays valid. */
export type Refusal = 'unacceptable';

export type Answered = { readonly next: Negotiation; readonly sdp: string; readonly agreement: Agreement };
/** `agreement` null: nothing is agreed until the answer comes. */
export type Offered = { readonly next: Negotiation; readonly sdp: string; readonly agreement: null };
export type Accepted = { readonly next: Negotiation; readonly agreement: Agreement };

export function newNegotiation(side: LocalSide, reach: Negotiation['reach']): Negotiation {
  return { side, reach, sent: null, assigned: [], agreement: null };
}

/** Answers an offer (RFC 3264 §6): the first audio line that we can take is taken, all others are rejected in place. */
export function answer(state: Negotiation, offer: Session, like: Session | null): Answered | Refusal {
  const likeCodecs = audioOf(like)?.codecs ?? [];
  for (const [index, line] of offer.media.entries()) {
    if (!acceptable(line, state.reach)) continue;
    const ours = answerCodecs(line.codecs, likeCodecs);
    if (ours.length === 0) continue;
    const agreement = agree(
      line,
      ours.map((codec) => agreedCodec(codec, codec)),
    );
    const lines = offer.media.map(
      (other, at): OurLine =>
        at === index
          ? { kind: 'audio', protocol: line.protocol, codecs: ours, direction: agreement.direction }
          : { kind: 'rejected', type: other.type, protocol: other.protocol, formats: other.formats },
    );
    const next = send({ ...state, agreement }, lines, line.codecs);
    return { next, sdp: next.sent.sdp, agreement };
  }
  return 'unacceptable';
}

/** Offers (RFC 3264 §5), or offers anew: the lines of the session keep their places (§8), hold is left to the other side. */
export function offer(state: Negotiation, like: Session | null, preference: readonly SpokenKind[]): Offered {
  const codecs = offerCodecs(audioOf(like)?.codecs ?? [], preference, state.assigned);
  const audio: OurLine = { kind: 'audio', protocol: 'RTP/AVP', codecs, direction: 'sendrecv' };
  const before = state.sent?.lines ?? [];
  const lines =
    before.length === 0
      ? [audio]
      : before.map((line): OurLine => (line.kind === 'audio' ? { ...audio, protocol: line.protocol } : line));
  const next = send(state, lines, codecs);
  return { next, sdp: next.sent.sdp, agreement: null };
}

/**
 * Takes the answer to our latest offer (RFC 3264 §7). A second answer to the same offer (a fork, or the final one after
 * early media) replaces the first. Before any offer it is `unacceptable`.
 */
export function accept(state: Negotiation, answer: Session): Accepted | Refusal {
  const index = state.sent?.lines.findIndex((line) => line.kind === 'audio') ?? -1;
  const ours = state.sent?.lines[index];
  const line = answer.media[index];
  if (ours?.kind !== 'audio' || line === undefined || !acceptable(line, state.reach)) return 'unacceptable';
  const codecs = line.codecs.flatMap((theirs): AgreedCodec[] => {
    const offered = counterpart(ours.codecs, theirs);
    return offered === undefined ? [] : [agreedCodec(theirs, offered)];
  });
  const voice = codecs.filter((codec) => carriesVoice(codec.kind));
  if (voice.length === 0) return 'unacceptable';
  const beside = codecs.filter((codec) => !carriesVoice(codec.kind));
  const agreement = agree(line, [...voice, ...beside]);
  return { next: { ...state, agreement }, agreement };
}

/** Only plain RTP: what is offered encrypted must not be answered in the clear (RFC 4568 §5.1.3). */
function acceptable(line: MediaLine, reach: Negotiation['reach']): boolean {
  if (line.type !== 'audio' || line.port === 0) return false;
  if (line.protocol !== 'RTP/AVP' && line.protocol !== 'RTP/AVPF') return false;
  return line.address === null || reach === 'both' || ipVersion(line.address) === reach;
}

function audioOf(session: Session | null): MediaLine | undefined {
  return session?.media.find((line) => acceptable(line, 'both'));
}

type Sent = Negotiation & { readonly sent: NonNullable<Negotiation['sent']> };

function send(state: Negotiation, lines: readonly OurLine[], used: readonly Codec[]): Sent {
  const older = state.assigned.filter(
    (codec) => !used.some((other) => other.payloadType === codec.payloadType || sameCodec(other, codec)),
  );
  const assigned = [...used, ...older];
  const version = state.sent?.version ?? 1;
  const unchanged = writeSession(state.side, version, lines);
  if (state.sent === null || state.sent.sdp === unchanged) {
    return { ...state, assigned, sent: { sdp: unchanged, version, lines } };
  }
  const sdp = writeSession(state.side, version + 1, lines);
  return { ...state, assigned, sent: { sdp, version: version + 1, lines } };
}
