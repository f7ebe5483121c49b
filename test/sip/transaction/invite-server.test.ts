import { describe, expect, it } from 'vitest';
import { MachineRunner } from '../../../src/machine/runner.js';
import {
  type InviteServerEffect,
  type InviteServerEvent,
  newInviteServer,
  stepInviteServer,
} from '../../../src/sip/transaction/invite-server.js';
import { FakeClock } from '../../support/fake-clock.js';

type Input = readonly [atMs: number, event: InviteServerEvent];

function respond(status: number): InviteServerEvent {
  return { type: 'respond', status, response: String(status) };
}

function told(effect: InviteServerEffect): string {
  if (effect.type === 'send') return effect.message;
  return effect.type === 'fail' ? `fail ${effect.status}` : effect.type;
}

function run(reliable: boolean, inputs: readonly Input[]): { log: string[]; state: string; pending: number } {
  const clock = new FakeClock();
  const log: string[] = [];
  const runner = new MachineRunner(newInviteServer(reliable), stepInviteServer, clock, (effect) => {
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
    '§17.2.1 a repeated INVITE brings the last provisional response again',
    false,
    [
      [0, { type: 'request' }],
      [1, respond(100)],
      [500, { type: 'request' }],
      [600, respond(180)],
      [1500, { type: 'request' }],
      [60_000, { type: 'repeat' }],
    ],
    ['1 100', '500 100', '600 180', '1500 180', '60000 180'],
  ],
  [
    '§17.2.1 over UDP a 486 is retransmitted at G = T1, 2·T1 … T2 until H',
    false,
    [[0, respond(486)]],
    [
      ...[0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500].map((ms) => `${ms} 486`),
      '32000 fail 408',
      '32000 terminate',
    ],
  ],
  ['§17.2.1 over TCP it is not, H ends it', true, [[0, respond(486)]], ['0 486', '32000 fail 408', '32000 terminate']],
  [
    '§17.2.1 ACK stops G and H; I absorbs further ACKs',
    false,
    [
      [0, respond(486)],
      [600, { type: 'ack' }],
      [700, { type: 'ack' }],
      [800, { type: 'request' }],
    ],
    ['0 486', '500 486', '5600 terminate'],
  ],
  [
    '§17.2.1 over TCP the ACK ends it',
    true,
    [
      [0, respond(486)],
      [600, { type: 'ack' }],
    ],
    ['0 486', '600 terminate'],
  ],
  [
    '§17.2.1 a repeated INVITE brings the final response again, beside timer G',
    false,
    [
      [0, respond(486)],
      [400, { type: 'request' }],
      [450, { type: 'ack' }],
    ],
    ['0 486', '400 486', '5450 terminate'],
  ],
  [
    '§17.2.1 nothing answers after a final response',
    false,
    [
      [0, respond(486)],
      [100, respond(200)],
      [200, { type: 'ack' }],
      [300, respond(200)],
    ],
    ['0 486', '5200 terminate'],
  ],
  [
    'RFC 6026 §7.1 after a 2xx it absorbs the INVITE and sends only what the user sends, until L',
    false,
    [
      [0, respond(200)],
      [500, { type: 'request' }],
      [500, respond(200)],
      [600, { type: 'ack' }],
    ],
    ['0 200', '500 200', '600 passUpAck', '32000 terminate'],
  ],
  ['RFC 6026 §7.1 timer L runs over TCP too', true, [[0, respond(200)]], ['0 200', '32000 terminate']],
];

describe('INVITE server transaction', () => {
  it.each(ROWS)('%s', (_name, reliable, inputs, log) => {
    const ran = run(reliable, inputs);
    expect(ran.log).toEqual(log);
    expect(ran.state).toBe(log.at(-1)?.endsWith('terminate') ? 'terminated' : 'proceeding');
    expect(ran.pending).toBe(0);
  });

  it('keeps no response where it repeats none', () => {
    const [accepted] = stepInviteServer(newInviteServer(false), respond(200), 0);
    expect(accepted).toMatchObject({ state: 'accepted', response: null });
    const [completed] = stepInviteServer(newInviteServer(false), respond(486), 0);
    const [confirmed] = stepInviteServer(completed, { type: 'ack' }, 0);
    expect(confirmed).toMatchObject({ state: 'confirmed', response: null });
  });
});
