import { describe, expect, it } from 'vitest';
import { PARK_DEFAULTS } from '../../src/core/queue/park-config.js';
import { domainOf, itFinds, type Row } from './config-folder.js';

const top = (lines: string) =>
  `domain: a.example\n${lines}\nusers: [{ extension: 201, voicemail: true }, { extension: 202 }]\n`;

describe('park', () => {
  it('A-175 true is the nine places', () => {
    const { park } = domainOf(top('park: true'));
    expect(park?.operator).toBeNull();
    expect(park?.slots).toHaveLength(9);
    expect(park?.slots[8]).toEqual({ ...PARK_DEFAULTS, slot: '8859', name: 'Park 8859' });
  });

  it('is not there unless it is asked for', () => {
    expect([domainOf(top('')).park, domainOf(top('park: false')).park]).toEqual([null, null]);
  });

  it('D-41 D-44 other places, what holds for all and for one', () => {
    const { park } = domainOf(
      top(`park:
  range: 700-720
  slots: [700, { slot: 720, name: Sales, mode: voicemail, time: 0s, lamp: confirmed, forwardUnanswered: 201 }]
  time: 1m30s
  ringBack: 20s
  reparks: 0
  maxWait: 30m
  lamp: early
  forwardUnanswered: { voicemail: 201 }
  operator: 202`),
    );
    const common = { ringBackMs: 20_000, reparks: 0, maxWaitMs: 1_800_000, music: null };
    expect(park).toEqual({
      slots: [
        {
          ...{ ...common, slot: '700', name: 'Park 700', mode: 'ringBack', parkMs: 90_000, lamp: 'early' },
          forwardUnanswered: { to: 'voicemail', extension: '201' },
        },
        {
          ...{ ...common, slot: '720', name: 'Sales', mode: 'voicemail', parkMs: 0, lamp: 'confirmed' },
          forwardUnanswered: { to: 'extension', extension: '201' },
        },
      ],
      operator: { to: 'extension', extension: '202' },
    });
  });

  it('a range of two places', () => {
    const { park } = domainOf(top('park: { slots: 8858-8859 }'));
    expect(park?.slots.map(({ slot }) => slot)).toEqual(['8858', '8859']);
  });
});

const mistakes: readonly Row[] = [
  [
    'A-132 D-41 a place outside the range',
    top('park: { slots: [8851, 8860] }'),
    'office.yaml:2:23: park.slots[1]: park slots are 8851 to 8859, not 8860',
  ],
  [
    'D-41 a place twice',
    top('park: { slots: [8851, { slot: 8851 }] }'),
    'office.yaml:2:17: park.slots[0]: park slot 8851 is there twice',
  ],
  [
    'D-41 a range that runs backwards',
    top('park: { slots: 8859-8851 }'),
    'office.yaml:2:16: park.slots: "8859-8851" is no range of up to a hundred places',
  ],
  [
    'D-41 a range without end',
    top('park: { range: 1-5000 }'),
    'office.yaml:2:16: park.range: "1-5000" is no range of up to a hundred',
  ],
  [
    'D-41 a place that is a user',
    `domain: a.example\npark: { slots: [8855] }\nusers: [{ extension: 8855 }]\n`,
    'office.yaml:2:17: park.slots[0]: park place 8855 is the number of a user already',
  ],
  [
    'D-41 a place that is a queue',
    top('park: true\nqueues: [{ extension: 8855, agents: [201] }]'),
    'office.yaml:2:7: park: park place 8855 is the number of a queue already',
  ],
  [
    'D-41 a place that is a service',
    top('park: true\nservices: { "8852": echo }'),
    'office.yaml:2:7: park: park place 8852 is the number of a service already',
  ],
  [
    'D-41 a place that is a feature code',
    top('park: true\nfeatures: { "8852": dndOn }'),
    'office.yaml:2:7: park: park place 8852 is a feature code already',
  ],
  [
    'D-44 voicemail of the place',
    top('park: { forwardUnanswered: voicemail }'),
    'office.yaml:2:28: park.forwardUnanswered: a park place has no mailbox of its own; expected { voicemail: EXTENSION }',
  ],
  [
    'D-44 an operator that there is not',
    top('park: { operator: 209 }'),
    'office.yaml:2:19: park.operator: there is no extension "209"; did you mean "201"?',
  ],
  [
    'D-44 an unknown mode',
    top('park: { mode: ringback }'),
    'office.yaml:2:15: park.mode: "ringback" is not right; expected ringBack or voicemail; did you mean "ringBack"?',
  ],
  [
    'A-147 unknown music',
    top('park: { music: jazz }'),
    'office.yaml:2:16: park.music: there is no music "jazz"; expected one of musicOnHold',
  ],
];
describe('mistakes', () => itFinds(mistakes));
