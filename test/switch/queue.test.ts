import { describe, expect, test } from 'vitest';
import { CLEAN } from '../support/recorded-switch.js';
import { MUSIC, queueOffice, stage } from './queue-stage.js';

const ELSEWHERE = '487 SIP;cause=200;text="Call completed elsewhere"';
const invite = (offer: number, agent: string): string => `invite c.q${offer}.1 sip:${agent}@192.0.2.7`;

describe('the kinds, from INVITE to BYE', () => {
  test('A-128 round-robin answers, plays music, rings who has been idle longest, and connects', async () => {
    const x = await stage(queueOffice());
    x.calls('c');
    expect(x.said()).toEqual(['answer c', invite(1, '211')]);
    expect(x.media.leg('c')?.playing).toEqual([MUSIC]);
    x.rings('c.q1.1');
    expect(x.exchange.queues('acme.example')?.queues[0]).toMatchObject({
      online: 3,
      callers: [{ position: 1, state: 'offered', offers: [{ agent: '211', state: 'ringing' }] }],
    });
    x.clock.advance(3_000);
    x.answers('c.q1.1');
    expect(x.media.leg('c')).toMatchObject({ connectedTo: 'c.q1.1', playing: null });
    expect(x.exchange.queues('acme.example')?.agents[0]).toMatchObject({ activity: 'onQueueCall' });
    x.clock.advance(60_000);
    expect(x.clear('c')).toEqual(CLEAN);
    expect(x.records[0]).toMatchObject({ to: { kind: 'device', id: '211' }, cause: { by: 'caller', status: 200 } });
    expect(x.log()).toEqual(['entered', 'offered', 'offerEnded 211 answered', 'connected 211', 'talkEnded 211']);
    expect(x.queueLog.find((row) => row.type === 'connected')).toMatchObject({ call: x.records[0]?.id, waitMs: 3_000 });
  });

  test('A-140 D-37 round-robin goes on after a miss, a busy phone and a refusal, and is never a tight loop', async () => {
    const x = await stage(queueOffice());
    x.calls('c');
    x.rings('c.q1.1');
    x.said();
    x.clock.advance(20_000);
    expect(x.said()).toEqual(['hangUp c.q1.1 480', invite(2, '212')]);
    x.signalling.ended('c.q2.1', 486);
    expect(x.said()).toEqual([invite(3, '213')]);
    x.signalling.ended('c.q3.1', 603);
    expect(x.said()).toEqual([]);
    x.clock.advance(1_999);
    expect(x.said()).toEqual([]);
    x.clock.advance(1); // the rest after a miss
    expect(x.said()).toEqual([invite(4, '211')]);
    x.signalling.ended('c.q4.1', 486);
    x.clock.advance(3_000); // the rest after a refusal
    expect(x.said()).toEqual([invite(5, '212')]);
    expect(x.clear('c')).toEqual(CLEAN);
    expect(x.log()).toContain('offerEnded 213 declined');
    expect(x.log().at(-1)).toBe('left abandoned');
    expect(x.records[0]).toMatchObject({ to: { kind: 'service', id: '8801' } });
  });

  test('A-129 D-29 ring all rings everybody; the others lose a race and show no missed call', async () => {
    const x = await stage(queueOffice({ kind: 'ringAll' }));
    x.calls('c');
    x.calls('d', '202');
    expect(x.said()).toEqual(['answer c', invite(1, '211'), invite(2, '212'), invite(3, '213'), 'answer d']);
    for (const n of [1, 2, 3]) x.rings(`c.q${n}.1`);
    x.answers('c.q2.1');
    expect(x.said()).toEqual([
      `hangUp c.q1.1 ${ELSEWHERE}`,
      `hangUp c.q3.1 ${ELSEWHERE}`,
      'invite d.q4.1 sip:211@192.0.2.7',
      'invite d.q5.1 sip:213@192.0.2.7',
    ]);
    expect(x.media.leg('c')?.connectedTo).toBe('c.q2.1');
    expect(x.log().filter((line) => line.includes('missed'))).toEqual([]);
    expect(x.clear('c', 'd')).toEqual(CLEAN);
  });

  test('D-29 two answer together: the second is hung up, and nobody hears two callers', async () => {
    const x = await stage(queueOffice({ kind: 'ringAll' }));
    x.calls('c');
    for (const n of [1, 2]) x.signalling.deaf.add(`c.q${n}.1`); // their 200 is under way when we CANCEL
    x.said();
    x.answers('c.q1.1');
    x.answers('c.q2.1');
    expect(x.said()).toContain(`hangUp c.q2.1 ${ELSEWHERE}`);
    expect(x.media.leg('c')?.connectedTo).toBe('c.q1.1');
    expect(x.media.leg('c.q2.1')?.connectedTo ?? null).toBeNull();
    x.signalling.ended('c.q2.1', 487);
    x.signalling.ended('c', 200);
    x.signalling.ended('c.q1.1', 200);
    expect(x.clear()).toEqual(CLEAN);
  });

  test('A-130 D-30 linear hunt rings in order, each caller from the first, and wraps', async () => {
    const x = await stage(queueOffice({ kind: 'linearHunt' }), ['213', '211']);
    x.calls('c');
    expect(x.said()).toEqual(['answer c', invite(1, '211')]);
    x.rings('c.q1.1');
    x.clock.advance(20_000);
    expect(x.said()).toEqual(['hangUp c.q1.1 480', invite(2, '213')]);
    x.rings('c.q2.1');
    x.clock.advance(20_000);
    expect(x.said()).toEqual(['hangUp c.q2.1 480', invite(3, '211')]);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('A-131 A-141 A-142 D-31 a cascade adds groups, and those that ring ring on', async () => {
    const x = await stage(queueOffice({ kind: 'linearCascade' }));
    x.calls('c');
    expect(x.said()).toEqual(['answer c', invite(1, '211')]);
    x.rings('c.q1.1');
    x.clock.advance(20_000);
    expect(x.said()).toEqual([invite(2, '212')]);
    x.rings('c.q2.1');
    x.clock.advance(20_000);
    expect(x.said()).toEqual([invite(3, '213')]);
    x.answers('c.q1.1');
    expect(x.said()).toEqual([`hangUp c.q2.1 ${ELSEWHERE}`, `hangUp c.q3.1 ${ELSEWHERE}`]);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('D-32 several callers are matched in parallel, and no agent is offered two', async () => {
    const x = await stage(queueOffice());
    for (const call of ['c', 'd', 'e', 'f']) x.calls(call);
    expect(x.said()).toEqual([
      'answer c',
      invite(1, '211'),
      'answer d',
      'invite d.q2.1 sip:212@192.0.2.7',
      'answer e',
      'invite e.q3.1 sip:213@192.0.2.7',
      'answer f',
    ]);
    x.signalling.ended('c', 200);
    expect(x.said()).toEqual(['hangUp c.q1.1 487', 'invite f.q4.1 sip:211@192.0.2.7']);
    expect(x.clear('d', 'e', 'f')).toEqual(CLEAN);
  });
});

describe('races', () => {
  test('an agent answers as the caller leaves: his phone is hung up, he has no call and missed nothing', async () => {
    const x = await stage(queueOffice());
    x.calls('c');
    x.signalling.deaf.add('c.q1.1');
    x.said();
    x.signalling.ended('c', 200);
    expect(x.said()).toEqual(['hangUp c.q1.1 487']);
    x.answers('c.q1.1');
    expect(x.exchange.queues('acme.example')?.agents[0]).toMatchObject({ activity: 'idle', talks: [] });
    x.signalling.ended('c.q1.1', 200, 'local');
    expect(x.clear()).toEqual(CLEAN);
    expect(x.log()).toEqual(['entered', 'offered', 'offerEnded 211 callerGone', 'left abandoned']);
  });

  test('D-26 an agent whose phone unregisters while it is offered is left, until it registers again', async () => {
    const x = await stage(queueOffice(), ['211']);
    x.calls('c');
    x.rings('c.q1.1');
    x.phones.delete('211');
    x.exchange.registered('acme.example', '211');
    expect(x.said()).toEqual(['answer c', invite(1, '211'), 'hangUp c.q1.1 480']);
    x.clock.advance(30_000);
    expect(x.said()).toEqual([]);
    x.phones.add('211');
    x.exchange.registered('acme.example', '211');
    expect(x.said()).toEqual([invite(2, '211')]);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('D-37 a phone that does not answer at all is unreachable until it registers anew, and somebody is told', async () => {
    const x = await stage(queueOffice(), ['211']);
    x.calls('c');
    x.clock.advance(6_000);
    expect(x.said().at(-1)).toBe('hangUp c.q1.1 480');
    expect(x.notices).toEqual([{ agent: '211', queue: '8801', reason: 'unreachable' }]);
    x.clock.advance(60_000);
    expect(x.said()).toEqual([]);
    x.exchange.registered('acme.example', '211');
    expect(x.said()).toEqual([invite(2, '211')]);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('the agent hangs up while he talks: the caller is hung up, wrap-up begins', async () => {
    const x = await stage(queueOffice({}, { wrapUpMs: 30_000 }), ['211']);
    x.calls('c');
    x.answers('c.q1.1');
    x.clock.advance(10_000);
    x.said();
    x.signalling.ended('c.q1.1', 200);
    expect(x.said()).toEqual(['hangUp c 487']);
    expect(x.agents.get('211')?.wrapUp).toMatchObject({ talkMs: 10_000 });
    x.calls('d');
    x.clock.advance(29_999);
    expect(x.said()).toEqual(['answer d']);
    x.clock.advance(1);
    expect(x.said()).toEqual(['invite d.q2.1 sip:211@192.0.2.7']);
    expect(x.clear('d')).toEqual(CLEAN);
  });

  test('media that dies under a waiting caller ends his wait', async () => {
    const x = await stage(queueOffice());
    x.calls('c');
    x.media.injectGone('c');
    x.clock.advance(10);
    expect(x.clear()).toEqual(CLEAN);
    expect(x.log().at(-1)).toBe('left abandoned');
  });
});
