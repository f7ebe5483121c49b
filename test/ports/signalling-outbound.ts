import { afterEach, beforeEach, expect, it } from 'vitest';
import { cseqOf, header, uriOf } from '../../src/calltest/phone-message.js';
import { NORMAL, OUR_SDP, type SignallingHarness, SignallingRig } from './signalling-rig.js';
import { pass } from './waiting-list.js';

export function signallingOutbound(harness: SignallingHarness): void {
  let rig: SignallingRig;
  beforeEach(async () => {
    rig = await SignallingRig.open(harness);
  });
  afterEach(() => rig.close());

  it('invite: the INVITE says what it was told to', async () => {
    const target = rig.target({
      from: { name: 'J"o Blöd', user: 'j o', host: 'example.test' },
      headers: [
        ['X-Colour', 'red'],
        ['X-Colour', 'blue'],
        ['X-Word', 'Bl\xc3\xb6d'],
        ['X-Word', 'Blöd€'],
        ['Alert-Info', '<http://example.test/bell>'],
      ],
    });
    rig.signalling.invite('leg', target, OUR_SDP);
    const invite = await rig.peer.request('INVITE');
    expect(invite.uri).toBe(target.uri);
    expect(invite.body).toBe(OUR_SDP);
    expect(header(invite, 'from')).toMatch(/^"J\\"o Bl\xc3\xb6d" <sip:j%20o@example\.test>;tag=/);
    expect(header(invite, 'to')).toBe('<sip:200@example.test>');
    expect(header(invite, 'call-id')).toBe('leg');
    expect(header(invite, 'max-forwards')).toBe('69');
    expect(invite.headers.get('x-colour')).toEqual(['red', 'blue']);
    expect(invite.headers.get('x-word')).toEqual(['Bl\xc3\xb6d', 'Bl\xc3\xb6d\xe2\x82\xac']);
    expect(header(invite, 'alert-info')).toBe('<http://example.test/bell>');
    expect(header(invite, 'content-type')).toBe('application/sdp');
    expect(uriOf(header(invite, 'contact'))).toMatch(/^sip:/);
    expect(header(invite, 'allow')).toMatch(/INVITE.*BYE/);
    rig.peer.respond(invite, 486);
    await rig.event('ended');
  });

  it('invite by a flow: it goes to the flow, whatever the Request-URI says', async () => {
    rig.signalling.invite('leg', rig.target({ uri: 'sip:200@192.0.2.1:4', flow: rig.peer.flow }), OUR_SDP);
    const invite = await rig.peer.request('INVITE');
    expect(invite.uri).toBe('sip:200@192.0.2.1:4');
    rig.peer.respond(invite, 200, { body: rig.peer.sdp() });
    await rig.event('answered');
    await rig.peer.request('ACK');
  });

  it('progressed: every provisional response but 100, with its early answer', async () => {
    const invite = await rig.calling('leg');
    rig.peer.respond(invite, 100);
    rig.peer.respond(invite, 180);
    expect(await rig.event('progressed')).toEqual({ type: 'progressed', leg: 'leg', status: 180, answer: null });
    rig.peer.respond(invite, 183, { body: rig.peer.sdp() });
    expect(await rig.event('progressed')).toEqual({
      type: 'progressed',
      leg: 'leg',
      status: 183,
      answer: rig.peer.sdp(),
    });
    rig.peer.respond(invite, 404);
    await rig.event('ended');
  });

  it('answered: the ACK has been sent', async () => {
    const invite = await rig.calling('leg');
    rig.peer.respond(invite, 200, { body: rig.peer.sdp() });
    expect(await rig.event('answered')).toEqual({ type: 'answered', leg: 'leg', sdp: rig.peer.sdp() });
    const ack = await rig.peer.request('ACK');
    expect(ack.uri).toBe(uriOf(rig.peer.contact));
    expect(cseqOf(ack).number).toBe(cseqOf(invite).number);
    expect(ack.body).toBe('');
  });

  it('ended by a refusal: its status and reasons', async () => {
    const invite = await rig.calling('leg');
    rig.peer.respond(invite, 486, { headers: [['Reason', 'Q.850;cause=17']] });
    await rig.peer.request('ACK');
    const ended = await rig.event('ended');
    expect(ended).toMatchObject({ leg: 'leg', by: 'remote', status: 486, contacts: [] });
    expect(ended.reasons.map((value) => value.replace(/\s/g, ''))).toEqual(['Q.850;cause=17']);
  });

  it('RFC 3261 §8.1.3.4: ended by a redirection, with where to, best first', async () => {
    const invite = await rig.calling('leg');
    rig.peer.respond(invite, 302, {
      headers: [['Contact', '<sip:a@192.0.2.1>;q=0.2, <sip:b@192.0.2.1>;q=0.9, <sip:c@192.0.2.1>;q=0.2']],
    });
    const contacts = ['sip:b@192.0.2.1', 'sip:a@192.0.2.1', 'sip:c@192.0.2.1'];
    expect(await rig.event('ended')).toMatchObject({ by: 'remote', status: 302, contacts });
  });

  it('a host that there is not: lost', async () => {
    rig.signalling.invite('leg', rig.target({ uri: 'sip:200@nowhere.invalid' }), OUR_SDP);
    expect(await rig.event('ended', 20_000)).toMatchObject({ leg: 'leg', by: 'lost', status: 503 });
  }, 30_000);

  it('RFC 3261 §9.1: hung up while it rings, CANCEL with the reasons, and ended when the INVITE is', async () => {
    const invite = await rig.calling('leg');
    rig.peer.respond(invite, 180);
    await rig.event('progressed');
    const reason = 'SIP;cause=200;text="Call completed elsewhere"';
    rig.signalling.hangUp('leg', { status: 487, reasons: [reason] });
    const cancel = await rig.peer.request('CANCEL');
    expect(header(cancel, 'reason').replace(/\s/g, '')).toBe(reason.replace(/\s/g, ''));
    expect(rig.count('ended')).toBe(0);
    rig.peer.respond(cancel, 200);
    rig.peer.respond(invite, 487);
    await rig.peer.request('ACK');
    expect(await rig.event('ended')).toMatchObject({ leg: 'leg', by: 'local', status: 487 });
  });

  it('RFC 3261 §9.1: no CANCEL before a provisional response', async () => {
    const invite = await rig.calling('leg');
    rig.signalling.hangUp('leg', NORMAL);
    await pass(150);
    expect(rig.peer.count('CANCEL')).toBe(0);
    rig.peer.respond(invite, 180);
    rig.peer.respond(await rig.peer.request('CANCEL'), 200);
    rig.peer.respond(invite, 487);
    expect(await rig.event('ended')).toMatchObject({ by: 'local', status: 487 });
    expect(rig.count('progressed')).toBe(0);
  });

  it('race: hung up in the breath that called', async () => {
    rig.signalling.invite('leg', rig.target(), OUR_SDP);
    rig.signalling.hangUp('leg', NORMAL);
    const invite = await rig.peer.request('INVITE', 300).catch(() => null);
    if (invite !== null) {
      rig.peer.respond(invite, 180);
      rig.peer.respond(await rig.peer.request('CANCEL'), 200);
      rig.peer.respond(invite, 487);
    }
    expect(await rig.event('ended')).toMatchObject({ by: 'local', status: 487 });
  });

  it('race, RFC 3261 §9.1: a 200 that crosses our CANCEL is acknowledged and hung up, once, and was never answered', async () => {
    const { peer } = rig;
    const invite = await rig.calling('leg');
    peer.respond(invite, 180);
    await rig.event('progressed');
    rig.signalling.hangUp('leg', NORMAL);
    const cancel = await peer.request('CANCEL');
    peer.respond(invite, 200, { body: peer.sdp() });
    peer.respond(cancel, 200);
    await peer.request('ACK');
    peer.respond(await peer.request('BYE'), 200);
    expect(await rig.event('ended')).toMatchObject({ leg: 'leg', by: 'local', status: 487 });
    await pass(300);
    expect(rig.count('ended')).toBe(1);
    expect(rig.count('answered')).toBe(0);
    expect(peer.count('BYE')).toBe(1);
  });

  it('race: a refusal that crosses our CANCEL ends it with its own status', async () => {
    const invite = await rig.calling('leg');
    rig.peer.respond(invite, 180);
    await rig.event('progressed');
    rig.signalling.hangUp('leg', NORMAL);
    const cancel = await rig.peer.request('CANCEL');
    rig.peer.respond(invite, 486);
    rig.peer.respond(cancel, 200);
    expect(await rig.event('ended')).toMatchObject({ by: 'local', status: 486 });
  });

  it('late offer: answered brings theirs, the ACK waits for our answer', async () => {
    const { peer } = rig;
    const invite = await rig.calling('leg', null);
    expect(invite.body).toBe('');
    peer.respond(invite, 200, { body: peer.sdp() });
    expect(await rig.event('answered')).toEqual({ type: 'answered', leg: 'leg', sdp: peer.sdp() });
    await pass(100);
    expect(peer.count('ACK')).toBe(0);
    rig.signalling.answer('leg', OUR_SDP);
    expect((await peer.request('ACK')).body).toBe(OUR_SDP);
    rig.signalling.hangUp('leg', NORMAL);
    peer.respond(await peer.request('BYE'), 200);
    expect(await rig.event('ended')).toMatchObject({ by: 'local', status: 200 });
  });

  it('race: late offer, and their BYE before our answer', async () => {
    const { peer } = rig;
    const invite = await rig.calling('leg', null);
    peer.respond(invite, 200, { body: peer.sdp() });
    await rig.event('answered');
    const to = {
      callId: 'leg',
      local: `${header(invite, 'to')};tag=${peer.tagOf(invite)}`,
      remote: header(invite, 'from'),
    };
    peer.within({ ...to, target: uriOf(header(invite, 'contact')), cseq: 1 }, 'BYE');
    await peer.response('BYE', 200);
    expect(await rig.event('ended')).toMatchObject({ by: 'remote', status: 200 });
    expect(rig.count('ended')).toBe(1);
  });

  it('late offer, hung up before our answer: ACK and BYE', async () => {
    const { peer } = rig;
    const invite = await rig.calling('leg', null);
    peer.respond(invite, 200, { body: peer.sdp() });
    await rig.event('answered');
    rig.signalling.hangUp('leg', NORMAL);
    await peer.request('ACK');
    peer.respond(await peer.request('BYE'), 200);
    expect(await rig.event('ended')).toMatchObject({ by: 'local' });
    expect(rig.count('ended')).toBe(1);
  });

  it('RFC 3261 §13.2.1: a late offer that does not come is lost, and hung up', async () => {
    const { peer } = rig;
    const invite = await rig.calling('leg', null);
    peer.respond(invite, 200);
    await peer.request('ACK');
    peer.respond(await peer.request('BYE'), 200);
    expect(await rig.event('ended')).toMatchObject({ by: 'lost', status: 488 });
    expect(rig.count('answered')).toBe(0);
  });

  it('commands to a leg that there is not are nothing', async () => {
    const { signalling } = rig;
    signalling.progress('nobody', 180, null);
    signalling.answer('nobody', OUR_SDP);
    signalling.refuse('nobody', 488);
    signalling.modify('nobody', OUR_SDP);
    signalling.inform('nobody', 'text/plain', 'x');
    signalling.hangUp('nobody', NORMAL);
    signalling.respond('nobody', { status: 200, reason: 'OK', headers: [], body: '' });
    await pass(50);
    expect(rig.events.all).toEqual([]);
  });
}
