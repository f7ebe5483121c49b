import type { DrachtioServer } from './server.js';
import { type SrfCallback, type SrfMessage, type SrfReply, srfHeaders } from './srf.js';

export type Answer = {
  readonly status: number;
  /** Reason phrase; empty: the usual one. */
  readonly reason?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
};

/** Sends a response. srf throws at a status that it has no phrase for: the one that stands for its class goes out (RFC 3261 §8.1.3.2). */
export function sendAnswer(
  server: DrachtioServer,
  reply: SrfReply,
  { status, reason = '', headers = [], body = '' }: Answer,
  sent: SrfCallback<SrfMessage> = () => {},
): void {
  const options = { headers: srfHeaders(headers), ...(body === '' ? {} : { body }) };
  const phrase = reason === '' ? undefined : reason;
  const confirmed = server.confirming(sent);
  try {
    reply.send(status, phrase, options, confirmed);
  } catch {
    reply.send(100 * Math.floor(status / 100), phrase, options, confirmed);
  }
}
