import type { RegisterMessage, Registrant } from '../core/registrar.js';
import type { RegisterResponse } from '../core/registration.js';
import type { Response, SignallingEvent } from '../ports/signalling.js';

type Requested = Extract<SignallingEvent, { type: 'requested' }>;

export type OutsideRequestParts = {
  readonly respond: (request: string, response: Response) => void;
  /** Who an admitted identity (`device@domain`) is; null: no device of ours any more. */
  readonly registrantOf: (identity: string) => Registrant | null;
  readonly register: (registrant: Registrant, message: RegisterMessage) => RegisterResponse;
};

/** Answers every request outside a dialog but INVITE: REGISTER, OPTIONS, and the refusal of the rest. */
export function outsideRequests(parts: OutsideRequestParts): (request: Requested) => void {
  return (request) => parts.respond(request.request, answer(parts, request));
}

function answer(parts: OutsideRequestParts, request: Requested): Response {
  switch (request.method) {
    case 'REGISTER': {
      const registrant = request.identity === null ? null : parts.registrantOf(request.identity);
      if (registrant === null) return plain(403, 'Forbidden');
      return { ...parts.register(registrant, request), body: '' };
    }
    case 'OPTIONS': // RFC 3261 §11.2; the port adds what it is able to do
      return plain(200, 'OK');
    case 'SUBSCRIBE':
    case 'PUBLISH': // no event package is served (RFC 6665 §7.2.2)
      return plain(489, 'Bad Event');
    default:
      return plain(501, 'Not Implemented');
  }
}

function plain(status: number, reason: string): Response {
  return { status, reason, headers: [], body: '' };
}
