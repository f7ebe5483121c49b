import { startTimer } from '../../machine/machine.js';
import { type Agent, type Caller, log, type Membership, type Queue, type Turn } from './acd.js';
import { announce } from './announcement.js';
import { depart, settle, unavailableExit } from './departure.js';
import { shutGate } from './gate.js';
import { joinLine, moveToHead } from './line.js';
import { endOffer, makeOffer } from './offer.js';
import type { AcdEffect } from './queue-effect.js';
import type { CallerEvent } from './queue-event.js';
import { startQueueRing } from './time-out.js';

type Joined = Extract<CallerEvent, { type: 'callerJoined' }>;
type PickedUp = Extract<CallerEvent, { type: 'callerPickedUp' }>;
type Asked = Extract<AcdEffect, { type: 'refuse' }>['asked'];

export function stepCaller(turn: Turn, event: CallerEvent): void {
  if (event.type === 'callerJoined') return joined(turn, event);
  const caller = turn.acd.callers.get(event.call);
  if (caller === undefined) return notWaiting(turn, event);
  switch (event.type) {
    case 'introEnded':
      return introEnded(turn, caller);
    case 'callerLeft':
      return depart(turn, caller, 'abandoned', null);
    case 'voicemailChosen': {
      const { voicemail } = caller.queue.config;
      if (caller.talk !== null || voicemail === null) return;
      return depart(turn, caller, 'voicemail', { to: 'voicemail', mailbox: voicemail });
    }
    case 'callerPrioritised':
      return prioritised(turn, caller, event.by);
    case 'callerPickedUp':
      return pickedUp(turn, caller, event);
    case 'callerTransferred':
      if (caller.talk !== null) return refuse(turn, event.call, 'transfer', TAKEN);
      return depart(turn, caller, 'transferred', { to: 'forward', destination: event.to }, event.by);
  }
}

const TAKEN = 'somebody has taken this caller';
const ASKED = { callerPrioritised: 'prioritise', callerPickedUp: 'pickUp', callerTransferred: 'transfer' } as const;

/** What a person asked for is refused; what happens of itself may come too late. */
function notWaiting(turn: Turn, event: Exclude<CallerEvent, Joined>): void {
  if (event.type === 'introEnded' || event.type === 'callerLeft' || event.type === 'voicemailChosen') return;
  refuse(turn, event.call, ASKED[event.type], 'nobody with this call waits');
}

function refuse({ effects }: Turn, call: string, asked: Asked, why: string): void {
  effects.push({ type: 'refuse', asked, call, why });
}

function joined(turn: Turn, event: Joined): void {
  const { acd, effects } = turn;
  const { call, party, dialled, priority } = event;
  if (acd.callers.has(call)) return;
  const queue = acd.queues.get(event.queue);
  const refusal = queue === undefined ? 'noQueue' : shutGate(queue, turn.now);
  const counted = queue?.config.statistics ?? false;
  const row = { queue: event.queue, call, party, dialled, counted };
  if (queue === undefined || refusal !== null) {
    const why = refusal ?? 'noQueue';
    log(turn, { type: 'refused', ...row, why });
    const exit =
      queue === undefined ? ({ to: 'reject', cause: 'unavailable' } as const) : unavailableExit(queue.config);
    effects.push({ type: 'leave', call, queue: event.queue, why, exit });
    return;
  }
  const caller = callerFor(turn, queue, event);
  log(turn, { type: 'entered', ...row, priority });
  const { intro, music, maxWaitMs, extension } = queue.config;
  effects.push({ type: 'admit', call, queue: extension, intro, music });
  joinLine(turn, caller);
  if (maxWaitMs > 0) effects.push(startTimer(`cap ${call}`, maxWaitMs));
  if (!caller.introducing) startQueueRing(turn, caller);
  if (intro === null) announce(turn, caller);
  settle(turn, caller);
}

function callerFor({ acd, now }: Turn, queue: Queue, event: Joined): Caller {
  const { config } = queue;
  return {
    call: event.call,
    queue,
    party: event.party,
    enteredAt: now,
    deadline: null,
    priority: event.priority,
    since: Math.min(event.since ?? now, now),
    arrival: ++acd.lastArrival,
    introducing: config.requireIntro && config.intro !== null,
    paused: false,
    ready: false,
    overdue: null,
    offers: [],
    talk: null,
    hunted: null,
    threshold: config.initialGroup,
    cascading: false,
    growing: false,
    missedBy: new Set(),
    announce: event.announce ?? config.announce,
    announcedAt: null,
    toldMinutes: null,
  };
}

/** The queue ring time-out starts at the end of a required intro, and not before it is an agent rung. */
function introEnded(turn: Turn, caller: Caller): void {
  if (caller.announcedAt === null) announce(turn, caller);
  if (!caller.introducing) return;
  caller.introducing = false;
  startQueueRing(turn, caller);
  settle(turn, caller);
}

function prioritised(turn: Turn, caller: Caller, by: string): void {
  moveToHead(caller);
  log(turn, { type: 'prioritised', queue: caller.queue.config.extension, call: caller.call, by });
  turn.acd.unsettled.add(caller.queue);
}

/** D-33: whatever rings for this caller, or rings this agent for another, makes way. */
function pickedUp(turn: Turn, caller: Caller, { agent: id, by }: PickedUp): void {
  const { call, queue } = caller;
  const agent = turn.acd.agents.get(id);
  const place = agent === undefined ? 'there is no such agent' : placeToRing(caller, agent);
  if (typeof place === 'string') return refuse(turn, call, 'pickUp', place);
  log(turn, { type: 'pickedUp', queue: queue.config.extension, call, agent: id, by });
  const { offer: other } = place.agent;
  if (other !== null) {
    endOffer(turn, other, 'withdrawn', 'answeredElsewhere');
    if (other.caller !== caller) settle(turn, other.caller);
  }
  for (const offer of [...caller.offers]) endOffer(turn, offer, 'lost', 'answeredElsewhere');
  settle(turn, caller);
  makeOffer(turn, caller, place, true);
}

/** His place in this queue, or any where his phone can be rung; else why he cannot have this caller. */
function placeToRing(caller: Caller, agent: Agent): Membership | string {
  if (caller.talk !== null) return TAKEN;
  if (caller.introducing) return 'the intro must be heard to its end';
  if (caller.overdue !== null) return 'the time of this caller is over';
  if (agent.offer?.state === 'confirming') return `${agent.id} is taking another caller`;
  const reachable = agent.memberships.filter((membership) => agent.reachable.has(membership.reach));
  return (
    reachable.find((membership) => membership.queue === caller.queue) ??
    reachable[0] ??
    `${agent.id} has no phone to ring`
  );
}
