import { beforeEach, describe, expect, it } from 'vitest';
import { toTagOf } from '../../src/sip/message/address.js';
import { headerValue } from '../../src/sip/message/header.js';
import { ours, settled, theirs } from './answered-call.js';
import { ANSWER, OFFER, request, response, type Stage, THEM } from './stage.js';

const HOLD = OFFER.replace('1 1', '1 2');
const HUNG_UP = { status: 200, reasons: [] };

describe.each([
  ['a call of ours', ours],
  ['a call of theirs', theirs],
])('modification of %s', (_name, begin) => {
  let stage: Stage;
  let leg: string;
  let call: { callId: string; to: string };

  beforeEach(async () => {
    ({ stage, leg, call } = await begin());
  });

  it('§14.2 their re-INVITE, our answer, their ACK', () => {
    stage.send(request('INVITE', 2, { ...call, body: HOLD }));
    expect(stage.take()).toEqual(['100 INVITE']);
    expect(stage.told()).toEqual(['modified sdp']);
    stage.stack.answer(leg, ANSWER);
    stage.advance(0);
    const ok = stage.response(200);
    expect(ok.body).toBe(ANSWER);
    expect(headerValue(ok, 'Contact')).toBe('<sip:192.0.2.1:5060>');
    stage.advance(500);
    expect(stage.take()).toEqual(['200 INVITE', '200 INVITE']);
    stage.send(request('ACK', 2, call));
    stage.advance(60_000);
    expect(stage.take()).toEqual([]);
    expect(stage.told()).toEqual(['acknowledged']);
  });

  it('§14.2 their re-INVITE without an offer: ours in the 200, their answer in the ACK', () => {
    stage.send(request('INVITE', 2, call));
    expect(stage.told()).toEqual(['modified']);
    stage.stack.answer(leg, HOLD);
    stage.advance(0);
    stage.send(request('ACK', 2, { ...call, body: ANSWER }));
    expect(stage.told()).toEqual(['acknowledged sdp']);
  });

  it('§14.2 refused: the session stays', () => {
    stage.send(request('INVITE', 2, { ...call, body: HOLD }));
    stage.stack.refuse(leg, 488);
    stage.advance(0);
    stage.send(request('ACK', 2, { ...call, branch: 'INVITE-2' }));
    expect(stage.take()).toEqual(['100 INVITE', '488 INVITE']);
    stage.send(request('BYE', 3, call));
    expect(stage.told()).toEqual(['modified sdp', 'ended remote 200']);
    settled(stage);
  });

  it('§14.2 a second one before our answer: 500 with Retry-After of 0 to 10 s', () => {
    stage.send(request('INVITE', 2, { ...call, body: HOLD }));
    stage.send(request('INVITE', 3, { ...call, body: OFFER }));
    const refused = stage.response(500);
    expect(Number(headerValue(refused, 'Retry-After'))).toBeGreaterThanOrEqual(0);
    expect(Number(headerValue(refused, 'Retry-After'))).toBeLessThanOrEqual(10);
    expect(headerValue(refused, 'CSeq')).toBe('3 INVITE');
    expect(stage.told()).toEqual(['modified sdp']);
  });

  it('§14.2 no ACK for the 200 to a re-INVITE: BYE', () => {
    stage.send(request('INVITE', 2, { ...call, body: HOLD }));
    stage.stack.answer(leg, ANSWER);
    stage.advance(0);
    stage.take();
    stage.advance(32_000);
    expect(stage.take().at(-1)).toBe('BYE');
    expect(stage.told()).toEqual(['modified sdp', 'ended lost 408']);
    settled(stage);
  });

  it('RFC 5407 §3.1.5 one that overtakes the ACK of the last is served', () => {
    stage.send(request('INVITE', 2, { ...call, body: HOLD }));
    stage.stack.answer(leg, ANSWER);
    stage.send(request('INVITE', 3, { ...call, body: OFFER }));
    stage.stack.answer(leg, ANSWER);
    stage.advance(0);
    stage.send(request('ACK', 3, call));
    stage.take();
    stage.advance(400);
    expect(stage.take()).toEqual([]);
    stage.advance(100);
    expect(stage.heard.map(({ message }) => headerValue(message, 'CSeq'))).toEqual(['2 INVITE']);
    stage.send(request('ACK', 2, call));
    stage.take();
    stage.advance(60_000);
    expect(stage.take()).toEqual([]);
    expect(stage.told()).toEqual(['modified sdp', 'modified sdp', 'acknowledged', 'acknowledged']);
  });

  it('§14.1 our re-INVITE: 200, ACK, agreed', () => {
    stage.stack.modify(leg, HOLD);
    stage.advance(0);
    const invite = stage.request('INVITE');
    expect(invite.body).toBe(HOLD);
    expect(headerValue(invite, 'Contact')).toBe('<sip:192.0.2.1:5060>');
    expect(toTagOf(invite)).toBe('their-tag');
    stage.send(response(invite, 100));
    stage.send(response(invite, 200, { body: ANSWER }));
    const [cseq] = headerValue(invite, 'CSeq')?.split(' ') ?? [];
    expect(headerValue(stage.request('ACK'), 'CSeq')).toBe(`${cseq} ACK`);
    stage.send(response(invite, 200, { body: ANSWER }));
    expect(stage.take()).toEqual(['INVITE', 'ACK', 'ACK']);
    expect(stage.told()).toEqual(['agreed sdp']);
    stage.stack.hangUp(leg, HUNG_UP);
    stage.advance(0);
    expect(headerValue(stage.request('BYE'), 'CSeq')).toBe(`${Number(cseq) + 1} BYE`);
  });

  it.each([488, 500, 503, 606])('§14.1 our re-INVITE meets %i: refused, the session stays', (status) => {
    stage.stack.modify(leg, HOLD);
    stage.advance(0);
    stage.send(response(stage.request('INVITE'), status));
    expect(stage.take()).toEqual(['INVITE', 'ACK']);
    expect(stage.told()).toEqual([`refused ${status}`]);
    stage.stack.modify(leg, OFFER);
    stage.advance(0);
    expect(stage.request('INVITE').body).toBe(OFFER);
  });

  it.each([408, 481])('§12.2.1.2 our re-INVITE meets %i: the dialog is gone', (status) => {
    stage.stack.modify(leg, HOLD);
    stage.advance(0);
    stage.send(response(stage.request('INVITE'), status));
    expect(stage.take()).toEqual(['INVITE', 'ACK', 'BYE']);
    expect(stage.told()).toEqual([`ended lost ${status}`]);
    settled(stage);
  });

  it('§12.2.1.2 our re-INVITE meets nobody: the dialog is gone after timer B', () => {
    stage.stack.modify(leg, HOLD);
    stage.advance(32_000);
    expect(stage.told()).toEqual(['ended lost 408']);
    settled(stage);
  });

  it('§14.1 491: again after a random time, 2.1 to 4 s for the owner of the Call-ID, up to 2 s for the other', () => {
    const [from, until] = leg === 'leg' ? [2100, 4000] : [0, 2000];
    const waits: number[] = [];
    stage.stack.modify(leg, HOLD);
    stage.advance(0);
    for (let count = 0; count < 5; count++) {
      const invite = stage.request('INVITE');
      stage.take();
      stage.send(response(invite, 491));
      expect(stage.take()).toEqual(['ACK']);
      const begunAt = stage.clock.now();
      while (stage.heard.length === 0 && stage.clock.now() - begunAt < 10_000) stage.advance(10);
      waits.push(stage.clock.now() - begunAt);
    }
    expect(waits.filter((ms) => ms < from || ms > until + 10)).toEqual([]);
    expect(new Set(waits).size).toBeGreaterThan(1);
    expect(stage.told()).toEqual([]);
    stage.send(response(stage.request('INVITE'), 491));
    expect(stage.told()).toEqual(['refused 491']);
  });

  it('§14.2 glare: theirs during ours is 491, and ours goes on', () => {
    stage.stack.modify(leg, HOLD);
    stage.advance(0);
    const invite = stage.request('INVITE');
    stage.send(request('INVITE', 2, { ...call, body: HOLD }));
    stage.send(request('ACK', 2, { ...call, branch: 'INVITE-2' }));
    expect(stage.take()).toEqual(['INVITE', '100 INVITE', '491 INVITE']);
    stage.send(response(invite, 200, { body: ANSWER }));
    expect(stage.told()).toEqual(['agreed sdp']);
  });

  it('§14.1 glare seen from both ends: 491 to each, then theirs is served while ours waits', () => {
    stage.stack.modify(leg, HOLD);
    stage.advance(0);
    stage.send(response(stage.request('INVITE'), 491));
    stage.take();
    stage.send(request('INVITE', 3, { ...call, body: HOLD }));
    expect(stage.told()).toEqual(['modified sdp']);
    stage.advance(4000);
    expect(stage.take()).toEqual(['100 INVITE']); // ours waits for the end of theirs
    stage.stack.answer(leg, ANSWER);
    stage.advance(0);
    expect(stage.take()).toEqual(['200 INVITE']);
    stage.send(request('ACK', 3, call));
    expect(stage.take()).toEqual(['INVITE']);
  });

  it('§14.1 a modify during their re-INVITE waits for its end', () => {
    stage.send(request('INVITE', 2, { ...call, body: HOLD }));
    stage.stack.modify(leg, OFFER);
    stage.stack.refuse(leg, 488);
    stage.advance(0);
    expect(stage.take()).toEqual(['100 INVITE', '488 INVITE', 'INVITE']);
  });

  it('a second modify before the end of the first is refused', () => {
    stage.stack.modify(leg, HOLD);
    stage.stack.modify(leg, OFFER);
    expect(stage.told()).toEqual(['refused 491']);
  });

  it('§12.2 a target refresh moves our later requests', () => {
    stage.listen('192.0.2.8:5060');
    const moved = request('INVITE', 2, { ...call, body: HOLD }).replace(
      `<sip:bob@${THEM}>`,
      '<sip:bob@192.0.2.9:5080>',
    );
    stage.listen('192.0.2.9:5080');
    stage.send(moved);
    stage.stack.refuse(leg, 488);
    stage.stack.hangUp(leg, HUNG_UP);
    stage.advance(0);
    expect(stage.request('BYE').uri).toBe('sip:bob@192.0.2.9:5080');
  });

  it('§15 hung up during our re-INVITE: BYE at once; its 200 is ACKed, its 487 too', () => {
    stage.stack.modify(leg, HOLD);
    stage.advance(0);
    const invite = stage.request('INVITE');
    stage.stack.hangUp(leg, HUNG_UP);
    stage.advance(0);
    stage.send(response(stage.request('BYE'), 200));
    stage.send(response(invite, 200, { body: ANSWER }));
    expect(stage.take()).toEqual(['INVITE', 'BYE', 'ACK']);
    expect(stage.told()).toEqual(['ended local 200']);
    settled(stage);
  });

  it('§15.1.2 their BYE during their re-INVITE: 487 to it', () => {
    stage.send(request('INVITE', 2, { ...call, body: HOLD }));
    stage.send(request('BYE', 3, call));
    stage.send(request('ACK', 2, { ...call, branch: 'INVITE-2' }));
    expect(stage.take()).toEqual(['100 INVITE', '200 BYE', '487 INVITE']);
    expect(stage.told()).toEqual(['modified sdp', 'ended remote 200']);
    settled(stage);
  });

  it('§15.1.2 their BYE during our re-INVITE, which then meets 481', () => {
    stage.stack.modify(leg, HOLD);
    stage.advance(0);
    const invite = stage.request('INVITE');
    stage.send(request('BYE', 2, call));
    stage.send(response(invite, 481));
    expect(stage.take()).toEqual(['INVITE', '200 BYE', 'ACK']);
    expect(stage.told()).toEqual(['ended remote 200']);
    settled(stage);
  });

  it('§15 hung up during their re-INVITE: 487 to it, and BYE', () => {
    stage.send(request('INVITE', 2, { ...call, body: HOLD }));
    stage.stack.hangUp(leg, HUNG_UP);
    stage.advance(0);
    stage.send(request('ACK', 2, { ...call, branch: 'INVITE-2' }));
    expect(stage.take()).toEqual(['100 INVITE', '487 INVITE', 'BYE']);
    stage.told();
    settled(stage);
  });

  it('RFC 3311 §5.2 UPDATE with an offer is a modification without an ACK', () => {
    stage.send(request('UPDATE', 2, { ...call, body: HOLD }));
    expect(stage.told()).toEqual(['modified sdp']);
    stage.stack.answer(leg, ANSWER);
    stage.advance(60_000);
    expect(stage.take()).toEqual(['200 UPDATE']);
    expect(stage.told()).toEqual([]);
  });

  it('RFC 3311 §5.2 UPDATE without an offer refreshes the target', () => {
    stage.send(request('UPDATE', 2, call));
    expect(headerValue(stage.response(200), 'Contact')).toBe('<sip:192.0.2.1:5060>');
    expect(stage.told()).toEqual([]);
  });

  it('RFC 3311 §5.2 UPDATE with an offer while ours is not answered: 491; while theirs is not: 500', () => {
    stage.stack.modify(leg, HOLD);
    stage.advance(0);
    stage.send(request('UPDATE', 2, { ...call, body: HOLD }));
    expect(stage.take()).toEqual(['INVITE', '491 UPDATE']);
    stage.stack.hangUp(leg, HUNG_UP);
  });
});

