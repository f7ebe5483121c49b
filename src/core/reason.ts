import type { EpochMs } from '../machine/machine.js';
import { type Destination, type Domain, describe } from './domain.js';
import { frameOf } from './frame-use.js';
import type { Confirm, Exit } from './plan.js';
import { isActive } from './time-frame.js';

/**
 * One step of a decision, as data: decisions are made a thousand times a second and read seldom. Kept with the call
 * record; `tell` puts it into words.
 */
export type Reason =
  | { readonly why: 'user'; readonly extension: string; readonly name: string }
  /** D-3 */
  | { readonly why: 'disabled'; readonly rule: string }
  /** D-1, of this user; `frame` null: the Default rule. `zone`: the one to inherit (D-39). */
  | {
      readonly why: 'rule';
      readonly extension: string;
      readonly rule: string;
      readonly frame: string | null;
      readonly holds: boolean;
      readonly at: EpochMs;
      readonly zone: string;
      /** In a record: why it held or not, in words, since the time frame may be another by the time somebody asks. */
      readonly told?: string;
    }
  | { readonly why: 'noFrame'; readonly rule: string; readonly frame: string }
  | { readonly why: 'noRule' }
  /** D-4, D-7; `owner` null: the domain's list. */
  | { readonly why: 'allowed' | 'blocked'; readonly owner: string | null; readonly entry: string }
  /** D-5 */
  | { readonly why: 'anonymous' | 'unknown' | 'nameless'; readonly owner: string | null }
  /** D-6; `skipped`: the caller is on a list of allowed numbers. */
  | { readonly why: 'dnd'; readonly by: 'rule' | 'user'; readonly skipped: boolean }
  /** D-25 */
  | { readonly why: 'screen'; readonly skipped: 'allowed' | 'screened' | 'nobodyToAsk' | null }
  | { readonly why: 'exit'; readonly exit: Exit; readonly to: Destination | null; readonly ends: string }
  /** D-8 */
  | { readonly why: 'active'; readonly extension: string; readonly calls: number }
  /** D-10 */
  | { readonly why: 'offline'; readonly extension: string }
  /** D-9 */
  | { readonly why: 'full'; readonly extension: string; readonly calls: number; readonly maxCalls: number }
  | { readonly why: 'ring'; readonly target: string; readonly delayMs: number; readonly confirm: Confirm | null }
  /** D-73 */
  | { readonly why: 'next'; readonly afterMs: number }
  | { readonly why: 'leftOut'; readonly target: string; readonly as: LeftOut }
  | { readonly why: 'mailbox' | 'noMailbox' | 'noUser'; readonly extension: string }
  | { readonly why: 'noDevice'; readonly device: string }
  | { readonly why: 'noExtension'; readonly domain: string; readonly extension: string }
  | { readonly why: 'service'; readonly number: string; readonly service: string }
  | { readonly why: 'feature'; readonly code: string; readonly does: string }
  /** D-24, D-67 */
  | { readonly why: 'number'; readonly number: string; readonly treatment: string; readonly extension: string | null }
  /** `down`: which of the trunks do not answer, if any. */
  | {
      readonly why: 'emergency';
      readonly number: string;
      readonly trunks: readonly string[];
      readonly down?: readonly string[];
    }
  | {
      readonly why: 'wayOut';
      readonly number: string;
      readonly route: string;
      readonly class: string;
      readonly trunks: readonly string[];
      readonly down?: readonly string[];
    }
  | { readonly why: 'barred'; readonly number: string; readonly class: string; readonly extension: string | null }
  | { readonly why: 'noTrunk'; readonly number: string; readonly route: string }
  | { readonly why: 'noRoute'; readonly number: string }
  | { readonly why: 'queue'; readonly extension: string; readonly name: string }
  /** D-43; `isOurs`: one of our phones asks. */
  | { readonly why: 'slot'; readonly slot: string; readonly isOurs: boolean };

/** Why something of a ring set does not ring. */
export type LeftOut =
  | { readonly because: 'caller' | 'unregistered' | 'unknown' | 'noWayOut' | 'notAPhone' }
  | { readonly because: 'delay'; readonly ringMs: number };

/** As it is kept: with all that will be needed to tell it when the domain has changed. */
export function lasting(reason: Reason, domain: Domain): Reason {
  if (reason.why !== 'rule' || reason.frame === null || reason.told !== undefined) return reason;
  const frame = frameOf(domain, domain.users.get(reason.extension) ?? null, reason.frame);
  return frame === undefined ? reason : { ...reason, told: isActive(frame, reason.at, reason.zone).because };
}

/**
 * In words, for people. Time frames that the reason does not tell itself are read in `domain`; one that is no longer what
 * it was is told as such. Null: there is no such domain any more.
 */
