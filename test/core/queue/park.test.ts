import { describe, expect, it } from 'vitest';
import { type ParkEffect, type ParkEvent, type Parker, type ParkLot, stepPark } from '../../../src/core/queue/park.js';
import { checkPark, PARK_DEFAULTS, type ParkConfig, type ParkSlot } from '../../../src/core/queue/park-config.js';
import { between, choose, seeded } from '../../../src/machine/random.js';
import { MachineRunner } from '../../../src/machine/runner.js';
import { FakeClock } from '../../support/fake-clock.js';

const sue: Parker = { extension: '205', voicemail: true };
const operator = { to: 'extension', extension: '200' } as const;

function slot(number: string, given: Partial<ParkSlot> = {}): ParkSlot {
  return { ...PARK_DEFAULTS, slot: number, name: `Park ${number}`, ...given };
}

class ParkStage {
  readonly clock = new FakeClock();
  readonly lines: string[] = [];
  readonly effects: ParkEffect[] = [];
  readonly #runner: MachineRunner<ParkLot, ParkEvent, ParkEffect>;

  constructor(config: ParkConfig) {
    this.#runner = new MachineRunner<ParkLot, ParkEvent, ParkEffect>(
      { config, parked: [] },
      stepPark,
      this.clock,
      (effect) => {
        this.effects.push(effect);
        const said = say(effect);
        if (said !== null) this.lines.push(`${this.clock.now() / 1000}s ${said}`);
      },
    );
  }

  get lot(): ParkLot {
    return this.#runner.state;
  }

  at(seconds: number): this {
    this.clock.advance(seconds * 1000 - this.clock.now());
    return this;
  }

  handle(event: ParkEvent): this {
    this.#runner.handle(event);
    return this;
  }

  park(call: string, inSlot: string | null, given: { parker?: Parker | null; orAny?: boolean } = {}): this {
    const { parker = sue, orAny = false } = given;
    return this.handle({ type: 'parked', call, party: { name: call, number: '1' }, slot: inSlot, orAny, parker });
  }

  dial(number: string, by: string): this {
    return this.handle({ type: 'dialled', slot: number, by });
  }
}

function say(effect: ParkEffect): string | null {
  switch (effect.type) {
    case 'startTimer':
    case 'stopTimer':
    case 'log':
    case 'lamp':
      return null;
    case 'park':
      return `park ${effect.call} ${effect.slot}${effect.announce ? ' announced' : ''}`;
    case 'ringBack':
      return `ringBack ${effect.parker.extension} "${effect.name}" ${effect.ringMs}`;
    case 'leave':
      return `leave ${effect.call} ${effect.exit.to} ${JSON.stringify(Object.values(effect.exit)[1])}`;
    case 'refusePark':
    case 'retrieve':
    case 'nothingParked':
    case 'endRingBack':
    case 'takeBack':
    case 'offerVoicemail':
      return Object.values(effect).join(' ');
  }
}

type Row = readonly [name: string, config: Partial<ParkConfig>, (stage: ParkStage) => void, readonly string[]];

const both = [slot('8852'), slot('8851')];

