import { describe, expect, it } from 'vitest';
import { MachineRunner } from '../../../src/machine/runner.js';
import {
  type NonInviteServerEffect,
  type NonInviteServerEvent,
  newNonInviteServer,
  stepNonInviteServer,
} from '../../../src/sip/transaction/non-invite-server.js';
import { FakeClock } from '../../support/fake-clock.js';

type Input = readonly [atMs: number, event: NonInviteServerEvent];

function respond(status: number): NonInviteServerEvent {
  return { type: 'respond', status, response: String(status) };
}

function told(effect: NonInviteServerEffect): string {
  if (effect.type === 'send') return effect.message;
  return effect.type === 'fail' ? `fail ${effect.status}` : effect.type;
}

function run(reliable: boolean, inputs: readonly Input[]): { log: string[]; state: string; pending: number } {
  const clock = new FakeClock();
  const log: string[] = [];
  const runner = new MachineRunner(newNonInviteServer(reliable), stepNonInviteServer, clock, (effect) => {
    log.push(`${clock.now()} ${told(effect)}`);
  });
  for (const [atMs, event] of inputs) {
    clock.advance(atMs - clock.now());
    runner.handle(event);
  }
  clock.advance(100_000 - clock.now());
  return { log, state: runner.state.state, pending: clock.pending };
}

const ROWS: readonly [name: string, reliable: boolean, inputs: readonly Input[], log: readonly string[]][] = [
  [
    '§17.2.2 a repeated request brings the final response again until timer J',
    false,
    [
      [0, { type: 'request' }],
      [10, respond(200)],
      [500, { type: 'request' }],
      [32_009, { type: 'request' }],
      [32_011, { type: 'request' }],
    ],
    ['10 200', '500 200', '32009 200', '32010 terminate'],
  ],
  ['§17.2.2 timer J is zero over TCP', true, [[10, respond(200)]], ['10 200', '10 terminate']],
  [
    '§17.2.2 a second final response is not sent',
    false,
    [
      [10, respond(200)],
      [20, respond(500)],
    ],
    ['10 200', '32010 terminate'],
  ],
  [
    'RFC 4320 §4.1 a 100 is due only when the client has slowed down to T2',
    false,
    [
      [0, { type: 'wait' }],
      [500, { type: 'request' }],
      [5000, respond(100)],
      [5500, { type: 'request' }],
      [6000, respond(200)],
    ],
    ['3500 trying', '5000 100', '5500 100', '6000 200', '38000 terminate'],
  ],
  [
    'RFC 4320 §4.1 no 100 once there is a final response',
    false,
    [
      [0, { type: 'wait' }],
      [3000, respond(200)],
    ],
    ['3000 200', '35000 terminate'],
  ],
  [
    'RFC 4320 §4.2 never answered: it ends in silence, and a late response is not sent',
    false,
    [
      [0, { type: 'wait' }],
      [32_500, respond(200)],
    ],
    ['3500 trying', '32000 fail 408', '32000 terminate'],
  ],
];

describe('non-INVITE server transaction', () => {
  it.each(ROWS)('%s', (_name, reliable, inputs, log) => {
    const ran = run(reliable, inputs);
    expect(ran.log).toEqual(log);
    expect(ran.state).toBe('terminated');
    expect(ran.pending).toBe(0);
  });
});
