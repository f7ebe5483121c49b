import { describe, expect, it } from 'vitest';
import { fromTagOf, toTagOf } from '../../src/sip/message/address.js';
import { headerValue } from '../../src/sip/message/header.js';
import type { SipMessage } from '../../src/sip/message/message.js';
import { ANSWER, type Extra, OFFER, request, response, Stage, target } from './stage.js';

const HALF_HOUR = { sessionMs: 1_800_000 };
const TIMERS: Extra = [['Supported', '100rel, timer']];
const SERVES_UPDATE: Extra = [['Allow', 'INVITE, ACK, BYE, CANCEL, UPDATE']];

function session(message: SipMessage): (string | undefined)[] {
  return ['Session-Expires', 'Require', 'Min-SE'].map((name) => headerValue(message, name));
}

/** They called, and we answered. */
async function theirs(extra: Extra, more: object = HALF_HOUR) {
  const stage = await Stage.open(more);
  stage.send(request('INVITE', 1, { body: OFFER, extra }));
  const [event] = stage.events;
  if (event?.type === 'invited') stage.stack.answer(event.leg, ANSWER);
  stage.advance(0);
  const ok = stage.response(200);
  const to = toTagOf(ok) ?? '';
  stage.send(request('ACK', 1, { to }));
  stage.take();
  stage.told();
  return { stage, ok, call: { to } };
}

/** We called, and they answered. */
async function ours(extra: Extra, more: object = {}) {
  const stage = await Stage.open(HALF_HOUR);
  stage.stack.invite('leg', target(more), OFFER);
  stage.advance(0);
  const invite = stage.request('INVITE');
  stage.send(response(invite, 200, { body: ANSWER, extra }));
  stage.take();
  stage.told();
  const call = { callId: headerValue(invite, 'Call-ID') ?? '', to: fromTagOf(invite) ?? '' };
  return { stage, invite, call };
}

/** Nothing runs on once the leg is over. */
function settled(stage: Stage): void {
  stage.advance(100_000);
  expect(stage.stack.snapshot()).toEqual({ transactions: [], legs: [], requests: [] });
  expect(stage.clock.pending).toBe(0);
  expect(stage.defects).toEqual([]);
}