const rows: readonly Row[] = [
  [
    'A-174 D-42 D-43 a transfer to a slot parks, dialling it from anywhere retrieves',
    {},
    (s) => s.park('c1', '8851').at(30).dial('8851', 'd1'),
    ['0s park c1 8851', '30s retrieve c1 8851 d1'],
  ],
  [
    'D-42 park-any takes the lowest free slot and announces it',
    { slots: both },
    (s) => s.park('c1', null).park('c2', null),
    ['0s park c1 8851 announced', '0s park c2 8852 announced'],
  ],
  [
    'D-41 D-42 an occupied slot refuses with 486: the call stays with the parker',
    { slots: both },
    (s) => s.park('c1', '8851').park('c2', '8851'),
    ['0s park c1 8851', '0s refusePark c2 8851 486'],
  ],
  [
    'D-42 an occupied slot, another will do: it is chosen and announced',
    { slots: both },
    (s) => s.park('c1', '8851').park('c2', '8851', { orAny: true }),
    ['0s park c1 8851', '0s park c2 8852 announced'],
  ],
  [
    'D-42 a preferred slot that is free is not announced',
    { slots: both },
    (s) => s.park('c1', '8852', { orAny: true }),
    ['0s park c1 8852'],
  ],
  [
    'D-42 all occupied',
    {},
    (s) => s.park('c1', null).park('c2', null),
    ['0s park c1 8851 announced', '0s refusePark c2  486'],
  ],
  ['D-42 no such slot', {}, (s) => s.park('c1', '8859'), ['0s refusePark c1 8859 404']],
  [
    'D-42 a call is parked once',
    { slots: both },
    (s) => s.park('c1', '8851').park('c1', '8852'),
    ['0s park c1 8851', '0s refusePark c1 8852 486'],
  ],
  ['D-43 dialling an empty slot parks nobody', {}, (s) => s.dial('8851', 'd1'), ['0s nothingParked 8851 d1']],
  [
    'D-43 of two retrievers the first wins, the second hears that it is empty',
    {},
    (s) => s.park('c1', '8851').at(3).dial('8851', 'd1').dial('8851', 'd2'),
    ['0s park c1 8851', '3s retrieve c1 8851 d1', '3s nothingParked 8851 d2'],
  ],
  [
    'D-44 after 120 s the parker’s phones ring for 30 s; he takes the call back',
    {},
    (s) => s.park('c1', '8851').at(130).handle({ type: 'ringBackAnswered', call: 'c1' }).at(4000),
    ['0s park c1 8851', '120s ringBack 205 "Park 8851: c1" 30000', '130s takeBack c1 8851'],
  ],
  [
    'D-44 meanwhile the call can be retrieved',
    {},
    (s) => s.park('c1', '8851').at(130).dial('8851', 'd1').handle({ type: 'ringBackAnswered', call: 'c1' }),
    [
      '0s park c1 8851',
      '120s ringBack 205 "Park 8851: c1" 30000',
      '130s endRingBack c1 answeredElsewhere',
      '130s retrieve c1 8851 d1',
    ],
  ],
  [
    'D-44 no answer: parked again in the same slot, 3 times, then the slot’s forward',
    { slots: [slot('8851', { forwardUnanswered: { to: 'extension', extension: '9' } })] },
    (s) => s.park('c1', '8851').at(4000),
    [
      '0s park c1 8851',
      '120s ringBack 205 "Park 8851: c1" 30000',
      '150s endRingBack c1 noAnswer',
      '270s ringBack 205 "Park 8851: c1" 30000',
      '300s endRingBack c1 noAnswer',
      '420s ringBack 205 "Park 8851: c1" 30000',
      '450s endRingBack c1 noAnswer',
      '570s ringBack 205 "Park 8851: c1" 30000',
      '600s endRingBack c1 noAnswer',
      '600s leave c1 forward {"to":"extension","extension":"9"}',
    ],
  ],
  [
    'D-44 without a forward the parker’s voicemail; a phone that is busy fails at once',
    { slots: [slot('8851', { reparks: 0 })] },
    (s) => s.park('c1', '8851').at(121).handle({ type: 'ringBackFailed', call: 'c1' }),
    ['0s park c1 8851', '120s ringBack 205 "Park 8851: c1" 30000', '121s leave c1 voicemail "205"'],
  ],
  [
    'D-44 a parker without voicemail: the operator',
    { slots: [slot('8851', { reparks: 0 })] },
    (s) => s.park('c1', '8851', { parker: { extension: '205', voicemail: false } }).at(200),
    [
      '0s park c1 8851',
      '120s ringBack 205 "Park 8851: c1" 30000',
      '150s endRingBack c1 noAnswer',
      '150s leave c1 forward {"to":"extension","extension":"200"}',
    ],
  ],
  [
    'D-44 no operator either: 480 after a prompt, not silence',
    { slots: [slot('8851', { reparks: 0 })], operator: null },
    (s) => s.park('c1', '8851', { parker: null }).at(200),
    ['0s park c1 8851', '120s leave c1 reject "unavailable"'],
  ],
  [
    'D-44 of a parker outside the ring-back is skipped',
    {},
    (s) => s.park('c1', '8851', { parker: null }).at(1000),
    ['0s park c1 8851', '480s leave c1 forward {"to":"extension","extension":"200"}'],
  ],
  [
    'D-44 0 disables the ring-back; D-41 after 60 min the exit',
    { slots: [slot('8851', { parkMs: 0 })] },
    (s) => s.park('c1', '8851').at(4000),
    ['0s park c1 8851', '3600s leave c1 voicemail "205"'],
  ],
  [
    'D-44 voicemail mode: the caller is offered the parker’s voicemail at that interval',
    { slots: [slot('8851', { mode: 'voicemail' })] },
    (s) => s.park('c1', '8851').at(250).handle({ type: 'voicemailChosen', call: 'c1' }),
    ['0s park c1 8851', '120s offerVoicemail c1 205', '240s offerVoicemail c1 205', '250s leave c1 voicemail "205"'],
  ],
  [
    'D-44 voicemail mode with a parker who has none: he is rung back',
    { slots: [slot('8851', { mode: 'voicemail' })] },
    (s) => s.park('c1', '8851', { parker: { extension: '205', voicemail: false } }).at(121),
    ['0s park c1 8851', '120s ringBack 205 "Park 8851: c1" 30000'],
  ],
  [
    'D-45 the caller hangs up: the slot is free at once, and nobody is rung back',
    {},
    (s) => s.park('c1', '8851').at(125).handle({ type: 'callerLeft', call: 'c1' }).park('c2', '8851'),
    [
      '0s park c1 8851',
      '120s ringBack 205 "Park 8851: c1" 30000',
      '125s endRingBack c1 callerGone',
      '125s park c2 8851',
    ],
  ],
  [
    'a reload: who is parked stays as he was',
    {},
    (s) =>
      s
        .park('c1', '8851')
        .at(5)
        .handle({ type: 'configured', config: { slots: [], operator: null } })
        .dial('8851', 'd1'),
    ['0s park c1 8851', '5s retrieve c1 8851 d1'],
  ],
];

