import { type EpochMs, startTimer, stopTimer, type TimerEffect, type TimerEvent } from '../../machine/machine.js';
import type { Cause } from '../cause.js';
import type { ParkConfig, ParkSlot } from './park-config.js';
import type { QueueExit } from './queue-effect.js';
import type { CallerParty } from './queue-event.js';

/**
 * The park slots of a domain. A call is parked by transfer only; whoever dials the slot retrieves it (D-43).
 *
 *     parked → ringing back → parked … → gone: retrieved, taken back, hung up, or by its last exit
 *
 * Retrieval is possible in both states. Parked calls survive the parker's hang-up, and no restart (D-45).
 */
export type ParkLot = { readonly config: ParkConfig; readonly parked: readonly Parked[] };

export type Parked = {
  readonly call: string;
  readonly party: CallerParty;
  /** As it was when the call was parked. */
  readonly slot: ParkSlot;
  /** Null: nobody of ours. */
  readonly parker: Parker | null;
  readonly parkedAt: EpochMs;
  readonly state: 'parked' | 'ringingBack';
  readonly reparks: number;
};

/** Whose phones are rung back, without his rules; `voicemail`: he has a mailbox. */
export type Parker = { readonly extension: string; readonly voicemail: boolean };

export type ParkEvent =
  /**
   * A transfer to a slot, or to any (`slot` null: the lowest that is free, D-42). `orAny`: if the slot is occupied,
   * another will do.
   */
  | {
      readonly type: 'parked';
      readonly call: string;
      readonly party: CallerParty;
      readonly slot: string | null;
      readonly orAny: boolean;
      readonly parker: Parker | null;
    }
  /** Somebody dialled a slot; `by` is his call. */
  | { readonly type: 'dialled'; readonly slot: string; readonly by: string }
  | { readonly type: 'callerLeft'; readonly call: string }
  | { readonly type: 'ringBackAnswered'; readonly call: string }
  | { readonly type: 'ringBackFailed'; readonly call: string }
  | { readonly type: 'voicemailChosen'; readonly call: string }
  /** For calls that are parked from now on. */
  | { readonly type: 'configured'; readonly config: ParkConfig }
  | TimerEvent;

export type ParkEffect =
  | TimerEffect
  /** Music for the caller. `announce`: tell the parker the slot, he did not choose it. */
  | {
      readonly type: 'park';
      readonly call: string;
      readonly slot: string;
      readonly music: string | null;
      readonly announce: boolean;
    }
  /** The transfer fails with this status, in the NOTIFY of a REFER (RFC 3515); the call stays with the parker. */
  | { readonly type: 'refusePark'; readonly call: string; readonly slot: string | null; readonly status: 404 | 486 }
  /** Connect the call that dialled the slot. */
  | { readonly type: 'retrieve'; readonly call: string; readonly slot: string; readonly by: string }
  /** "No call is parked here", 404. */
  | { readonly type: 'nothingParked'; readonly slot: string; readonly by: string }
  | {
      readonly type: 'ringBack';
      readonly call: string;
      readonly slot: string;
      readonly parker: Parker;
      /** Caller name to show. */
      readonly name: string;
      readonly ringMs: number;
    }
  | { readonly type: 'endRingBack'; readonly call: string; readonly cause: Cause }
  /** Connect the parker, who answered the ring-back. */
  | { readonly type: 'takeBack'; readonly call: string; readonly slot: string }
  /** "Press 1 to leave a message, or stay on the line": 1 is `voicemailChosen`. */
  | { readonly type: 'offerVoicemail'; readonly call: string; readonly mailbox: string }
  | { readonly type: 'leave'; readonly call: string; readonly slot: string; readonly exit: QueueExit }
  /** D-45: state of the dialog-info of the slot (RFC 4235), and who is parked. */
  | {
      readonly type: 'lamp';
      readonly slot: string;
      readonly state: 'confirmed' | 'early' | 'terminated';
      readonly party: CallerParty | null;
    }
  | { readonly type: 'log'; readonly row: ParkLogRow };

/** `ms`: since it was parked. */
export type ParkLogRow = {
  readonly at: EpochMs;
  readonly type: 'parked' | 'retrieved' | 'rangBack' | 'reparked' | 'takenBack' | 'abandoned' | 'voicemail' | 'left';
  readonly slot: string;
  readonly call: string;
  /** Parker or retriever, where there is one. */
  readonly by: string | null;
  readonly ms: number;
};

export type ParkStep = readonly [ParkLot, readonly ParkEffect[]];

