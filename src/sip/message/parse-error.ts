import type { SipRequest } from './message.js';

export type ParseErrorCode =
  /** No start line, or one that names no SIP version: keep-alives, STUN, HTTP, noise. */
  | 'ERR_NOT_SIP'
  /** 513 */
  | 'ERR_TOO_LARGE'
  | 'ERR_START_LINE'
  /** A SIP version other than 2.0: 505. */
  | 'ERR_VERSION'
  | 'ERR_STATUS_CODE'
  | 'ERR_HEADER_LINE'
  | 'ERR_BARE_CR'
  | 'ERR_TOO_MANY_HEADERS'
  | 'ERR_NO_END_OF_HEADERS'
  | 'ERR_DUPLICATE_HEADER'
  | 'ERR_MISSING_HEADER'
  | 'ERR_VIA'
  | 'ERR_FROM'
  | 'ERR_TO'
  | 'ERR_CALL_ID'
  | 'ERR_CSEQ'
  /** CSeq names another method: 400, or 501 if the method of the request is none we ever heard of. */
  | 'ERR_CSEQ_METHOD'
  | 'ERR_MAX_FORWARDS'
  | 'ERR_CONTENT_LENGTH'
  | 'ERR_BODY_TRUNCATED';

export type ParseError = {
  readonly kind: 'error';
  readonly code: ParseErrorCode;
  /** Byte of the input at which the fault is, or at which the header line that has it begins. */
  readonly offset: number;
  /** What a server answers; null: drop it silently (a response, an ACK, not SIP, or nothing to answer with). */
  readonly status: number | null;
  /**
   * The request as far as it can be read, for building the answer: method, Request-URI and those of Via, From, To,
   * Call-ID and CSeq that are there, unchecked. `topVia` of it may be null: answer to the source address. Null itself
   * whenever `status` is.
   */
  readonly partial: SipRequest | null;
};

/** Why a message is not one. `at` is a byte, or the name of the header whose first line is meant. */
export type Fault = { readonly code: ParseErrorCode; readonly status: number | null; readonly at: number | string };
