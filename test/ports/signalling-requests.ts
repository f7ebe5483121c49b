import { afterEach, beforeEach, expect, it } from 'vitest';
import { header } from '../../src/calltest/phone-message.js';
import { type SignallingHarness, SignallingRig } from './signalling-rig.js';
import { dialogOfResponse } from './sip-peer.js';
import { pass } from './waiting-list.js';

export function signallingRequests(harness: SignallingHarness): void {
  let rig: SignallingRig;
  beforeEach(async () => {
    rig = await SignallingRig.open(harness);
  });
  afterEach(() => rig.close());

  it('requested: REGISTER with all that a registrar needs', async () => {
    const register = rig.peer.ask('REGISTER', 'phone', {
      headers: [
        ['Expires', '60'],
        ['Authorization', 'Digest username="phone", realm="example.test"'],
        ['Contact', '<sip:other@192.0.2.1>;expires=30'],
      ],
    });
    const event = await rig.event('requested');
    expect(event).toMatchObject({
      method: 'REGISTER',
      requestUri: register.uri,
      to: { name: '', user: 'phone', host: 'example.test' },
      callId: header(register, 'call-id'),
      source: rig.peer.flow,
      identity: 'phone@example.test',
      body: '',
    });
    expect(event.header('Expires')).toEqual(['60']);
    expect(event.header('Authorization').join().replace(/\s/g, '')).toBe('Digestusername="phone",realm="example.test"');
    expect(
      event
        .header('Contact')
        .join()
        .match(/sip:[^>]*/g),
    ).toHaveLength(2);
    rig.signalling.respond(event.request, { status: 503, reason: '', headers: [], body: '' });
    await rig.peer.response('REGISTER', 503);
  });

  it('respond: status, phrase, every header line, body', async () => {
    const register = rig.peer.ask('REGISTER', 'phone');
    const { request } = await rig.event('requested');
    rig.signalling.respond(request, {
      status: 200,
      reason: 'Welcome',
      headers: [
        ['Contact', `${rig.peer.contact};expires=60`],
        ['Contact', '<sip:other@192.0.2.1>;expires=30'],
        ['X-Colour', 'red'],
        ['Content-Type', 'text/plain'],
      ],
      body: 'hello',
    });
    const ok = await rig.peer.response('REGISTER', 200);
    expect(ok.text.split('\r\n')[0]).toBe('SIP/2.0 200 Welcome');
    expect(
      ok.headers
        .get('contact')
        ?.join()
        .match(/sip:[^>]*/g),
    ).toEqual([rig.peer.contact.slice(1, -1), 'sip:other@192.0.2.1']);
    expect(header(ok, 'x-colour')).toBe('red');
    expect(ok.body).toBe('hello');
    expect(header(ok, 'call-id')).toBe(header(register, 'call-id'));
  });

  it('RFC 3261 §7.3.1: challenges go out on lines of their own', async () => {
    rig.admit = () => ({
      verdict: 'respond',
      status: 401,
      reason: 'Unauthorized',
      headers: [
        ['WWW-Authenticate', 'Digest realm="example.test", nonce="n1", algorithm=SHA-256, qop="auth"'],
        ['WWW-Authenticate', 'Digest realm="example.test", nonce="n2", algorithm=MD5, qop="auth"'],
      ],
    });
    rig.peer.ask('REGISTER', 'phone');
    const response = await rig.peer.response('REGISTER', 401);
    const challenges = response.headers.get('www-authenticate') ?? [];
    expect(challenges.map((line) => /nonce="(\w+)".*algorithm=([\w-]+)/.exec(line)?.slice(1))).toEqual([
      ['n1', 'SHA-256'],
      ['n2', 'MD5'],
    ]);
    expect(rig.events.all).toEqual([]);
  });

  it('a request that the admission ignores is not answered', async () => {
    rig.admit = () => ({ verdict: 'ignore' });
    rig.peer.ask('OPTIONS', 'x');
    await pass(200);
    expect(rig.peer.heard).toEqual([]);
    expect(rig.events.all).toEqual([]);
  });

  it('RFC 3261 §11.2: a 200 to OPTIONS says what we can', async () => {
    rig.peer.ask('OPTIONS', 'x');
    const { request } = await rig.event('requested');
    rig.signalling.respond(request, { status: 200, reason: '', headers: [], body: '' });
    const ok = await rig.peer.response('OPTIONS', 200);
    expect(header(ok, 'allow')).toMatch(/INVITE.*REGISTER/);
    expect(header(ok, 'accept')).toBe('application/sdp');
  });

  it('RFC 3261 §11.2: OPTIONS that the admission lets us answer by ourselves, or refuse', async () => {
    rig.admit = () => ({ verdict: 'capabilities' });
    rig.peer.ask('OPTIONS', 'x');
    const ok = await rig.peer.response('OPTIONS', 200);
    expect(header(ok, 'allow')).toMatch(/INVITE.*REGISTER/);
    expect(header(ok, 'accept')).toBe('application/sdp');
    rig.peer.ask('OPTIONS', 'x', { headers: [['Require', 'foo']] });
    expect(header(await rig.peer.response('OPTIONS', 420), 'unsupported')).toBe('foo');
    expect(rig.events.all).toEqual([]);
  });

  it('a second response is nothing', async () => {
    rig.peer.ask('OPTIONS', 'x');
    const { request } = await rig.event('requested');
    rig.signalling.respond(request, { status: 404, reason: '', headers: [], body: '' });
    rig.signalling.respond(request, { status: 200, reason: '', headers: [], body: '' });
    await rig.peer.response('OPTIONS', 404);
    await pass(100);
    expect(rig.peer.heard).toHaveLength(1);
  });

  it('RFC 3261 §8.2.1: a method that we do not serve is refused with 405', async () => {
    rig.peer.ask('SUBSCRIBE', 'x', { headers: [['Event', 'presence']] });
    expect(header(await rig.peer.response('SUBSCRIBE', 405), 'allow')).toMatch(/INVITE/);
    expect(rig.events.all).toEqual([]);
  });

  it('RFC 3261 §12.2.2: what belongs to no dialog of ours is refused with 481', async () => {
    const { dialog } = await rig.inbound();
    rig.peer.within({ ...dialog, callId: 'another', cseq: 7 }, 'BYE');
    await rig.peer.response('BYE', 481);
    expect(rig.count('ended')).toBe(0);
  });

  it('a BYE after the end is refused with 481', async () => {
    const { peer } = rig;
    const { leg, invite } = await rig.invited();
    rig.signalling.answer(leg, peer.sdp());
    const ok = await peer.response('INVITE', 200);
    peer.acknowledge(invite, ok);
    const dialog = dialogOfResponse(ok);
    peer.within(dialog, 'BYE');
    await peer.response('BYE', 200);
    await rig.event('ended');
    await pass(50);
    peer.within(dialog, 'BYE');
    await peer.response('BYE', 481);
    expect(rig.count('ended')).toBe(1);
  });
}
