import type { NameAddr } from './address.js';
import type { CSeq } from './cseq.js';
import type { Header, SipMessage, SipRequest, SipResponse } from './message.js';
import type { SipUri } from './uri.js';
import type { Via } from './via.js';

/** What has been worked out of a message so far; undefined is "not yet asked". */
export class Memo {
  via: Via | null | undefined = undefined;
  cseq: CSeq | undefined = undefined;
  callId: string | undefined = undefined;
  /** `''` says that there is none. */
  fromTag: string | undefined = undefined;
  toTag: string | undefined = undefined;
  from: NameAddr | null | undefined = undefined;
  to: NameAddr | null | undefined = undefined;
  contacts: readonly NameAddr[] | null | undefined = undefined;
  requestUri: SipUri | null | undefined = undefined;
}

/**
 * A message that remembers. The memory is a private field: it is no part of equality, JSON or spread, so a copy with
 * other headers cannot inherit what was true of the original.
 */
class Remembering {
  readonly #memo: Memo;

  constructor(memo: Memo) {
    this.#memo = memo;
  }

  static memoOf(message: object): Memo | null {
    return #memo in message ? message.#memo : null;
  }
}

class RememberingRequest extends Remembering implements SipRequest {
  readonly kind = 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly Header[];
  readonly body: string;

  constructor(method: string, uri: string, headers: readonly Header[], body: string, memo: Memo) {
    super(memo);
    this.method = method;
    this.uri = uri;
    this.headers = headers;
    this.body = body;
  }
}

class RememberingResponse extends Remembering implements SipResponse {
  readonly kind = 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Header[];
  readonly body: string;

  constructor(status: number, reason: string, headers: readonly Header[], body: string, memo: Memo) {
    super(memo);
    this.status = status;
    this.reason = reason;
    this.headers = headers;
    this.body = body;
  }
}

export function requestWith(
  memo: Memo,
  method: string,
  uri: string,
  headers: readonly Header[],
  body: string,
): SipRequest {
  return new RememberingRequest(method, uri, headers, body, memo);
}

export function responseWith(
  memo: Memo,
  status: number,
  reason: string,
  headers: readonly Header[],
  body: string,
): SipResponse {
  return new RememberingResponse(status, reason, headers, body, memo);
}

/** Null for a message that was written by hand: its fields are worked out each time they are asked for. */
export function memoOf(message: SipMessage): Memo | null {
  return Remembering.memoOf(message);
}