export function tell(reason: Reason, domain: Domain | null): string {
  switch (reason.why) {
    case 'user':
      return reason.name === reason.extension ? `user ${reason.extension}` : `${reason.extension} is ${reason.name}`;
    case 'disabled':
      return `rule "${reason.rule}" is disabled`;
    case 'rule':
      return tellRule(reason, domain);
    case 'noFrame':
      return `rule "${reason.rule}" does not hold: there is no time frame "${reason.frame}"`;
    case 'noRule':
      return 'no rule holds';
    case 'allowed':
    case 'blocked':
      return `the caller is ${reason.why}: ${reason.entry} is on ${listOf(reason.owner)}`;
    case 'anonymous':
      return `the caller is anonymous, and ${ownerText(reason.owner)} takes no such calls`;
    case 'unknown':
      return `the caller has no number, and ${ownerText(reason.owner)} takes no such calls`;
    case 'nameless':
      return `the caller has no name, and ${ownerText(reason.owner)} takes no such calls`;
    case 'dnd':
      return `do not disturb, ${reason.by === 'rule' ? 'by the rule' : 'switched on'}${reason.skipped ? '; the caller is allowed to' : ''}`;
    case 'screen':
      return tellScreening(reason.skipped);
    case 'exit':
      return `${EXITS[reason.exit]}: ${reason.to === null ? reason.ends : describe(reason.to)}`;
    case 'active':
      return `${reason.extension} is in ${calls(reason.calls)}`;
    case 'offline':
      return `${reason.extension} is offline: no device is registered`;
    case 'full':
      return `the line of ${reason.extension} is full: ${calls(reason.calls)} of ${reason.maxCalls}`;
    case 'ring':
      return `ring ${reason.target}${reason.delayMs > 0 ? ` after ${seconds(reason.delayMs)}` : ''}${CONFIRMS[reason.confirm ?? 'none']}`;
    case 'next':
      return `after ${seconds(reason.afterMs)}:`;
    case 'leftOut':
      return `${reason.target} is left out: ${tellLeftOut(reason.as)}`;
    case 'mailbox':
      return `mailbox ${reason.extension}`;
    case 'noMailbox':
      return `${reason.extension} has no voicemail`;
    case 'noUser':
      return `there is no extension ${reason.extension}`;
    case 'noDevice':
      return `there is no device ${reason.device}`;
    case 'noExtension':
      return `${reason.domain} has no extension or service ${reason.extension}`;
    case 'service':
      return `${reason.number} is the ${reason.service} service`;
    case 'queue':
      return `${reason.extension} is the queue ${reason.name}`;
    case 'slot':
      return `${reason.slot} is a park slot${reason.isOurs ? '' : ', from which only phones of ours retrieve'}`;
    case 'feature':
      return `${reason.code} is the feature code ${reason.does}`;
    case 'number':
    case 'emergency':
    case 'wayOut':
    case 'barred':
    case 'noTrunk':
    case 'noRoute':
      return tellNumber(reason);
  }
}

const EXITS: Readonly<Record<Exit, string>> = {
  always: 'always',
  offline: 'when offline',
  active: 'on active',
  busy: 'when busy',
  unanswered: 'when unanswered',
};

const CONFIRMS: Readonly<Record<Confirm | 'none', string>> = {
  none: '',
  callFor: ', who presses 1 to take the call',
  callFrom: ', who hears the name and presses 1 to take the call',
};

function tellRule(reason: Extract<Reason, { why: 'rule' }>, domain: Domain | null): string {
  const { extension, rule, frame: name, holds, at, zone, told } = reason;
  const head = `rule "${rule}" ${holds ? 'holds' : 'does not hold'}`;
  if (name === null) return `${head}: the Default rule`;
  if (told !== undefined) return `${head}: ${told}`;
  const frame = domain === null ? undefined : frameOf(domain, domain.users.get(extension) ?? null, name);
  if (frame === undefined) return `${head}: its time frame is gone since`;
  const { active, because } = isActive(frame, at, zone);
  return active === holds ? `${head}: ${because}` : `${head}: its time frame was another then`;
}

function tellScreening(skipped: Extract<Reason, { why: 'screen' }>['skipped']): string {
  switch (skipped) {
    case null:
      return 'screening: the caller is asked for a name';
    case 'allowed':
      return 'no screening: the caller is allowed';
    case 'screened':
      return 'no screening: the caller has said a name already';
    case 'nobodyToAsk':
      return 'no screening: there is nobody to be asked';
  }
}

function tellLeftOut(as: LeftOut): string {
  switch (as.because) {
    case 'caller':
      return 'it is the caller';
    case 'unregistered':
      return 'not registered';
    case 'unknown':
      return 'there is no such phone';
    case 'noWayOut':
      return 'there is no way out to it';
    case 'notAPhone':
      return 'it is no phone';
    case 'delay':
      return `its delay is not shorter than the ring time of ${seconds(as.ringMs)}`;
  }
}

type NumberReason = Extract<Reason, { why: 'number' | 'emergency' | 'wayOut' | 'barred' | 'noTrunk' | 'noRoute' }>;

function tellNumber(reason: NumberReason): string {
  switch (reason.why) {
    case 'number':
      return `${reason.number} is ours: ${reason.treatment}${reason.extension === null ? '' : ` ${reason.extension}`}`;
    case 'emergency':
      return `${reason.number} is an emergency number, ${tellTrunks(reason)}`;
    case 'wayOut':
      return `${reason.number} is outside: route ${reason.route}, class ${reason.class}, ${tellTrunks(reason)}`;
    case 'barred':
      return `${reason.extension ?? 'a caller from outside'} may not call ${reason.number}, which is ${reason.class}`;
    case 'noTrunk':
      return `no trunk is left for ${reason.number} (${reason.route})`;
    case 'noRoute':
      return `no route leads to ${reason.number}`;
  }
}

function tellTrunks({ trunks, down = [] }: Extract<Reason, { why: 'emergency' | 'wayOut' }>): string {
  const names = trunks.map((name) => (down.includes(name) ? `${name}, which does not answer` : name));
  return `by ${names.join(', then ')}`;
}

function listOf(owner: string | null): string {
  return owner === null ? "the domain's list" : `the list of ${owner}`;
}

function ownerText(owner: string | null): string {
  return owner === null ? 'the domain' : owner;
}

function calls(count: number): string {
  return `${count} ${count === 1 ? 'call' : 'calls'}`;
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
