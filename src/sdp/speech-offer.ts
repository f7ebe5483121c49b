/** A line that offers speech over plain RTP (RFC 8866 §5.14); port 0 offers nothing. */
const SPEECH = /^m=audio 0*[1-9]\d{0,4}(?:\/\d+)? RTP\/AVPF? \d/m;

/**
 * Whether an offer can be answered at all, whatever codecs the other party will turn out to have. If not it is refused
 * with 488 before any phone rings (RFC 3261 §13.3.1).
 */
export function offersSpeech(sdp: string): boolean {
  return sdp.startsWith('v=0') && SPEECH.test(sdp);
}
