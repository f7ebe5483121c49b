import { describe, expect, it } from 'vitest';
import { DigestAuthenticator } from '../../src/auth/digest.js';
import type { OwnRequest, OwnResponse } from '../../src/ports/signalling.js';
import { headerValue } from '../../src/sip/message/header.js';
import { answerTo } from '../auth/digest-client.js';
import { ANSWER, type Extra, OFFER, response, Stage, THEM, target } from './stage.js';

const CREDENTIALS = { username: 'acme', password: 'secret' };
const CHALLENGE = 'Digest realm="carrier", nonce="abc", algorithm=MD5, qop="auth"';

function partsOf(header: string | undefined): Record<string, string> {
  return Object.fromEntries([...(header ?? '').matchAll(/(\w+)="?([^",]*)"?/g)].map((m) => [m[1] ?? '', m[2] ?? '']));
}

async function challenged(
  status: 401 | 407,
  challenge: string,
  credentials: typeof CREDENTIALS | null = CREDENTIALS,
  before: Extra = [],
) {
  const stage = await Stage.open();
  stage.stack.invite('leg', target(credentials === null ? {} : { credentials }), OFFER);
  stage.advance(0);
  const first = stage.request('INVITE');
  stage.take();
  const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
  stage.send(response(first, status, { extra: [...before, [name, challenge]] }));
  return { stage, first };
}

describe('a challenge to our INVITE', () => {
  it.each([
    [401, 'Authorization'],
    [407, 'Proxy-Authorization'],
  ] as const)('RFC 3261 §22 a %i is answered in a new INVITE with the next CSeq', async (status, name) => {
    const { stage, first } = await challenged(status, CHALLENGE);
    const second = stage.request('INVITE');
    expect(headerValue(second, 'CSeq')).toBe('2 INVITE');
    expect(headerValue(second, 'Call-ID')).toBe(headerValue(first, 'Call-ID'));
    expect(second.body).toBe(OFFER);
    expect(headerValue(second, name)).toMatch(/^Digest username="acme", realm="carrier", nonce="abc"/);
    expect(stage.events).toEqual([]);
  });

  it.each(['MD5', 'SHA-256', 'SHA-512-256'] as const)(
    'RFC 7616 §3.4.1 the answer by %s satisfies a server',
    async (algorithm) => {
      const server = new DigestAuthenticator({ algorithms: [algorithm] });
      const [challenge = ''] = server.challenges('carrier', false, 0);
      const { stage } = await challenged(401, challenge);
      const second = stage.request('INVITE');
      const asked = {
        method: 'INVITE',
        uri: second.uri,
        realm: 'carrier',
        authorization: [headerValue(second, 'Authorization') ?? ''],
      };
      expect(server.verify(asked, () => ({ password: 'secret' }), 0)).toMatchObject({
        verdict: 'accepted',
        username: 'acme',
      });
      expect(server.verify(asked, () => ({ password: 'other' }), 0)).toMatchObject({ verdict: 'refused' });
    },
  );

  it('RFC 7616 §3.4.1 the response without qop is that of the example of RFC 2617 in form and sum', async () => {
    const plain = 'Digest realm="carrier", nonce="abc"';
    const { stage } = await challenged(401, plain);
    const second = stage.request('INVITE');
    const wanted = answerTo(
      { realm: 'carrier', nonce: 'abc', algorithm: 'MD5', stale: false },
      {
        method: 'INVITE',
        uri: second.uri,
        ...CREDENTIALS,
        nc: null,
      },
    );
    expect(partsOf(headerValue(second, 'Authorization'))).toEqual(partsOf(wanted));
  });

  it('RFC 8760 §2.4 of several the strongest is answered', async () => {
    const weak = ['WWW-Authenticate', 'Digest realm="carrier", nonce="weak", algorithm=MD5'] as const;
    const { stage } = await challenged(401, 'Digest realm="carrier", nonce="abc", algorithm=SHA-256', CREDENTIALS, [
      weak,
    ]);
    const second = stage.request('INVITE');
    const wanted = answerTo(
      { realm: 'carrier', nonce: 'abc', algorithm: 'SHA-256', stale: false },
      {
        method: 'INVITE',
        uri: second.uri,
        ...CREDENTIALS,
        nc: null,
      },
    );
    expect(partsOf(headerValue(second, 'Authorization'))).toEqual(partsOf(wanted));
  });

  it('RFC 3261 §22.1 the ACK of the 200 bears them too', async () => {
    const { stage } = await challenged(401, CHALLENGE);
    const second = stage.request('INVITE');
    stage.take();
    stage.send(response(second, 200, { body: ANSWER }));
    expect(headerValue(stage.request('ACK'), 'Authorization')).toBe(headerValue(second, 'Authorization'));
    expect(stage.events.map(({ type }) => type)).toEqual(['answered']);
  });

  it.each([
    ['without credentials', CHALLENGE, null],
    ['of an algorithm that nobody knows', 'Digest realm="carrier", nonce="abc", algorithm=ROT13', CREDENTIALS],
    ['of another scheme', 'Basic realm="carrier"', CREDENTIALS],
    ['with a protection that is not ours', 'Digest realm="carrier", nonce="abc", qop="auth-int"', CREDENTIALS],
  ])('one %s ends the leg', async (_, challenge, credentials) => {
    const { stage } = await challenged(401, challenge, credentials);
    expect(stage.events).toMatchObject([{ type: 'ended', status: 401 }]);
  });

  it('a second one ends the leg: the password is wrong', async () => {
    const { stage } = await challenged(401, CHALLENGE);
    const again = CHALLENGE.replace('abc', 'def');
    const second = stage.request('INVITE');
    stage.take();
    stage.send(response(second, 401, { extra: [['WWW-Authenticate', again]] }));
    expect(stage.events).toMatchObject([{ type: 'ended', status: 401 }]);
  });

  it('RFC 7616 §3.3 unless the nonce was only too old', async () => {
    const { stage } = await challenged(401, CHALLENGE);
    const second = stage.request('INVITE');
    stage.take();
    const again = `${CHALLENGE.replace('abc', 'def')}, stale=true`;
    stage.send(response(second, 401, { extra: [['WWW-Authenticate', again]] }));
    expect(headerValue(stage.request('INVITE'), 'CSeq')).toBe('3 INVITE');
    expect(stage.events).toEqual([]);
  });
});

describe('a REGISTER of ours', () => {
  const register: OwnRequest = {
    method: 'REGISTER',
    uri: `sip:${THEM}`,
    from: { name: '', user: 'acme', host: 'carrier.example' },
    to: { name: '', user: 'acme', host: 'carrier.example' },
    callId: 'registration-of-carrier',
    cseq: 7,
    contactUser: 'acme',
    headers: [['Expires', '600']],
    credentials: CREDENTIALS,
  };

  it('RFC 3261 §10.2 says who and where, answers the challenge and tells the end', async () => {
    const stage = await Stage.open();
    const ends: OwnResponse[] = [];
    stage.stack.request(register, (end) => ends.push(end));
    stage.advance(0);
    const first = stage.request('REGISTER');
    expect(headerValue(first, 'Contact')).toBe('<sip:acme@192.0.2.1:5060>');
    expect(headerValue(first, 'Call-ID')).toBe('registration-of-carrier');
    expect(headerValue(first, 'CSeq')).toBe('7 REGISTER');
    stage.take();
    stage.send(response(first, 401, { extra: [['WWW-Authenticate', CHALLENGE]] }));
    const second = stage.request('REGISTER');
    expect(headerValue(second, 'CSeq')).toBe('8 REGISTER');
    stage.send(response(second, 200, { contact: '<sip:acme@192.0.2.1:5060>;expires=300' }));
    expect(ends.map(({ status, cseq, header }) => [status, cseq, header('Contact')])).toEqual([
      [200, 9, ['<sip:acme@192.0.2.1:5060>;expires=300']],
    ]);
    stage.advance(60_000);
    expect(stage.stack.snapshot()).toEqual({ transactions: [], legs: [], requests: [] });
  });

  it('RFC 3261 §8.1.3.1 silence is 408', async () => {
    const stage = await Stage.open();
    const ends: number[] = [];
    stage.stack.request(register, ({ status }) => ends.push(status));
    stage.advance(60_000);
    expect(ends).toEqual([408]);
  });

  it('a name that leads nowhere is 503', async () => {
    const stage = await Stage.open();
    const ends: number[] = [];
    stage.stack.request({ ...register, uri: 'sip:nowhere.example' }, ({ status }) => ends.push(status));
    await Promise.resolve();
    await Promise.resolve();
    expect(ends).toEqual([503]);
  });
});