describe('other requests inside the dialog', () => {
  it('§12.2.2 a lower CSeq is answered 500, a higher one may skip', async () => {
    const { stage, call } = await theirs();
    stage.send(request('INFO', 7, call));
    stage.send(request('INFO', 6, { ...call, branch: 'late' }));
    expect(stage.take()).toEqual(['200 INFO', '500 INFO']);
  });

  it('§17.2.2 a refusal inside the dialog is absorbed like any answer: its retransmission is not told 481 after the end', async () => {
    const { stage, call } = await theirs();
    const late = request('INVITE', 0, { ...call, body: HOLD });
    const odd = request('INVITE', 2, { ...call, body: HOLD, extra: [['Require', 'timer']] });
    stage.send(late);
    stage.send(odd);
    stage.send(request('BYE', 3, call));
    stage.take();
    stage.send(late);
    stage.send(odd);
    expect(stage.take()).toEqual(['500 INVITE', '420 INVITE']);
  });

  it('RFC 6086 INFO is answered 200 and reported; one with an Info-Package is 469', async () => {
    const { stage, call } = await theirs();
    stage.send(request('INFO', 2, { ...call, body: 'Signal=5' }));
    stage.send(request('INFO', 3, { ...call, extra: [['Info-Package', 'x']] }));
    expect(stage.take()).toEqual(['200 INFO', '469 INFO']);
    expect(stage.told()).toEqual(['informed Signal=5']);
  });

  it.each([
    ['OPTIONS', 200],
    ['NOTIFY', 481],
    ['PRACK', 481],
    ['MESSAGE', 405],
    ['SUBSCRIBE', 405],
    ['REGISTER', 405],
    ['FROBNICATE', 501],
  ])('%s: %i', async (method, status) => {
    const { stage, call } = await theirs();
    stage.send(request(method, 2, call));
    if (status !== 481) expect(headerValue(stage.response(status), 'Allow')).toContain('UPDATE');
    expect(stage.take()).toEqual([`${status} ${method}`]);
    expect(stage.told()).toEqual([]);
    expect(stage.asked).toHaveLength(1); // the INVITE only
  });

  it('§8.2.2.3 Require inside the dialog: 420', async () => {
    const { stage, call } = await theirs();
    stage.send(request('INVITE', 2, { ...call, body: HOLD, extra: [['Require', 'timer, 100rel']] }));
    expect(headerValue(stage.response(420), 'Unsupported')).toBe('timer, 100rel');
    expect(stage.told()).toEqual([]);
  });

  it('§12.2.2 a wrong Call-ID, From tag or To tag: 481', async () => {
    const { stage, call } = await theirs();
    stage.send(request('BYE', 2, { ...call, callId: 'other' }));
    stage.send(request('BYE', 2, { ...call, from: 'other', branch: 'b' }));
    stage.send(request('BYE', 2, { ...call, to: 'other', branch: 'c' }));
    expect(stage.take()).toEqual(['481 BYE', '481 BYE', '481 BYE']);
    expect(stage.told()).toEqual([]);
  });

  it('INFO of ours; 481 to it ends the leg (§12.2.1.2)', async () => {
    const { stage, leg } = await ours();
    stage.stack.inform(leg, 'application/dtmf-relay', 'Signal=1');
    stage.advance(0);
    const info = stage.request('INFO');
    expect([info.body, headerValue(info, 'Content-Type')]).toEqual(['Signal=1', 'application/dtmf-relay']);
    stage.send(response(info, 200));
    expect(stage.told()).toEqual([]);
    stage.stack.inform(leg, 'application/dtmf-relay', 'Signal=2');
    stage.advance(0);
    stage.send(response(stage.request('INFO'), 481));
    expect(stage.take()).toEqual(['INFO', 'INFO', 'BYE']);
    expect(stage.told()).toEqual(['ended lost 481']);
    settled(stage);
  });

  it('our BYE that nobody answers is given up after timer F', async () => {
    const { stage, leg } = await ours();
    stage.stack.hangUp(leg, HUNG_UP);
    expect(stage.told()).toEqual(['ended local 200']);
    settled(stage);
  });
});
