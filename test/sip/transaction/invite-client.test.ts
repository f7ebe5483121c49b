import { describe, expect, it } from 'vitest';
import { MachineRunner } from '../../../src/machine/runner.js';
import type { SipResponse } from '../../../src/sip/message/message.js';
import {
  type InviteClientEffect,
  type InviteClientEvent,
  newInviteClient,
  stepInviteClient,
} from '../../../src/sip/transaction/invite-client.js';
import { FakeClock } from '../../support/fake-clock.js';

type Input = readonly [atMs: number, event: InviteClientEvent];

function response(status: number): InviteClientEvent {
  const message: SipResponse = { kind: 'response', status, reason: '', headers: [], body: '' };
  return { type: 'response', response: message, ack: status >= 300 ? 'ACK' : null };
}

function told(effect: InviteClientEffect): string {
  if (effect.type === 'send') return effect.message;
  if (effect.type === 'passUp') return `passUp ${effect.response.status}`;
  return effect.type === 'fail' ? `fail ${effect.status}` : effect.type;
}

function run(reliable: boolean, inputs: readonly Input[]): { log: string[]; state: string; pending: number } {
  const clock = new FakeClock();
  const log: string[] = [];
  const runner = new MachineRunner(newInviteClient(reliable, 'INVITE'), stepInviteClient, clock, (effect) => {
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
    '§17.1.1.2 timer A doubles without limit until timer B, over UDP',
    false,
    [],
    [
      '0 INVITE',
      '500 INVITE',
      '1500 INVITE',
      '3500 INVITE',
      '7500 INVITE',
      '15500 INVITE',
      '31500 INVITE',
      '32000 fail 408',
      '32000 terminate',
    ],
  ],
  ['§17.1.1.2 no retransmission over TCP', true, [], ['0 INVITE', '32000 fail 408', '32000 terminate']],
  [
    '§17.1.1.2 a provisional response stops A and B; there is no limit any more',
    false,
    [
      [600, response(100)],
      [50_000, response(180)],
    ],
    ['0 INVITE', '500 INVITE', '600 passUp 100', '50000 passUp 180'],
  ],
  [
    '§17.1.1.2 300–699 is ACKed, each repetition too, and timer D ends it',
    false,
    [
      [100, response(486)],
      [600, response(486)],
      [32_000, response(486)],
      [32_101, response(486)],
    ],
    ['0 INVITE', '100 ACK', '100 passUp 486', '600 ACK', '32000 ACK', '32100 terminate'],
  ],
  [
    '§17.1.1.2 timer D is zero over TCP',
    true,
    [
      [100, response(100)],
      [200, response(603)],
    ],
    ['0 INVITE', '100 passUp 100', '200 ACK', '200 passUp 603', '200 terminate'],
  ],
  [
    'RFC 6026 §7.2 every 2xx goes up, other responses do not, until timer M',
    false,
    [
      [100, response(200)],
      [600, response(200)],
      [700, response(180)],
      [800, response(486)],
      [32_099, response(200)],
      [32_101, response(200)],
    ],
    ['0 INVITE', '100 passUp 200', '600 passUp 200', '32099 passUp 200', '32100 terminate'],
  ],
  [
    'RFC 6026 §7.2 timer M runs over TCP too',
    true,
    [
      [100, response(180)],
      [200, response(200)],
    ],
    ['0 INVITE', '100 passUp 180', '200 passUp 200', '32200 terminate'],
  ],
  [
    '§17.1.4 a transport error ends it while calling',
    false,
    [[700, { type: 'transportError' }]],
    ['0 INVITE', '500 INVITE', '700 fail 503', '700 terminate'],
  ],
  [
    '§18.4 a connection that closes while ringing ends it',
    true,
    [
      [100, response(180)],
      [700, { type: 'transportError' }],
    ],
    ['0 INVITE', '100 passUp 180', '700 fail 503', '700 terminate'],
  ],
  [
    'RFC 6026 §8.7 a transport error after a final response is nothing',
    false,
    [
      [100, response(486)],
      [700, { type: 'transportError' }],
    ],
    ['0 INVITE', '100 ACK', '100 passUp 486', '32100 terminate'],
  ],
  [
    '§9.1 abandoned while proceeding: gone without a word',
    false,
    [
      [100, response(180)],
      [32_000, { type: 'abandon' }],
      [33_000, response(200)],
    ],
    ['0 INVITE', '100 passUp 180', '32000 terminate'],
  ],
];

describe('INVITE client transaction', () => {
  it.each(ROWS)('%s', (_name, reliable, inputs, log) => {
    const ran = run(reliable, inputs);
    expect(ran.log).toEqual(log);
    expect(ran.state).toBe(log.at(-1)?.endsWith('terminate') ? 'terminated' : 'proceeding');
    expect(ran.pending).toBe(0);
  });

  it('keeps no message once it only waits', () => {
    const [proceeding] = stepInviteClient(newInviteClient(false, 'INVITE'), response(180), 0);
    expect(proceeding.message).toBeNull();
    const [accepted] = stepInviteClient(proceeding, response(200), 0);
    expect(accepted).toMatchObject({ state: 'accepted', message: null });
    const [completed] = stepInviteClient(proceeding, response(404), 0);
    expect(completed).toMatchObject({ state: 'completed', message: 'ACK' });
  });
});