type ParkRequest = Extract<ParkEvent, { type: 'parked' }>;

export function stepPark(lot: ParkLot, event: ParkEvent, now: EpochMs): ParkStep {
  switch (event.type) {
    case 'parked':
      return park(lot, event, now);
    case 'dialled':
      return retrieve(lot, event.slot, event.by, now);
    case 'configured':
      return [{ ...lot, config: event.config }, []];
    case 'callerLeft':
      return withParked(lot, event.call, (parked) => gone(lot, parked, 'abandoned', null, 'callerGone', now, []));
    case 'ringBackAnswered':
      return withParked(lot, event.call, (parked) => takeBack(lot, parked, now));
    case 'ringBackFailed':
      return withParked(lot, event.call, (parked) =>
        parked.state === 'ringingBack' ? unanswered(lot, parked, [stopTimer(`back ${parked.call}`)], now) : [lot, []],
      );
    case 'voicemailChosen':
      return withParked(lot, event.call, (parked) => chooseVoicemail(lot, parked, now));
    case 'timer':
      return timedOut(lot, event.timer, now);
  }
}

/** D-42. */
function park(lot: ParkLot, event: ParkRequest, now: EpochMs): ParkStep {
  const { call, party, parker } = event;
  const { slots } = lot.config;
  const asked = event.slot === null ? null : (slots.find(({ slot }) => slot === event.slot) ?? null);
  if (event.slot !== null && asked === null)
    return [lot, [{ type: 'refusePark', call, slot: event.slot, status: 404 }]];
  const isFree = ({ slot }: ParkSlot): boolean => !lot.parked.some((some) => some.slot.slot === slot);
  const known = lot.parked.some((some) => some.call === call);
  const any = asked === null || event.orAny ? lowest(slots.filter(isFree)) : null;
  const slot = asked !== null && isFree(asked) ? asked : any;
  if (slot === null || known) return [lot, [{ type: 'refusePark', call, slot: event.slot, status: 486 }]];
  const parked: Parked = { call, party, slot, parker, parkedAt: now, state: 'parked', reparks: 0 };
  const effects: ParkEffect[] = [
    { type: 'park', call, slot: slot.slot, music: slot.music, announce: slot !== asked },
    { type: 'lamp', slot: slot.slot, state: slot.lamp, party },
    row('parked', parked, parker?.extension ?? null, now),
  ];
  if (slot.parkMs > 0) effects.push(startTimer(`park ${call}`, slot.parkMs));
  if (slot.maxWaitMs > 0) effects.push(startTimer(`cap ${call}`, slot.maxWaitMs));
  return [{ ...lot, parked: [...lot.parked, parked] }, effects];
}

function lowest(slots: readonly ParkSlot[]): ParkSlot | null {
  return slots.toSorted((a, b) => Number(a.slot) - Number(b.slot))[0] ?? null;
}

/** D-43: the first retriever wins; the slot is free at once, so that the second hears that it is empty. */
function retrieve(lot: ParkLot, slot: string, by: string, now: EpochMs): ParkStep {
  const parked = lot.parked.find((some) => some.slot.slot === slot);
  if (parked === undefined) return [lot, [{ type: 'nothingParked', slot, by }]];
  const connected: ParkEffect = { type: 'retrieve', call: parked.call, slot, by };
  return gone(lot, parked, 'retrieved', by, 'answeredElsewhere', now, [connected]);
}

function takeBack(lot: ParkLot, parked: Parked, now: EpochMs): ParkStep {
  if (parked.state !== 'ringingBack') return [lot, []];
  const answered: Parked = { ...parked, state: 'parked' }; // nothing is left to be ended
  const { call, slot, parker } = parked;
  const effects: ParkEffect[] = [stopTimer(`back ${call}`), { type: 'takeBack', call, slot: slot.slot }];
  return gone(lot, answered, 'takenBack', parker?.extension ?? null, 'normal', now, effects);
}

function chooseVoicemail(lot: ParkLot, parked: Parked, now: EpochMs): ParkStep {
  const { parker, call, slot } = parked;
  if (parker === null || !parker.voicemail) return [lot, []];
  const exit: QueueExit = { to: 'voicemail', mailbox: parker.extension };
  const leave: ParkEffect = { type: 'leave', call, slot: slot.slot, exit };
  return gone(lot, parked, 'voicemail', null, 'callerGone', now, [leave]);
}

