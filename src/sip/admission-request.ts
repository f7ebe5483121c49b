import type { Address, AdmissionRequest } from '../ports/signalling.js';
import { fromOf, type NameAddr, toOf } from './message/address.js';
import { callIdOf, headerValues } from './message/header.js';
import { parseUri } from './message/uri.js';
import type { Incoming } from './server-transaction.js';
import { flowOf } from './transport/transport.js';

/** A request as those above see it. */
export function admissionRequest(incoming: Incoming): AdmissionRequest {
  const { request, source } = incoming;
  return {
    method: request.method,
    requestUri: request.uri,
    from: addressOf(fromOf(request)),
    to: addressOf(toOf(request)),
    callId: callIdOf(request),
    source: flowOf(source),
    header: (name) => headerValues(request, name),
  };
}

/** Of a URI that is neither sip nor tel only the scheme-specific part is kept, as user. */
function addressOf(value: NameAddr | null): Address {
  const uri = value === null ? null : parseUri(value.uri);
  return { name: value?.name ?? '', user: uri?.user ?? '', host: uri?.host ?? '' };
}
