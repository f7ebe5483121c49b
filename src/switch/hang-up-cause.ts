import { CAUSES, type Cause } from '../core/cause.js';
import type { HangUpCause } from '../ports/signalling.js';

/** The cause table in the signalling port's words. */
export function hangUpCause(cause: Cause): HangUpCause {
  const { status, reason } = CAUSES[cause];
  return { status, reasons: reason === null ? [] : [reason] };
}