function timedOut(lot: ParkLot, timer: string, now: EpochMs): ParkStep {
  const [what, call = ''] = timer.split(' ', 2);
  return withParked(lot, call, (parked) => {
    switch (what) {
      case 'park':
        return remind(lot, parked, now);
      case 'back':
        return unanswered(lot, parked, [{ type: 'endRingBack', call, cause: 'noAnswer' }], now);
      case 'cap':
        return lastExit(lot, parked, [], now);
    }
    return [lot, []];
  });
}

/** D-44: the caller is offered voicemail, or the parker is rung; of a parker who is nobody of ours that is skipped. */
function remind(lot: ParkLot, parked: Parked, now: EpochMs): ParkStep {
  const { call, slot, parker, party } = parked;
  if (parker === null) return unanswered(lot, parked, [], now);
  if (slot.mode === 'voicemail' && parker.voicemail) {
    const offer: ParkEffect = { type: 'offerVoicemail', call, mailbox: parker.extension };
    return [lot, [offer, startTimer(`park ${call}`, slot.parkMs)]];
  }
  const name = `Park ${slot.slot}: ${party.name === '' ? party.number : party.name}`;
  return [
    replace(lot, { ...parked, state: 'ringingBack' }),
    [
      { type: 'ringBack', call, slot: slot.slot, parker, name, ringMs: slot.ringBackMs },
      startTimer(`back ${call}`, slot.ringBackMs),
      row('rangBack', parked, parker.extension, now),
    ],
  ];
}

/** D-44: back to the same slot a few times, then out. */
function unanswered(lot: ParkLot, parked: Parked, effects: readonly ParkEffect[], now: EpochMs): ParkStep {
  const back: Parked = { ...parked, state: 'parked', reparks: parked.reparks + 1 };
  if (back.reparks > parked.slot.reparks) return lastExit(lot, { ...parked, state: 'parked' }, effects, now);
  const again = startTimer(`park ${parked.call}`, parked.slot.parkMs);
  return [replace(lot, back), [...effects, again, row('reparked', back, null, now)]];
}

/** Never a silent end: forward, the parker's voicemail, the operator; with none of them 480 after a prompt. */
function lastExit(lot: ParkLot, parked: Parked, effects: readonly ParkEffect[], now: EpochMs): ParkStep {
  const { call, slot } = parked;
  const leave: ParkEffect = { type: 'leave', call, slot: slot.slot, exit: exitOf(lot, parked) };
  return gone(lot, parked, 'left', null, 'noAnswer', now, [...effects, leave]);
}

function exitOf({ config }: ParkLot, { slot, parker }: Parked): QueueExit {
  if (slot.forwardUnanswered !== null) return { to: 'forward', destination: slot.forwardUnanswered };
  if (parker?.voicemail === true) return { to: 'voicemail', mailbox: parker.extension };
  if (config.operator !== null) return { to: 'forward', destination: config.operator };
  return { to: 'reject', cause: 'unavailable' };
}

/** Frees the slot. `cause`: how a ring-back that goes on is ended. */
function gone(
  lot: ParkLot,
  parked: Parked,
  why: ParkLogRow['type'],
  by: string | null,
  cause: Cause,
  now: EpochMs,
  effects: readonly ParkEffect[],
): ParkStep {
  const { call, slot, state } = parked;
  const ringBack: ParkEffect[] =
    state === 'ringingBack' ? [stopTimer(`back ${call}`), { type: 'endRingBack', call, cause }] : [];
  return [
    { ...lot, parked: lot.parked.filter((some) => some.call !== call) },
    [
      ...(slot.parkMs > 0 ? [stopTimer(`park ${call}`)] : []),
      ...(slot.maxWaitMs > 0 ? [stopTimer(`cap ${call}`)] : []),
      ...ringBack,
      ...effects,
      { type: 'lamp', slot: slot.slot, state: 'terminated', party: null },
      row(why, parked, by, now),
    ],
  ];
}

function withParked(lot: ParkLot, call: string, then: (parked: Parked) => ParkStep): ParkStep {
  const parked = lot.parked.find((some) => some.call === call);
  return parked === undefined ? [lot, []] : then(parked);
}

function replace(lot: ParkLot, parked: Parked): ParkLot {
  return { ...lot, parked: lot.parked.map((some) => (some.call === parked.call ? parked : some)) };
}

function row(type: ParkLogRow['type'], parked: Parked, by: string | null, now: EpochMs): ParkEffect {
  const { slot, call, parkedAt } = parked;
  return { type: 'log', row: { at: now, type, slot: slot.slot, call, by, ms: now - parkedAt } };
}
