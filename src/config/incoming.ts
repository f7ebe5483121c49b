import type { AnsweringRule, Destination } from '../core/domain.js';
import type { TimeFrame } from '../core/time-frame.js';
import type { IncomingFile, UserFile } from './domain-file.js';
import { domainDefaults } from './domain-file.js';
import { durationMs, durationText } from './duration.js';
import { compileNumber } from './outside.js';
import { compileDestination, implicitDefault, type RuleOwner } from './rule.js';
import { fail, type Scope } from './scope.js';
import { compileTimeFrame } from './time-frame.js';

/** The rules and the private frame that the preferences of a user stand for. */
export type Incoming = { readonly rules: readonly AnsweringRule[]; readonly frame: TimeFrame | null };

/** The agents page (D-73, D-74): a preference as the Default rule, or within working hours with another one after hours. */
export function compileIncoming(
  user: UserFile,
  written: IncomingFile,
  owner: RuleOwner,
  hasMailbox: boolean,
  scope: Scope,
): Incoming {
  if (user.rules !== undefined) {
    fail(scope, user, 'incoming', 'stands for answering rules; give one or the other');
  }
  const preferred = preference(written, owner, hasMailbox, scope);
  if (written.hours === undefined) {
    if (written.afterHours !== undefined) fail(scope, written, 'afterHours', 'needs hours, after which it begins');
    return { rules: [preferred], frame: null };
  }
  const name = `Working hours of ${owner.extension}`;
  const whole = { holder: written, key: 'hours' };
  const setting = { country: owner.country, owner: owner.extension };
  const frame = compileTimeFrame(name, { days: written.hours }, whole, setting, scope);
  const after: Destination | null =
    written.afterHours === undefined
      ? null
      : compileDestination(written, 'afterHours', written.afterHours, owner, scope);
  const ring = after === null ? ({ own: 'none', also: [] } as const) : implicitDefault.ring;
  return {
    rules: [
      { ...preferred, name, frame: name },
      { ...implicitDefault, ring, always: after },
    ],
    frame,
  };
}

function preference(written: IncomingFile, owner: RuleOwner, hasMailbox: boolean, scope: Scope): AnsweringRule {
  const { prefer } = written;
  if (prefer === 'extension') return implicitDefault;
  if (written.mobile === undefined) {
    fail(scope, written, 'prefer', 'needs a mobile number');
    return implicitDefault;
  }
  const number = compileNumber(written.mobile, owner.country, written, 'mobile', scope);
  const mobile = { to: 'number', number, confirm: true } as const;
  switch (prefer) {
    case 'both':
      return { ...implicitDefault, ring: { own: 'main', also: [{ to: mobile, delayMs: 0 }] } };
    case 'mobile': // a mailbox of ours is to take the message, not the mobile's
      return { ...implicitDefault, always: { ...mobile, confirm: hasMailbox } };
    case 'extensionFirst': {
      const afterMs = durationMs(written.extensionRing ?? domainDefaults.extensionRing) ?? 0;
      if (afterMs >= owner.ringMs) {
        const message = `the extension rings for ${durationText(afterMs)} of a ring time of ${durationText(owner.ringMs)}, so that the mobile never rings; make ringTime longer`;
        fail(scope, written, written.extensionRing === undefined ? 'prefer' : 'extensionRing', message);
      }
      return { ...implicitDefault, next: { afterMs, ring: { own: 'none', also: [{ to: mobile, delayMs: 0 }] } } };
    }
  }
}
