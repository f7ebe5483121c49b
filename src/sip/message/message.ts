/**
 * A SIP message (RFC 3261 §7): start line plus an ordered header list. Bytes are kept as latin1 text, one character per
 * byte, so that what we do not understand survives unchanged; `unicode()` gives the UTF-8 reading of a piece of it.
 * Both shapes may be written by hand; `{ ...message, headers }` of a parsed one is a new message that shares no cache.
 */
export type SipMessage = SipRequest | SipResponse;

/**
 * Header fields in order. `name` is canonical for names we know (compact forms expanded), else as it came; `value` is
 * unfolded and trimmed. Content-Length is framing, not content: the parser takes it out and `serialise` puts it in.
 */
export type Header = { readonly name: string; readonly value: string };

type Common = {
  readonly headers: readonly Header[];
  /** latin1, one character per byte. */
  readonly body: string;
};

export type SipRequest = Common & {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
};

export type SipResponse = Common & {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
};