describe('call park', () => {
  it.each(rows)('%s', (_name, config, script, lines) => {
    const stage = new ParkStage({ slots: [slot('8851')], operator, ...config });
    script(stage);
    expect(stage.lines).toEqual(lines);
  });

  it('D-45 the lamp: confirmed with the party while occupied, terminated when free; early if so chosen', () => {
    const stage = new ParkStage({ slots: [slot('8851'), slot('8852', { lamp: 'early' })], operator });
    stage.park('c1', '8851').park('c2', '8852').dial('8851', 'd1').handle({ type: 'callerLeft', call: 'c2' });
    expect(stage.effects.flatMap((effect) => (effect.type === 'lamp' ? [Object.values(effect).slice(1)] : []))).toEqual(
      [
        ['8851', 'confirmed', { name: 'c1', number: '1' }],
        ['8852', 'early', { name: 'c2', number: '1' }],
        ['8851', 'terminated', null],
        ['8852', 'terminated', null],
      ],
    );
  });

  it('the record of a parked call', () => {
    const stage = new ParkStage({ slots: [slot('8851')], operator });
    stage.park('c1', '8851').at(160).dial('8851', 'd1');
    const told = stage.effects.flatMap((e) => (e.type === 'log' ? [`${e.row.type} ${e.row.by} ${e.row.ms}`] : []));
    expect(told).toEqual(['parked 205 0', 'rangBack 205 120000', 'reparked null 150000', 'retrieved d1 160000']);
  });

  it('A-132 A-175 slots are 8851 to 8859, or as configured', () => {
    const codes = (config: ParkConfig, range?: { from: number; to: number }) =>
      checkPark(config, range).map((fault) => fault.code);
    expect(codes({ slots: [slot('8851'), slot('8859')], operator })).toEqual([]);
    expect(codes({ slots: [slot('8850'), slot('park')], operator })).toEqual(['outsideRange', 'outsideRange']);
    expect(codes({ slots: [slot('720')], operator }, { from: 700, to: 729 })).toEqual([]);
    expect(codes({ slots: [slot('8851'), slot('8851', { ringBackMs: 0 })], operator })).toEqual([
      'duplicateSlot',
      'badDuration',
    ]);
  });

  it('random events: one call per slot, every parked call gets an end, no timer is left', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seeded(seed);
      const slots = ['8851', '8852', '8853'].map((number) =>
        slot(number, { mode: random() < 0.5 ? 'ringBack' : 'voicemail', parkMs: between(random, 0, 2) * 60_000 }),
      );
      const stage = new ParkStage({ slots, operator: random() < 0.5 ? operator : null });
      for (let i = 0; i < 100; i++) {
        const call = stage.lot.parked[between(random, 0, 2)]?.call ?? 'none';
        const number = `885${between(random, 0, 3)}`;
        choose<() => unknown>(random, [
          [
            3,
            () =>
              stage.park(`c${i}`, random() < 0.3 ? null : number, {
                orAny: random() < 0.5,
                parker: random() < 0.7 ? sue : null,
              }),
          ],
          [1, () => stage.dial(number, `d${i}`)],
          [1, () => stage.handle({ type: 'callerLeft', call })],
          [1, () => stage.handle({ type: 'ringBackAnswered', call })],
          [1, () => stage.handle({ type: 'ringBackFailed', call })],
          [1, () => stage.handle({ type: 'voicemailChosen', call })],
          [4, () => stage.clock.advance(between(random, 0, 90_000))],
        ])();
        const occupied = stage.lot.parked.map((parked) => parked.slot.slot);
        expect(new Set(occupied).size, `seed ${seed}`).toBe(occupied.length);
      }
      stage.clock.advance(4_000_000);
      expect(stage.lot.parked, `seed ${seed}`).toEqual([]);
      expect(stage.clock.pending, `seed ${seed}`).toBe(0);
    }
  });
});
