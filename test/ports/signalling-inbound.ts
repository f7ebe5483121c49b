import { afterEach, beforeEach, expect, it } from 'vitest';
import { header, uriOf } from '../../src/calltest/phone-message.js';
import { NORMAL, OUR_SDP, type SignallingHarness, SignallingRig } from './signalling-rig.js';
import { dialogOfResponse } from './sip-peer.js';
import { pass } from './waiting-list.js';

export function signallingInbound(harness: SignallingHarness): void {
  let rig: SignallingRig;
  beforeEach(async () => {
    rig = await SignallingRig.open(harness);
  });
  afterEach(() => rig.close());

  it('invited: says who calls whom, from where, with what', async () => {
    const { peer } = rig;
    const body = peer.sdp();
    const invite = peer.ask('INVITE', '100', {
      body,
      headers: [
        ['From', '"J\\"o Bl\xc3\xb6d" <sip:j%2bo@example.test>;tag=a1'],
        ['Max-Forwards', '17'],
        ['X-Colour', 'red'],
        ['X-Colour', 'blue, green'],
      ],
    });
    const event = await rig.event('invited');
    expect(event).toMatchObject({
      requestUri: invite.uri,
      from: { name: 'J"o Blöd', user: 'j+o', host: 'example.test' },
      to: { name: '', user: '100', host: 'example.test' },
      callId: header(invite, 'call-id'),
      identity: 'phone@example.test',
      source: peer.flow,
      maxForwards: 17,
      offer: body,
    });
    expect(event.header('X-Colour')).toEqual(['red', 'blue, green']);
    expect(event.header('x-colour')).toEqual(['red', 'blue, green']);
    expect(event.header('X-Nothing')).toEqual([]);
  });

  it('RFC 3261 §8.2.7: an INVITE that is not admitted gets the response and is no leg', async () => {
    rig.admit = () => ({ verdict: 'respond', status: 403, reason: 'Go Away', headers: [['X-Why', 'because']] });
    const invite = rig.peer.ask('INVITE', '100', { body: rig.peer.sdp() });
    const response = await rig.peer.response('INVITE', 403);
    rig.peer.acknowledge(invite, response);
    expect(response.text.split('\r\n')[0]).toBe('SIP/2.0 403 Go Away');
    expect(header(response, 'x-why')).toBe('because');
    await pass(100);
    expect(rig.events.all).toEqual([]);
  });

  it('asks the admission once, with the facts of the request', async () => {
    await rig.invited();
    expect(rig.admissions).toHaveLength(1);
    expect(rig.admissions[0]).toMatchObject({ method: 'INVITE', source: rig.peer.flow });
  });

  it('progress: 180, and 183 with early media', async () => {
    const { leg } = await rig.invited();
    rig.signalling.progress(leg, 180, null);
    expect((await rig.peer.response('INVITE', 180)).body).toBe('');
    rig.signalling.progress(leg, 183, OUR_SDP);
    expect((await rig.peer.response('INVITE', 183)).body).toBe(OUR_SDP);
  });

  it('answer: 200 with our answer, and acknowledged when the ACK comes', async () => {
    const { leg, invite } = await rig.invited();
    rig.signalling.progress(leg, 180, null);
    rig.signalling.answer(leg, OUR_SDP);
    const ok = await rig.peer.response('INVITE', 200);
    expect(ok.body).toBe(OUR_SDP);
    expect(header(ok, 'content-type')).toBe('application/sdp');
    expect(uriOf(header(ok, 'contact'))).toMatch(/^sip:/);
    expect(header(ok, 'allow')).toMatch(/INVITE.*BYE/);
    expect(rig.count('acknowledged')).toBe(0);
    rig.peer.acknowledge(invite, ok);
    expect(await rig.event('acknowledged')).toEqual({ type: 'acknowledged', leg, answer: null });
  });

  it('RFC 3261 §13.2.1: an INVITE without offer gets ours in the 200, and its answer comes with the ACK', async () => {
    const { peer } = rig;
    const invite = peer.ask('INVITE', '100');
    const event = await rig.event('invited');
    expect(event.offer).toBeNull();
    rig.signalling.answer(event.leg, OUR_SDP);
    const ok = await peer.response('INVITE', 200);
    expect(ok.body).toBe(OUR_SDP);
    peer.acknowledge(invite, ok, peer.sdp());
    expect(await rig.event('acknowledged')).toEqual({ type: 'acknowledged', leg: event.leg, answer: peer.sdp() });
  });

  it('hangUp before the answer: the final response of the cause, with its reasons', async () => {
    const { leg, invite } = await rig.invited();
    const reasons = ['Q.850;cause=17;text="User busy"'];
    rig.signalling.hangUp(leg, { status: 486, reasons });
    const busy = await rig.peer.response('INVITE', 486);
    rig.peer.acknowledge(invite, busy);
    expect(busy.headers.get('reason')).toEqual(reasons);
    expect(await rig.event('ended')).toMatchObject({ leg, by: 'local', status: 486 });
  });

  it('hangUp with a status that is no refusal: 480', async () => {
    const { leg, invite } = await rig.invited();
    rig.signalling.hangUp(leg, { status: 200, reasons: [] });
    rig.peer.acknowledge(invite, await rig.peer.response('INVITE', 480));
    expect(await rig.event('ended')).toMatchObject({ by: 'local', status: 480 });
  });

  it('RFC 3261 §9.2, RFC 3326: CANCEL ends it with 487 and brings its reasons', async () => {
    const { leg, invite } = await rig.invited();
    rig.signalling.progress(leg, 180, null);
    await rig.peer.response('INVITE', 180);
    const reason = 'SIP;cause=200;text="Call completed elsewhere"';
    rig.peer.cancel(invite, [['Reason', reason]]);
    await rig.peer.response('CANCEL', 200);
    rig.peer.acknowledge(invite, await rig.peer.response('INVITE', 487));
    const ended = await rig.event('ended');
    expect(ended).toMatchObject({ leg, by: 'remote', status: 487 });
    expect(ended.reasons.map((value) => value.replace(/\s/g, ''))).toEqual([reason.replace(/\s/g, '')]);
  });

  it('a CANCEL before any response of ours ends it too', async () => {
    const { leg, invite } = await rig.invited();
    rig.peer.cancel(invite);
    rig.peer.acknowledge(invite, await rig.peer.response('INVITE', 487));
    expect(await rig.event('ended')).toMatchObject({ leg, by: 'remote', status: 487 });
  });

  it('commands to a leg that was cancelled are nothing', async () => {
    const { leg, invite } = await rig.invited();
    rig.peer.cancel(invite);
    rig.peer.acknowledge(invite, await rig.peer.response('INVITE', 487));
    await rig.event('ended');
    rig.signalling.answer(leg, OUR_SDP);
    rig.signalling.hangUp(leg, NORMAL);
    await pass(100);
    expect(rig.count('ended')).toBe(1);
    expect(rig.peer.heard.filter(({ status }) => status >= 200 && status < 300)).toHaveLength(1); // of the CANCEL
  });

  it('race: our answer crosses their CANCEL; one final response, one ended, and no dialog is left', async () => {
    const { peer } = rig;
    const { leg, invite } = await rig.invited();
    rig.signalling.answer(leg, OUR_SDP);
    peer.cancel(invite);
    const ok = await peer.response('INVITE', 2).catch(() => null);
    if (ok === null) peer.acknowledge(invite, await peer.response('INVITE', 487));
    else {
      peer.acknowledge(invite, ok);
      // The CANCEL came too late. Either side may end the call that it did not want.
      const bye = await peer.request('BYE', 300).catch(() => null);
      if (bye !== null) peer.respond(bye, 200);
      else {
        peer.within(dialogOfResponse(ok), 'BYE');
        await peer.response('BYE', 200);
      }
    }
    expect(await rig.event('ended')).toMatchObject({ leg, by: 'remote' });
    rig.signalling.hangUp(leg, NORMAL);
    await pass(100);
    expect(rig.count('ended')).toBe(1);
    expect(
      peer.heard.filter(({ status, headers }) => status >= 200 && headers.get('cseq')?.[0]?.endsWith('INVITE')),
    ).toHaveLength(1);
  });

  it('RFC 3261 §15: hung up before the ACK of our 200, the BYE waits for it', async () => {
    const { peer } = rig;
    const { leg, invite } = await rig.invited();
    rig.signalling.answer(leg, OUR_SDP);
    const ok = await peer.response('INVITE', 200);
    rig.signalling.hangUp(leg, NORMAL);
    expect(await rig.event('ended')).toMatchObject({ leg, by: 'local', status: 200 });
    await pass(150);
    expect(peer.count('BYE')).toBe(0);
    peer.acknowledge(invite, ok);
    peer.respond(await peer.request('BYE'), 200);
    expect(rig.count('acknowledged')).toBe(0);
  });

  it('answered and hung up in one breath: still 200, ACK, BYE', async () => {
    const { peer } = rig;
    const { leg, invite } = await rig.invited();
    rig.signalling.answer(leg, OUR_SDP);
    rig.signalling.hangUp(leg, NORMAL);
    peer.acknowledge(invite, await peer.response('INVITE', 200));
    peer.respond(await peer.request('BYE'), 200);
    await rig.event('ended');
    expect(rig.count('ended')).toBe(1);
  });

  it('RFC 3261 §13.3.1: an INVITE that expires is over with 487', async () => {
    const { peer } = rig;
    const { leg, invite } = await rig.invited(peer.sdp(), [['Expires', '1']]);
    peer.acknowledge(invite, await peer.response('INVITE', 487));
    expect(await rig.event('ended')).toMatchObject({ leg, by: 'remote', status: 487 });
  });

  it('RFC 3261 §8.2.2.3: what it requires and we cannot is refused with 420', async () => {
    const invite = rig.peer.ask('INVITE', '100', { body: rig.peer.sdp(), headers: [['Require', 'teleport']] });
    const refused = await rig.peer.response('INVITE', 420);
    rig.peer.acknowledge(invite, refused);
    expect(header(refused, 'unsupported')).toBe('teleport');
    expect(rig.events.all).toEqual([]);
  });

  it('stop: every leg is dropped without a word', async () => {
    await rig.invited();
    await rig.signalling.stop();
    await pass(100);
    expect(rig.count('ended')).toBe(0);
    expect(rig.peer.heard.filter(({ status }) => status >= 200)).toEqual([]);
  });
}
