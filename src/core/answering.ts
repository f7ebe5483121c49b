import type { EpochMs } from '../machine/machine.js';
import { type CompiledFrame, compileFrame } from './compiled-frame.js';
import type { AnsweringRule, Domain, RingSet, User } from './domain.js';
import { frameOf, inheritedZone } from './frame-use.js';
import type { Decision, Exit, Plan, RingPlan, RoutePlan } from './plan.js';
import { describePlan } from './plan.js';
import { lineOf } from './queue/line-index.js';
import type { Reason } from './reason.js';
import { ringTargets } from './ring-set.js';
import type { Inquiry } from './route.js';
import { screen } from './screening-list.js';
import { holds, spanAt } from './time-frame.js';
import { wallMinute } from './wall-clock.js';
import type { World } from './world.js';

/** One decision for one user; `because` grows while it is made. */
type Answering = {
  readonly domain: Domain;
  readonly user: User;
  readonly world: World;
  readonly inquiry: Inquiry;
  readonly because: Reason[];
};

/** D-1: top-down, the first enabled rule whose frame holds; the Default rule holds always. */
export function decideUser(domain: Domain, user: User, world: World, inquiry: Inquiry, at: EpochMs): Decision {
  const zone = inheritedZone(domain, user);
  const because: Reason[] = [{ why: 'user', extension: user.extension, name: user.name }];
  const answering: Answering = { domain, user, world, inquiry, because };
  const frames = framesOf(domain, user);
  const minute = wallMinute(at, zone);
  for (let i = 0; i < user.rules.length; i++) {
    const rule = user.rules[i];
    const frame = frames[i];
    if (rule === undefined) continue;
    if (!rule.enabled) {
      because.push({ why: 'disabled', rule: rule.name }); // D-3
      continue;
    }
    const { frame: name } = rule;
    if (frame === undefined) {
      because.push({ why: 'noFrame', rule: rule.name, frame: name ?? '' });
      continue;
    }
    const active = frame === null || holdsAt(frame, at, zone, minute);
    because.push({ why: 'rule', extension: user.extension, rule: rule.name, frame: name, holds: active, at, zone });
    if (active) return { plan: follow(answering, rule), rule: rule.name, because };
  }
  because.push({ why: 'noRule' }); // only in data that lost its Default rule
  return { plan: mailbox(user), rule: null, because };
}

/** Frames that inherit their zone, as most do, share one reading of its wall clock. */
function holdsAt(frame: CompiledFrame, at: EpochMs, zone: string, minute: number): boolean {
  if (frame.kind === 'spans' && frame.zone === null) return spanAt(frame.spans, minute) !== null;
  return holds(frame, at, zone);
}

/** Of each rule; null: the Default rule, undefined: there is no such frame. */
type RuleFrames = readonly (CompiledFrame | null | undefined)[];
const ruleFrames = new WeakMap<Domain['timeFrames'], WeakMap<User, RuleFrames>>();

/** Looked up by name once for each user of a snapshot. */
function framesOf(domain: Domain, user: User): RuleFrames {
  let ofUsers = ruleFrames.get(domain.timeFrames);
  if (ofUsers === undefined) {
    ofUsers = new WeakMap();
    ruleFrames.set(domain.timeFrames, ofUsers);
  }
  let frames = ofUsers.get(user);
  if (frames === undefined) {
    frames = user.rules.map(({ frame }) => {
      if (frame === null) return null;
      const found = frameOf(domain, user, frame);
      return found === undefined ? undefined : compileFrame(found);
    });
    ofUsers.set(user, frames);
  }
  return frames;
}

