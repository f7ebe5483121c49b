import { describe, expect, it } from 'vitest';
import { MachineRunner } from '../../../src/machine/runner.js';
import type { SipResponse } from '../../../src/sip/message/message.js';
import {
  type NonInviteClientEffect,
  type NonInviteClientEvent,
  newNonInviteClient,
  stepNonInviteClient,
} from '../../../src/sip/transaction/non-invite-client.js';
import { FakeClock } from '../../support/fake-clock.js';

type Input = readonly [atMs: number, event: NonInviteClientEvent];

function response(status: number): NonInviteClientEvent {
  const message: SipResponse = { kind: 'response', status, reason: '', headers: [], body: '' };
  return { type: 'response', response: message };
}

function told(effect: NonInviteClientEffect): string {
  if (effect.type === 'send') return effect.message;
  if (effect.type === 'passUp') return `passUp ${effect.response.status}`;
  return effect.type === 'fail' ? `fail ${effect.status}` : effect.type;
}

function run(reliable: boolean, inputs: readonly Input[]): { log: string[]; state: string; pending: number } {
  const clock = new FakeClock();
  const log: string[] = [];
  const runner = new MachineRunner(newNonInviteClient(reliable, 'BYE'), stepNonInviteClient, clock, (effect) => {
    log.push(`${clock.now()} ${told(effect)}`);
  });
  runner.handle({ type: 'start' });
  for (const [atMs, event] of inputs) {
    clock.advance(atMs - clock.now());
    runner.handle(event);
  }
  clock.advance(100_000 - clock.now());
  return { log, state: runner.state.state, pending: clock.pending };
}

const ROWS: readonly [name: string, reliable: boolean, inputs: readonly Input[], log: readonly string[]][] = [
  [
    '§17.1.2.2 timer E doubles up to T2 until timer F',
    false,
    [],
    [
      ...[0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500].map((ms) => `${ms} BYE`),
      '32000 fail 408',
      '32000 terminate',
    ],
  ],
  ['§17.1.2.2 no retransmission over TCP', true, [], ['0 BYE', '32000 fail 408', '32000 terminate']],
  [
    '§17.1.2.2 after a provisional response E is T2, and F still ends it',
    false,
    [[600, response(100)]],
    [
      '0 BYE',
      '500 BYE',
      '600 passUp 100',
      ...[1500, 5500, 9500, 13500, 17500, 21500, 25500, 29500].map((ms) => `${ms} BYE`),
      '32000 fail 408',
      '32000 terminate',
    ],
  ],
  [
    '§17.1.2.2 a final response goes up once; K absorbs its repetitions',
    false,
    [
      [600, response(200)],
      [1200, response(200)],
    ],
    ['0 BYE', '500 BYE', '600 passUp 200', '5600 terminate'],
  ],
  ['§17.1.2.2 timer K is zero over TCP', true, [[600, response(481)]], ['0 BYE', '600 passUp 481', '600 terminate']],
  [
    '§17.1.4 a transport error ends it',
    false,
    [[600, { type: 'transportError' }]],
    ['0 BYE', '500 BYE', '600 fail 503', '600 terminate'],
  ],
  [
    '§17.1.2.2 a transport error after the final response is nothing',
    false,
    [
      [600, response(200)],
      [700, { type: 'transportError' }],
    ],
    ['0 BYE', '500 BYE', '600 passUp 200', '5600 terminate'],
  ],
];

describe('non-INVITE client transaction', () => {
  it.each(ROWS)('%s', (_name, reliable, inputs, log) => {
    const ran = run(reliable, inputs);
    expect(ran.log).toEqual(log);
    expect(ran.state).toBe('terminated');
    expect(ran.pending).toBe(0);
  });

  it('keeps no request once it is answered', () => {
    const [completed] = stepNonInviteClient(newNonInviteClient(false, 'BYE'), response(200), 0);
    expect(completed).toMatchObject({ state: 'completed', request: null });
  });
});