describe('session timers: their call', () => {
  it.each<[string, Extra, [string, string | undefined, string | undefined]]>([
    ['RFC 4028 §9 who leaves it to us is refreshed by us', TIMERS, ['1800;refresher=uas', undefined, undefined]],
    ['RFC 4028 §9 who knows no timers is refreshed by us', [], ['1800;refresher=uas', undefined, undefined]],
    [
      'RFC 4028 §9 who wants to refresh does, and has to',
      [...TIMERS, ['Session-Expires', '1200;refresher=uac']],
      ['1200;refresher=uac', 'timer', undefined],
    ],
    [
      'RFC 4028 §9 a longer session is shortened',
      [...TIMERS, ['x', '7200 ; refresher=uas']],
      ['1800;refresher=uas', undefined, undefined],
    ],
    [
      'RFC 4028 §9 but not below their Min-SE',
      [...TIMERS, ['Session-Expires', '7200'], ['Min-SE', '3600']],
      ['3600;refresher=uas', undefined, undefined],
    ],
    [
      'RFC 4028 §9 too short a session by a proxy, for a phone that knows no timers, is not refused',
      [['Session-Expires', '30']],
      ['90;refresher=uas', undefined, undefined],
    ],
  ])('%s', async (_name, extra, expected) => {
    const { ok } = await theirs(extra);
    expect(session(ok)).toEqual(expected);
    expect(headerValue(ok, 'Supported')).toBe('timer');
  });

  it('RFC 4028 §9 too short a session is refused with 422, and nobody hears of the call', async () => {
    const stage = await Stage.open(HALF_HOUR);
    stage.send(request('INVITE', 1, { body: OFFER, extra: [...TIMERS, ['Session-Expires', '60']] }));
    expect(session(stage.response(422))).toEqual([undefined, undefined, '90']);
    expect(stage.told()).toEqual([]);
    settled(stage);
  });

  it('RFC 3261 §8.2.2.3 `Require: timer` is served where there are timers, and only there', async () => {
    const extra: Extra = [['Require', 'timer']];
    const without = await Stage.open();
    without.send(request('INVITE', 1, { body: OFFER, extra }));
    expect(headerValue(without.response(420), 'Unsupported')).toBe('timer');
    const { ok } = await theirs([...extra, ...TIMERS]);
    expect(ok.status).toBe(200);
  });

  it('without timers nothing is said of them', async () => {
    const { ok, stage } = await theirs([...TIMERS, ['Session-Expires', '1800']], {});
    expect([...session(ok), headerValue(ok, 'Supported')]).toEqual([undefined, undefined, undefined, undefined]);
    stage.advance(86_400_000);
    expect(stage.take()).toEqual([]);
  });

  it('RFC 4028 §10 refreshed by us at half time with UPDATE, which has no body and keeps us as the refresher', async () => {
    const { stage } = await theirs([...TIMERS, ...SERVES_UPDATE]);
    stage.advance(899_999);
    expect(stage.take()).toEqual([]);
    stage.advance(1);
    const update = stage.request('UPDATE');
    expect([headerValue(update, 'Session-Expires'), update.body]).toEqual(['1800;refresher=uac', '']);
    stage.send(response(update, 200, { extra: [['Session-Expires', '1800;refresher=uac']] }));
    stage.take();
    stage.advance(899_999);
    expect(stage.take()).toEqual([]);
    stage.advance(1);
    expect(stage.take()).toEqual(['UPDATE']);
    expect(stage.told()).toEqual([]);
  });

  it('RFC 4028 §7.4 who does not serve UPDATE is sent the same SDP again, and the switch hears nothing of it', async () => {
    const { stage } = await theirs(TIMERS);
    stage.advance(900_000);
    const invite = stage.request('INVITE');
    expect([headerValue(invite, 'Session-Expires'), invite.body]).toEqual(['1800;refresher=uac', ANSWER]);
    stage.send(response(invite, 200, { body: OFFER, extra: [['Session-Expires', '1800;refresher=uac']] }));
    expect(stage.take()).toEqual(['INVITE', 'ACK']);
    stage.advance(900_000);
    expect(stage.take()).toEqual(['INVITE']);
    expect(stage.told()).toEqual([]);
  });

  it('RFC 4028 §10 a dead phone: the refresh is not answered, and the leg ends', async () => {
    const { stage } = await theirs([...TIMERS, ...SERVES_UPDATE]);
    stage.advance(932_000);
    expect(stage.told()).toEqual(['ended lost 408']);
    expect(stage.take().filter((what) => what !== 'UPDATE')).toContain('BYE');
    settled(stage);
  });

  it('RFC 4028 §10 a refused refresh is tried again, and with none the session expires', async () => {
    const { stage } = await theirs([...TIMERS, ...SERVES_UPDATE]);
    let refusals = 0;
    for (let at = 900_000; at < 1_800_000; at += 10_000) {
      stage.advance(at === 900_000 ? 900_000 : 10_000);
      for (const { message } of stage.heard.splice(0)) {
        if (message.kind !== 'request' || message.method !== 'UPDATE') continue;
        stage.send(response(message, 500));
        refusals++;
      }
    }
    expect(refusals).toBeGreaterThan(80);
    expect(stage.told()).toEqual([]);
    stage.advance(10_000);
    expect(stage.told()).toEqual(['ended lost 408']);
    stage.send(response(stage.request('BYE'), 200));
    settled(stage);
  });

  it.each<[string, 'INVITE' | 'UPDATE']>([
    ['RFC 4028 §10 they refresh by UPDATE', 'UPDATE'],
    ['RFC 4028 §10 they refresh by re-INVITE', 'INVITE'],
  ])('%s; when they stop, the leg ends a little before its time is over', async (_name, method) => {
    const mine: Extra = [...TIMERS, ['Session-Expires', '600;refresher=uac']];
    const { stage, call } = await theirs(mine);
    stage.advance(500_000);
    stage.onEvent = (event) => {
      if (event.type === 'modified') stage.stack.answer(event.leg, ANSWER);
    };
    stage.send(request(method, 2, { ...call, extra: mine, body: method === 'INVITE' ? OFFER : '' }));
    stage.advance(0);
    expect(session(stage.response(200))).toEqual(['600;refresher=uac', 'timer', undefined]);
    if (method === 'INVITE') stage.send(request('ACK', 2, call));
    stage.told();
    stage.advance(567_999);
    expect(stage.told()).toEqual([]);
    stage.advance(1);
    expect(stage.told()).toEqual(['ended lost 408']);
    stage.send(response(stage.request('BYE'), 200));
    settled(stage);
  });

  it('RFC 4028 §9 inside the dialog too short a session is refused, and it goes on as before', async () => {
    const { stage, call } = await theirs(TIMERS);
    const extra: Extra = [...TIMERS, ['Session-Expires', '10']];
    stage.send(request('UPDATE', 2, { ...call, extra }));
    expect(session(stage.response(422))).toEqual([undefined, undefined, '90']);
    expect(stage.told()).toEqual([]);
  });
});