/** D-2, inside the active rule. */
function follow(answering: Answering, rule: AnsweringRule): Plan {
  const { domain, user, inquiry, because } = answering;
  const screening = screen(inquiry.caller, user.extension, user.lists, domain.lists);
  const allowed = screening.verdict === 'allowed';
  switch (screening.verdict) {
    case 'unlisted':
      break;
    case 'allowed':
      because.push({ why: 'allowed', owner: screening.owner, entry: screening.entry });
      break;
    case 'blocked':
      because.push({ why: 'blocked', owner: screening.owner, entry: screening.entry });
      return { do: 'reject', cause: 'blocked' };
    case 'anonymous':
    case 'unknown':
    case 'nameless':
      because.push({ why: screening.verdict, owner: screening.owner });
      return { do: 'reject', cause: 'anonymous' };
  }
  if (rule.dnd || user.dnd) {
    because.push({ why: 'dnd', by: rule.dnd ? 'rule' : 'user', skipped: allowed });
    if (!allowed) return user.voicemail === null ? { do: 'reject', cause: 'busy' } : mailbox(user); // D-6
  }
  if (!rule.screen) return offer(answering, rule, inquiry.screened);
  if (allowed || inquiry.screened) {
    because.push({ why: 'screen', skipped: allowed ? 'allowed' : 'screened' });
    return offer(answering, rule, inquiry.screened);
  }
  return screened(answering, rule);
}

/** D-2 3: a plan that can only end in a mailbox or the like is followed without the caller being asked. */
function screened(answering: Answering, rule: AnsweringRule): Plan {
  const { user, because } = answering;
  const asked: Reason[] = [];
  const plan = offer({ ...answering, because: asked }, rule, true);
  const then = plan.do === 'ring' || (plan.do === 'route' && isForPeople(plan, answering.domain)) ? plan : null;
  because.push({ why: 'screen', skipped: then === null ? 'nobodyToAsk' : null }, ...asked);
  return then === null ? plan : { do: 'screen', extension: user.extension, then };
}

/** Not a mailbox, nor what the exchange itself answers. */
function isForPeople({ to }: RoutePlan, domain: Domain): boolean {
  switch (to.to) {
    case 'voicemail':
    case 'queue':
      return false;
    case 'extension':
      return domain.users.has(to.extension) && lineOf(domain, to.extension) === null;
    case 'number': {
      const own = domain.numbers.get(to.number);
      return own === undefined || own.treatment.to === 'user';
    }
    case 'device':
      return true;
  }
}

/** D-2 4 to 8. */
function offer(answering: Answering, rule: AnsweringRule, isScreened: boolean): Plan {
  const { user, world, because } = answering;
  if (user.forward !== null || rule.always !== null) return exit(answering, rule, 'always', isScreened);
  if (rule.offline !== null && isOffline(user, world)) {
    because.push({ why: 'offline', extension: user.extension });
    return exit(answering, rule, 'offline', isScreened);
  }
  const calls = rule.active !== null || user.maxCalls !== null ? world.callsOf(user.extension) : 0;
  if (rule.active !== null && calls > 0) {
    because.push({ why: 'active', extension: user.extension, calls });
    return exit(answering, rule, 'active', isScreened);
  }
  if (user.maxCalls !== null && calls >= user.maxCalls) {
    because.push({ why: 'full', extension: user.extension, calls, maxCalls: user.maxCalls });
    if (rule.busy !== null) return exit(answering, rule, 'busy', isScreened);
    const unanswered = exit(answering, rule, 'unanswered', isScreened);
    return unanswered.do === 'reject' ? { do: 'reject', cause: 'busy' } : unanswered;
  }
  return ring(answering, rule, isScreened);
}

function isOffline({ devices }: User, { contactsOf }: World): boolean {
  return devices.length > 0 && devices.every(({ id }) => contactsOf(id).length === 0);
}

