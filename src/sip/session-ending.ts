import type { Ending, LegId } from '../ports/signalling.js';
import type { SessionEffect, Terminated } from './session.js';

/** The one `ended` of a leg. */
export function ended(
  leg: LegId,
  by: Ending['by'],
  status: number,
  reasons: readonly string[] = [],
  contacts: readonly string[] = [],
): SessionEffect {
  return { type: 'report', event: { type: 'ended', leg, by, status, reasons, contacts } };
}

export function terminated(leg: LegId): Terminated {
  return { state: 'terminated', leg };
}
