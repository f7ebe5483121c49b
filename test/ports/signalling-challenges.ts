import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cseqOf, type HeaderList, header, type PhoneMessage } from '../../src/calltest/phone-message.js';
import { NORMAL, OUR_SDP, type SignallingHarness, SignallingRig } from './signalling-rig.js';
import { pass } from './waiting-list.js';

const CREDENTIALS = { username: 'us', password: 'secret' };
const CHALLENGE = 'Digest realm="carrier.test", nonce="n1", algorithm=MD5, qop="auth"';

export function signallingChallenges(harness: SignallingHarness): void {
  let rig: SignallingRig;
  beforeEach(async () => {
    rig = await SignallingRig.open(harness);
  });
  afterEach(() => rig.close());

  function challenge(request: PhoneMessage, status = 401, value = CHALLENGE): void {
    const name = status === 407 ? 'Proxy-Authenticate' : 'WWW-Authenticate';
    const headers: HeaderList = [[name, value]];
    rig.peer.respond(request, status, { headers });
  }

  async function calling(): Promise<PhoneMessage> {
    rig.signalling.invite('leg', rig.target({ credentials: CREDENTIALS }), OUR_SDP);
    return rig.peer.request('INVITE');
  }

  it.each([401, 407])('RFC 3261 §22.2, §22.3: a %i to our INVITE is answered', async (status) => {
    const first = await calling();
    challenge(first, status);
    await rig.peer.request('ACK');
    const again = await rig.peer.request('INVITE');
    expect(isRight(again, status === 407 ? 'proxy-authorization' : 'authorization')).toBe(true);
    expect(header(again, 'call-id')).toBe('leg');
    expect(cseqOf(again).number).toBeGreaterThan(cseqOf(first).number);
    expect(again.body).toBe(OUR_SDP);
    rig.peer.respond(again, 200, { body: rig.peer.sdp() });
    await rig.event('answered');
    expect(cseqOf(await rig.peer.request('ACK')).number).toBe(cseqOf(again).number);
    rig.signalling.hangUp('leg', NORMAL);
    const bye = await rig.peer.request('BYE');
    rig.peer.respond(bye, 200);
    expect(cseqOf(bye).number).toBeGreaterThan(cseqOf(again).number);
  });

  it('a second challenge ends the leg: the password is wrong', async () => {
    challenge(await calling());
    challenge(await rig.peer.request('INVITE'), 401, CHALLENGE.replace('n1', 'n2'));
    expect(await rig.event('ended')).toMatchObject({ leg: 'leg', by: 'remote', status: 401 });
    expect(rig.peer.count('INVITE')).toBe(2);
  });

  it('without credentials a challenge ends the leg', async () => {
    challenge(await rig.calling('leg'));
    expect(await rig.event('ended')).toMatchObject({ by: 'remote', status: 401 });
  });

  it('race: hung up before the challenge comes; no second INVITE', async () => {
    const invite = await calling();
    rig.peer.respond(invite, 180);
    await rig.event('progressed');
    rig.signalling.hangUp('leg', NORMAL);
    const cancel = await rig.peer.request('CANCEL');
    challenge(invite);
    rig.peer.respond(cancel, 200);
    expect(await rig.event('ended')).toMatchObject({ by: 'local' });
    await pass(150);
    expect(rig.peer.count('INVITE')).toBe(1);
  });

  it('race: hung up while the second INVITE is out; it is cancelled', async () => {
    challenge(await calling());
    rig.signalling.hangUp('leg', NORMAL);
    const again = await rig.peer.request('INVITE', 500).catch(() => null);
    if (again !== null) {
      rig.peer.respond(again, 180);
      rig.peer.respond(await rig.peer.request('CANCEL'), 200);
      rig.peer.respond(again, 487);
    }
    expect(await rig.event('ended')).toMatchObject({ by: 'local' });
    expect(rig.count('ended')).toBe(1);
  });

  it('RFC 3261 §10.2: REGISTER of ours, and its answer', async () => {
    const answer = rig.ask();
    const register = await rig.peer.request('REGISTER');
    expect(header(register, 'call-id')).toBe(`own-${rig.peer.port}`);
    expect(header(register, 'cseq')).toBe('5 REGISTER');
    expect(header(register, 'from')).toMatch(/^<sip:us@carrier\.test>;tag=/);
    expect(header(register, 'to')).toBe('<sip:us@carrier.test>');
    expect(header(register, 'contact')).toMatch(/^<sip:us@127\.0\.0\.1:\d+/);
    expect(header(register, 'expires')).toBe('600');
    const contact = `${header(register, 'contact')};expires=60`;
    rig.peer.respond(register, 200, { headers: [['Contact', contact]] });
    const { status, cseq, header: value } = await answer;
    expect([status, cseq]).toEqual([200, 6]);
    expect(value('Contact')).toEqual([contact]);
    expect(rig.events.all).toEqual([]);
  });

  it('RFC 3261 §22.2: a challenge to it is answered, with the next CSeq', async () => {
    const answer = rig.ask({ credentials: CREDENTIALS });
    challenge(await rig.peer.request('REGISTER'));
    const again = await rig.peer.request('REGISTER');
    expect(isRight(again, 'authorization')).toBe(true);
    expect(header(again, 'cseq')).toBe('6 REGISTER');
    rig.peer.respond(again, 200);
    expect(await answer).toMatchObject({ status: 200, cseq: 7 });
  });

  it('a request without Contact', async () => {
    const answer = rig.ask({ method: 'OPTIONS', contactUser: null, headers: [] });
    const options = await rig.peer.request('OPTIONS');
    expect(header(options, 'contact')).toBe('');
    rig.peer.respond(options, 404);
    expect(await answer).toMatchObject({ status: 404 });
  });

  it('a request to a host that there is not: 503', async () => {
    expect(await rig.ask({ uri: 'sip:nowhere.invalid' })).toMatchObject({ status: 503 });
  }, 30_000);
}

/** RFC 7616 §3.4, in full. */
function isRight(request: PhoneMessage, name: string): boolean {
  const value = header(request, name);
  const field = (key: string) =>
    new RegExp(`[\\s,]${key}\\s*=\\s*(?:"([^"]*)"|([^\\s,]+))`)
      .exec(value)
      ?.slice(1)
      .find((found) => found !== undefined);
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const secret = md5(`${CREDENTIALS.username}:${field('realm')}:${CREDENTIALS.password}`);
  const what = md5(`${request.method}:${field('uri')}`);
  const expected = md5(`${secret}:n1:${field('nc')}:${field('cnonce')}:auth:${what}`);
  return field('uri') === request.uri && field('username') === CREDENTIALS.username && field('response') === expected;
}
