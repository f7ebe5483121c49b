import { type EpochMs, startTimer, stopTimer, type TimerEffect, type TimerEvent } from '../machine/machine.js';

/**
 * Whether a trunk answers, asked by OPTIONS (RFC 3261 §11; `qualify` elsewhere). Until it is known to be down it is up, and
 * one lost question is none: only the second in a row counts. One answer brings it back.
 */
export type TrunkHealth = {
  readonly state: 'unknown' | 'up' | 'down' | 'stopped';
  readonly everyMs: number;
  /** Final status of the last question, 408 if nothing came in time; 0: none yet. */
  readonly status: number;
  /** Questions in a row that were not answered. */
  readonly misses: number;
  /** Since when it is what it is. */
  readonly since: EpochMs;
  /** Number of the last question. */
  readonly question: number;
  /** It is not answered yet. */
  readonly asking: boolean;
};

export type TrunkHealthEvent =
  | { readonly type: 'start' }
  | { readonly type: 'responded'; readonly question: number; readonly status: number }
  | { readonly type: 'stop' }
  | TimerEvent;

export type TrunkHealthEffect =
  | { readonly type: 'ask'; readonly question: number }
  /** It has gone up or down. */
  | { readonly type: 'changed' }
  | TimerEffect;

export type TrunkHealthStep = readonly [TrunkHealth, readonly TrunkHealthEffect[]];

/** What has not come by then does not come: well before a caller would give up. */
const SILENCE_MS = 4_000;
/** Between the first miss and the question that decides. */
const AGAIN_MS = 3_000;
const MISSES = 2;
/** Answers that say that nobody is there, or nobody who can take a call. */
const NO_ANSWER = new Set([408, 502, 503, 504]);

export function newTrunkHealth(everyMs: number, now: EpochMs): TrunkHealth {
  return { state: 'unknown', everyMs, status: 0, misses: 0, since: now, question: 0, asking: false };
}

export function stepTrunkHealth(health: TrunkHealth, event: TrunkHealthEvent, now: EpochMs): TrunkHealthStep {
  if (health.state === 'stopped') return [health, []];
  switch (event.type) {
    case 'start':
      return ask(health);
    case 'responded':
      // A late answer to an earlier question says no more than the silence has.
      if (!health.asking || event.question !== health.question) return [health, []];
      return NO_ANSWER.has(event.status) ? missed(health, event.status, now) : answered(health, event.status, now);
    case 'stop':
      return [{ ...health, state: 'stopped', asking: false }, [stopTimer('ask'), stopTimer('silence')]];
    case 'timer':
      return event.timer === 'ask' ? ask(health) : missed(health, 408, now);
  }
}

function ask(health: TrunkHealth): TrunkHealthStep {
  const question = health.question + 1;
  return [{ ...health, question, asking: true }, [startTimer('silence', SILENCE_MS), { type: 'ask', question }]];
}

function answered(health: TrunkHealth, status: number, now: EpochMs): TrunkHealthStep {
  const next: TrunkHealth = { ...health, state: 'up', status, misses: 0, asking: false };
  return concluded(health, next, health.everyMs, now);
}

function missed(health: TrunkHealth, status: number, now: EpochMs): TrunkHealthStep {
  const misses = health.misses + 1;
  const isDown = misses >= MISSES;
  const state = isDown ? 'down' : health.state;
  const next: TrunkHealth = { ...health, state, status, misses, asking: false };
  return concluded(health, next, isDown ? health.everyMs : Math.min(AGAIN_MS, health.everyMs), now);
}

function concluded(before: TrunkHealth, after: TrunkHealth, waitMs: number, now: EpochMs): TrunkHealthStep {
  const timers: readonly TrunkHealthEffect[] = [stopTimer('silence'), startTimer('ask', waitMs)];
  if (after.state === before.state) return [after, timers];
  return [{ ...after, since: now }, [...timers, { type: 'changed' }]];
}
