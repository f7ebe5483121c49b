import { describe, expect, it } from 'vitest';
import { difference } from '../../src/calltest/difference.js';
import type { Observed } from '../../src/calltest/trial.js';
import type { CallTest, Expectation } from '../../src/config/call-test.js';
import { NO_STATE } from '../../src/core/domain-state.js';
import { devices, office, user } from '../support/office.js';

const place = { file: 'x.calltest.yaml', line: 7, column: 1, path: 'cases[0]' };
const domain = office([user('201', { name: 'Ellen Green' }), user('202', { devices: devices('202', '202wp') })]);

const observed: Observed = {
  rule: 'default',
  legs: [
    { to: '202', by: null, atMs: 0, untilMs: 20_000 },
    { to: '202wp', by: null, atMs: 0, untilMs: 20_000 },
    { to: '+12125550123', by: 'carrier', atMs: 5_000, untilMs: 20_000 },
  ],
  end: { end: { end: 'voicemail', extension: '202' }, atMs: 20_250 },
  because: [],
  defects: [],
};

const leg = (to: string, atMs = 0, untilMs: number | null = null, by: string | null = null) => ({
  ...{ to, atMs, untilMs, by },
  place,
});

function told(expected: Partial<Expectation>, happened: Partial<Observed> = {}): string[] {
  const test: CallTest = {
    ...{ name: 'x', place, domain, state: NO_STATE, at: 0, dialled: '202', registered: null, agents: [], inCall: [] },
    from: { is: 'device', device: '201', anonymous: false },
    does: { hangsUpMs: null, keys: [], speaksMs: 0 },
    phones: new Map(),
    trunks: new Map(),
    expected: { rule: null, legs: null, end: null, ...expected },
  };
  const signs = { both: ' ', expected: '-', unexpected: '+' };
  return difference(test, { ...observed, ...happened }).map(({ as, atMs, text }) => `${signs[as]} ${atMs} ${text}`);
}

const mailbox = { end: { end: 'voicemail', extension: '202' }, atMs: 20_000, place } as const;

describe('what was expected beside what happened', () => {
  it.each<[string, Partial<Expectation>, Partial<Observed>, string[]]>([
    [
      'nothing matters: what happened',
      {},
      {},
      [
        '  0 202 (User 202) is called, until 20s',
        '  0 202wp (User 202) is called, until 20s',
        '  5000 +12125550123 is called by carrier, until 20s',
        '  20250 the voicemail of 202 (User 202) takes the call',
      ],
    ],
    [
      'all as expected, in any order',
      {
        rule: { name: 'default', place },
        legs: [leg('+12125550123', 5_000, 20_000, 'carrier'), leg('202wp'), leg('202', 0, 20_000)],
        end: mailbox,
      },
      {},
      [
        '  0 rule "default"',
        '  0 202wp (User 202) is called',
        '  0 202 (User 202) is called, until 20s',
        '  5000 +12125550123 is called by carrier, until 20s',
        '  20250 the voicemail of 202 (User 202) takes the call',
      ],
    ],
    [
      'another second, another trunk, a leg too many, one that is missing',
      { legs: [leg('202', 0, 19_000), leg('201'), leg('+12125550123', 5_000, null, 'backup')], end: mailbox },
      {},
      [
        '- 0 202 (User 202) is called, until 19s',
        '- 0 201 (Ellen Green) is called',
        '+ 0 202 (User 202) is called, until 20s',
        '+ 0 202wp (User 202) is called, until 20s',
        '- 5000 +12125550123 is called by backup',
        '+ 5000 +12125550123 is called by carrier, until 20s',
        '  20250 the voicemail of 202 (User 202) takes the call',
      ],
    ],
    [
      'half a second is a difference, less is none',
      { legs: [leg('202', 499), leg('202wp', 500), leg('+12125550123', 5_000)], end: { ...mailbox, atMs: 19_750 } },
      {},
      [
        '+ 0 202wp (User 202) is called, until 20s',
        '  499 202 (User 202) is called',
        '- 500 202wp (User 202) is called',
        '  5000 +12125550123 is called',
        '- 19750 the voicemail of 202 (User 202) takes the call',
        '+ 20250 the voicemail of 202 (User 202) takes the call',
      ],
    ],
    [
      'another rule, another end',
      { rule: { name: 'Days', place }, legs: [], end: { ...mailbox, atMs: null, end: { end: 'answered', by: '201' } } },
      { legs: [] },
      [
        '- 0 rule "Days"',
        '+ 0 rule "default"',
        '- null the caller talks to 201 (Ellen Green)',
        '+ 20250 the voicemail of 202 (User 202) takes the call',
      ],
    ],
    [
      'no rule, no end',
      { rule: { name: 'Days', place }, end: { ...mailbox, end: { end: 'gaveUp' } } },
      { rule: null, legs: [], end: null },
      ['- 0 rule "Days"', '+ 0 no rule is asked', '- 20000 the caller gives up', '+ null nothing more within a day'],
    ],
    [
      'another mailbox',
      { end: { ...mailbox, end: { end: 'voicemail', extension: '201' } } },
      { legs: [] },
      [
        '- 20000 the voicemail of 201 (Ellen Green) takes the call',
        '+ 20250 the voicemail of 202 (User 202) takes the call',
      ],
    ],
    [
      'a refusal for another reason with the same status',
      { end: { ...mailbox, atMs: null, end: { end: 'refused', cause: 'unavailable', status: 480 } } },
      { legs: [], end: { end: { end: 'refused', cause: 'noAnswer', status: 480 }, atMs: 0 } },
      ['- null the caller is refused: unavailable (480)', '+ 0 the caller is refused: no answer (480)'],
    ],
    [
      'a refusal by its status',
      { end: { ...mailbox, atMs: null, end: { end: 'refused', cause: null, status: 480 } } },
      { legs: [], end: { end: { end: 'refused', cause: 'noAnswer', status: 480 }, atMs: 0 } },
      ['  0 the caller is refused: no answer (480)'],
    ],
    [
      'a service',
      { end: { ...mailbox, atMs: null, end: { end: 'service', number: '*43' } } },
      { legs: [], end: { end: { end: 'service', number: '*44' }, atMs: 0 } },
      ['- null the exchange itself answers, as *43', '+ 0 the exchange itself answers, as *44'],
    ],
  ])('%s', (_, expected, happened, lines) => {
    expect(told(expected, happened)).toEqual(lines);
  });
});