describe('session timers: our call', () => {
  it('RFC 4028 §7.1 the INVITE asks for a session of our length and leaves the refresher to them', async () => {
    const { invite } = await ours([]);
    expect(session(invite)).toEqual(['1800', undefined, undefined]);
    expect(headerValue(invite, 'Supported')).toBe('timer');
  });

  it('RFC 4028 §7.2 who says nothing knows no timers: we refresh', async () => {
    const { stage } = await ours([]);
    stage.advance(900_000);
    expect(stage.take()).toEqual(['INVITE']);
  });

  it('RFC 4028 §7.2 they refresh: we wait, and end the leg when they do not', async () => {
    const { stage } = await ours([['Session-Expires', '300;refresher=uas']]);
    stage.advance(267_999);
    expect(stage.take()).toEqual([]);
    stage.advance(1);
    expect(stage.told()).toEqual(['ended lost 408']);
    stage.send(response(stage.request('BYE'), 200));
    settled(stage);
  });

  it('RFC 4028 §7.3 after a 422 the INVITE goes out again with the session that they want', async () => {
    const stage = await Stage.open(HALF_HOUR);
    stage.stack.invite('leg', target(), OFFER);
    stage.advance(0);
    stage.send(response(stage.request('INVITE'), 422, { extra: [['Min-SE', '3600']] }));
    const second = stage.request('INVITE');
    expect([...session(second), headerValue(second, 'CSeq')]).toEqual(['3600', undefined, '3600', '2 INVITE']);
    stage.send(response(second, 200, { body: ANSWER, extra: [['Session-Expires', '3600;refresher=uac']] }));
    expect(stage.told()).toEqual(['answered sdp']);
    stage.take();
    stage.advance(1_800_000);
    expect(stage.take()).toEqual(['INVITE']);
  });

  it.each<[string, Extra]>([
    ['that says not what it wants', []],
    ['that wants more than a day', [['Min-SE', '100000']]],
  ])('RFC 4028 §7.3 a 422 %s ends the call', async (_name, extra) => {
    const stage = await Stage.open(HALF_HOUR);
    stage.stack.invite('leg', target(), OFFER);
    stage.advance(0);
    stage.send(response(stage.request('INVITE'), 422, { extra }));
    expect(stage.told()).toEqual(['ended remote 422']);
    settled(stage);
  });

  it('RFC 3261 §14.1 a change of the session that comes while a refresh is under way is sent after it', async () => {
    const { stage } = await ours([]);
    stage.advance(900_000);
    const refresh = stage.request('INVITE');
    const changed = `${OFFER}a=sendonly\r\n`;
    stage.stack.modify('leg', changed);
    stage.advance(0);
    stage.send(response(refresh, 200, { body: ANSWER }));
    const change = stage.request('INVITE');
    expect(change.body).toBe(changed);
    stage.send(response(change, 200, { body: ANSWER }));
    expect(stage.told()).toEqual(['agreed sdp']);
    stage.take();
    stage.advance(900_000);
    expect(stage.request('INVITE').body).toBe(changed); // it is the session now
  });

  it('RFC 4028 §7.4 a refresh that meets with 491 is tried again', async () => {
    const { stage } = await ours([]);
    stage.advance(900_000);
    stage.send(response(stage.request('INVITE'), 491));
    stage.take();
    stage.advance(4_000);
    const again = stage.request('INVITE');
    stage.send(response(again, 200, { body: ANSWER }));
    expect(stage.told()).toEqual([]);
    stage.take();
    stage.advance(899_999);
    expect(stage.take()).toEqual([]);
  });

  it('RFC 4028 §7.4 UPDATE that is not served after all (501): the session is refreshed by re-INVITE from then on', async () => {
    const { stage } = await ours(SERVES_UPDATE);
    stage.advance(900_000);
    stage.send(response(stage.request('UPDATE'), 501));
    expect(stage.take()).toEqual(['UPDATE', 'INVITE']);
  });

  it('a leg that is hung up leaves no timer', async () => {
    const { stage } = await ours([]);
    stage.stack.hangUp('leg', { status: 200, reasons: [] });
    stage.advance(0);
    stage.send(response(stage.request('BYE'), 200));
    settled(stage);
  });
});

describe('RFC 3261 §22.2 requests inside the dialog that are challenged', () => {
  const credentials = { username: 'acme', password: 'secret' };
  const challenge: Extra = [['Proxy-Authenticate', 'Digest realm="carrier", nonce="n1", qop="auth"']];

  it.each<['BYE' | 'UPDATE' | 'INVITE', Extra]>([
    ['BYE', []],
    ['UPDATE', SERVES_UPDATE],
    ['INVITE', []],
  ])('%s is sent again with credentials and the next CSeq', async (method, extra) => {
    const { stage } = await ours(extra, { credentials });
    if (method === 'BYE') stage.stack.hangUp('leg', { status: 200, reasons: [] });
    stage.advance(method === 'BYE' ? 0 : 900_000);
    const first = stage.request(method);
    stage.send(response(first, 407, { extra: challenge }));
    const second = stage.request(method);
    expect(headerValue(second, 'Proxy-Authorization')).toContain(`realm="carrier", nonce="n1", uri="${second.uri}"`);
    expect(headerValue(second, 'CSeq')).toBe(`3 ${method}`);
    stage.send(response(second, 200, method === 'INVITE' ? { body: ANSWER } : {}));
    if (method === 'INVITE') expect(headerValue(stage.request('ACK'), 'Proxy-Authorization')).toBeDefined();
    if (method === 'BYE') settled(stage);
  });

  it('wrong credentials are not tried again', async () => {
    const { stage } = await ours([], { credentials });
    stage.stack.hangUp('leg', { status: 200, reasons: [] });
    stage.advance(0);
    stage.send(response(stage.request('BYE'), 407, { extra: challenge }));
    stage.send(response(stage.request('BYE'), 407, { extra: challenge }));
    expect(stage.take().filter((what) => what === 'BYE')).toHaveLength(2);
    settled(stage);
  });
});