/** D-2 7 and 8; with a second stage (D-73), that is the first one's way on. */
function ring(answering: Answering, rule: AnsweringRule, isScreened: boolean): Plan {
  const { user, because } = answering;
  const { next } = rule;
  const after: Reason[] = [];
  const last = { ...answering, because: after };
  const unanswered = exit(last, rule, 'unanswered', isScreened);
  const offline = rule.offline === null ? null : exit(last, rule, 'offline', isScreened);
  const busy = rule.busy === null ? null : exit(last, rule, 'busy', isScreened);
  if (next === null) {
    const plan = stage(answering, rule.ring, user.ringMs, isScreened, { unanswered, offline, busy });
    because.push(...after);
    return plan;
  }
  const first: Reason[] = [];
  const second: Reason[] = [];
  const rest = stage({ ...answering, because: second }, next.ring, user.ringMs - next.afterMs, isScreened, {
    unanswered,
    offline: null,
    busy: null,
  });
  const plan = stage({ ...answering, because: first }, rule.ring, next.afterMs, isScreened, {
    unanswered: rest,
    offline,
    busy: null,
  });
  because.push(...first, { why: 'next', afterMs: next.afterMs }, ...second, ...after);
  return plan;
}

type Exits = { readonly unanswered: Plan; readonly offline: Plan | null; readonly busy: Plan | null };

function stage(
  { domain, user, world, inquiry, because }: Answering,
  set: RingSet,
  ringMs: number,
  isScreened: boolean,
  exits: Exits,
): Plan {
  const { device } = inquiry.caller;
  const ringSet = { domain, user, world, caller: device, ringMs, screened: isScreened };
  const targets = ringTargets(set, ringSet, because);
  if (targets.length === 0) return exits.unanswered;
  return { do: 'ring', extension: user.extension, targets, ringMs, ...exits };
}

/** Where an exit leads; none is the mailbox (D-12). */
function exit(answering: Answering, rule: AnsweringRule, name: Exit, isScreened: boolean): Plan {
  const { user, because } = answering;
  const to = name === 'always' ? (user.forward ?? rule.always) : rule[name];
  const own = mailbox(user);
  if (to === null) {
    because.push({ why: 'exit', exit: name, to: null, ends: describePlan(own) });
    return own;
  }
  because.push({ why: 'exit', exit: name, to, ends: '' });
  if (to.to === 'device') return ringOnly(answering, to.device, isScreened);
  if (to.to === 'voicemail' && to.extension === user.extension) return own;
  const isAsked = isScreened && to.to !== 'voicemail';
  const otherwise = insteadOf(answering, rule, name, isScreened);
  return { do: 'route', from: user.extension, to, purpose: name, screened: isAsked, otherwise };
}

/** D-46: what follows a forward that would be a loop. The mailbox, else the exit that comes last. */
function insteadOf(answering: Answering, rule: AnsweringRule, name: Exit, isScreened: boolean): Plan {
  const { user } = answering;
  if (name === 'unanswered' || rule.unanswered === null || user.voicemail !== null) return mailbox(user);
  return exit({ ...answering, because: [] }, rule, 'unanswered', isScreened);
}

/** if a specific phone is chosen, only that device rings. */
function ringOnly(answering: Answering, device: string, isScreened: boolean): Plan {
  const { user } = answering;
  const set: RingSet = { own: 'none', also: [{ to: { to: 'device', device }, delayMs: 0 }] };
  const exits = { unanswered: mailbox(user), offline: null, busy: null };
  return stage(answering, set, user.ringMs, isScreened, exits);
}

/** A device that is dialled or forwarded to by its own id; its owner's mailbox follows. */
export function decideDevice(domain: Domain, user: User, device: string, world: World, inquiry: Inquiry): Decision {
  const because: Reason[] = [];
  const answering: Answering = { domain, user, world, inquiry, because };
  return { plan: ringOnly(answering, device, inquiry.screened), rule: null, because };
}

/** D-12: voicemail if enabled, else 480. */
export function mailbox(user: User): Exclude<Plan, RingPlan> {
  return user.voicemail === null
    ? { do: 'reject', cause: 'unavailable' }
    : { do: 'voicemail', extension: user.extension };
}
