import type { Purpose } from '../core/plan.js';
import { entriesOf } from './diversions.js';

/** A forward of the call (D-47): by which extension, and why. `alongside`: a number that rings along with its phones. */
export type ForwardStep = {
  readonly by: string;
  readonly why: Exclude<Purpose, 'dialled' | 'number'> | 'alongside';
};

/** What the INVITE that came to us tells of forwards, line by line. */
export type ForwardsTold = { readonly diversion: readonly string[]; readonly historyInfo: readonly string[] };

export const NOTHING_TOLD: ForwardsTold = { diversion: [], historyInfo: [] };

/** RFC 5806 §4.2 and, for the same, RFC 4458 §2, as RFC 7544 §7 maps them. */
const WORDS: { readonly [why in ForwardStep['why']]: { readonly reason: string; readonly cause: number } } = {
  always: { reason: 'unconditional', cause: 302 },
  transferred: { reason: 'unconditional', cause: 302 },
  active: { reason: 'user-busy', cause: 486 },
  busy: { reason: 'user-busy', cause: 486 },
  unanswered: { reason: 'no-answer', cause: 408 },
  offline: { reason: 'unavailable', cause: 503 },
  unavailable: { reason: 'unavailable', cause: 503 },
  redirected: { reason: 'deflection', cause: 480 },
  alongside: { reason: 'follow-me', cause: 404 },
};

/** A step with the URI of who forwarded. */
type Told = { readonly uri: string; readonly why: ForwardStep['why'] };

/** RFC 5806 §4.1: the latest forward is the topmost, over those that were told us. */
export function diversionsOf(steps: readonly Told[], told: ForwardsTold): string[] {
  const ours = steps.map(({ uri, why }) => `<${uri}>;reason=${WORDS[why].reason};counter=1`);
  return [...ours.reverse(), ...told.diversion];
}

const INDEX = /;\s*index\s*=\s*"?(\d+(?:\.\d+)*)/i;

/**
 * RFC 7044 §10: the entry that was left says why, the next one that it was mapped from it. The first of ours goes on
 * from the last that was told us, as the same user by another address.
 */
export function historyOf(steps: readonly Told[], target: string, told: ForwardsTold): string[] {
  if (steps.length === 0) return [...told.historyInfo];
  const before = entriesOf(told.historyInfo)
    .map((entry) => INDEX.exec(entry)?.[1])
    .filter((index) => index !== undefined)
    .at(-1);
  const lines = [...told.historyInfo];
  let index = before === undefined ? '1' : `${before}.1`;
  let from = before === undefined ? '' : `;rc=${before}`;
  for (const { uri, why } of steps) {
    lines.push(`<${uri}?Reason=SIP%3Bcause%3D${WORDS[why].cause}>;index=${index}${from}`);
    from = `;mp=${index}`;
    index = `${index}.1`;
  }
  return [...lines, `<${target}>;index=${index}${from}`];
}
