import { describe, expect, it } from 'vitest';
import { toTagOf } from '../../src/sip/message/address.js';
import { headerValue, headerValues } from '../../src/sip/message/header.js';
import { OFFER, request, Stage } from './stage.js';

const NOTHING = { transactions: [], legs: [], requests: [] };

describe('admission', () => {
  it('§8.2.7 `respond` is answered without state; a retransmission gets the same answer, tag included', async () => {
    const stage = await Stage.open({ userAgent: 'Strowger' });
    const challenge = ['WWW-Authenticate', 'Digest realm="example.net", nonce="n"'] as const;
    stage.admission = { verdict: 'respond', status: 401, reason: 'Unauthorized', headers: [challenge] };
    const register = request('REGISTER', 1);
    stage.send(register);
    stage.send(register);
    expect(stage.stack.snapshot()).toEqual(NOTHING);
    expect(stage.clock.pending).toBe(0);
    const [first, second] = stage.heard.map(({ text }) => text);
    expect(first).toBe(second);
    const response = stage.response(401);
    expect(toTagOf(response)).toBeDefined();
    expect(headerValue(response, 'WWW-Authenticate')).toBe(challenge[1]);
    expect(headerValue(response, 'Server')).toBeUndefined();
    stage.send(request('REGISTER', 2));
    expect(toTagOf(stage.response(401))).not.toBe(toTagOf(response));
  });

  it('`respond` to an INVITE: its ACK is absorbed', async () => {
    const stage = await Stage.open();
    stage.admission = { verdict: 'respond', status: 403, reason: '', headers: [] };
    stage.send(request('INVITE', 1, { body: OFFER }));
    const to = toTagOf(stage.response(403)) ?? '';
    stage.send(request('ACK', 1, { to, branch: 'INVITE-1' }));
    expect(stage.take()).toEqual(['403 INVITE']);
    expect(stage.stack.snapshot()).toEqual(NOTHING);
    expect(stage.told()).toEqual([]);
  });

  it.each([
    ['§8.2.1 a method nobody knows', 'FROBNICATE', [], 404, 501],
    ['§8.2.2.3 Require of an extension', 'OPTIONS', [['Require', 'foo']], 404, 420],
    ['§22 but a challenge comes first', 'OPTIONS', [['Require', 'foo']], 401, 401],
  ] as const)('whom it is for comes last: %s', async (_name, method, extra, status, told) => {
    const stage = await Stage.open();
    stage.admission = { verdict: 'respond', status, reason: '', headers: [] };
    stage.send(request(method, 1, { extra }));
    expect(stage.take()).toEqual([`${told} ${method}`]);
    expect(stage.stack.snapshot()).toEqual(NOTHING);
  });

  it('§11.2 `capabilities`: what we can, without state', async () => {
    const stage = await Stage.open({ userAgent: 'Strowger' });
    stage.admission = { verdict: 'capabilities' };
    stage.send(request('OPTIONS', 1));
    const ok = stage.response(200);
    expect(headerValue(ok, 'Allow')).toBe('INVITE, ACK, CANCEL, BYE, INFO, UPDATE, REGISTER, OPTIONS');
    expect(headerValue(ok, 'Accept')).toBe('application/sdp');
    expect(headerValue(ok, 'Server')).toBeUndefined();
    expect(stage.stack.snapshot()).toEqual(NOTHING);
    expect(stage.told()).toEqual([]);
  });

  it('§8.1.1.8 an INVITE without Contact: 400, but of a client of RFC 2543 it is called back at its From', async () => {
    const stage = await Stage.open();
    const invite = request('INVITE', 1, { body: OFFER }).replace(/Contact: .*\r\n/, '');
    stage.send(invite);
    expect(stage.take()).toEqual(['400 INVITE']);
    expect(stage.stack.snapshot()).toEqual(NOTHING);
    stage.send(invite.replace(';tag=their-tag', ''));
    expect(stage.take()).toEqual(['100 INVITE']);
    expect(stage.stack.snapshot().legs[0]?.dialog?.remoteTarget).toBe('sip:bob@example.net');
  });

  it('`ignore` is silence', async () => {
    const stage = await Stage.open();
    stage.admission = { verdict: 'ignore' };
    for (const method of ['INVITE', 'REGISTER', 'OPTIONS', 'FROBNICATE']) stage.send(request(method, 1));
    expect(stage.take()).toEqual([]);
    expect(stage.asked.map(({ method }) => method)).toEqual(['INVITE', 'REGISTER', 'OPTIONS', 'FROBNICATE']);
    expect(stage.stack.snapshot()).toEqual(NOTHING);
  });

  it('sees the request: addresses in Unicode, header lines in order, the flow', async () => {
    const stage = await Stage.open();
    const extra = [
      ['Authorization', 'Digest a'],
      ['Authorization', 'Digest b'],
    ] as const;
    stage.send(request('REGISTER', 1, { extra }).replace('Bob <sip:bob@', '"Zo\xc3\xab \\"Z\\"" <sip:zo%C3%AB@'));
    const [asked] = stage.asked;
    expect(asked).toMatchObject({
      method: 'REGISTER',
      from: { name: 'Zoë "Z"', user: 'zoë', host: 'example.net' },
      to: { name: '', user: 'alice', host: 'example.net' },
      source: 'udp/192.0.2.9:5060',
    });
    expect(asked?.header('Authorization')).toEqual(['Digest a', 'Digest b']);
    expect(asked?.header('X-None')).toEqual([]);
  });

  it('is not asked for ACK, CANCEL, retransmissions, malformed requests and requests inside a dialog', async () => {
    const stage = await Stage.open();
    stage.send(request('ACK', 1));
    stage.send(request('CANCEL', 1));
    stage.send(request('BYE', 1, { to: 'tag' }));
    stage.send(request('OPTIONS', 1).replace('CSeq: 1 OPTIONS', 'CSeq: 1 INVITE'));
    stage.send(request('OPTIONS', 1, { uri: 'sip:a@b?Route=%3Csip:x%3E' }));
    expect(stage.asked).toEqual([]);
    expect(stage.take()).toEqual(['481 CANCEL', '481 BYE', '400 INVITE', '400 OPTIONS']);
    stage.send(request('OPTIONS', 2));
    stage.send(request('OPTIONS', 2));
    expect(stage.asked).toHaveLength(1);
  });
});

/** RFC 3261 §8.2: what an admitted request is refused with, and the header that says why. */
const REFUSALS: readonly [
  name: string,
  method: string,
  options: Parameters<typeof request>[2],
  status: number,
  header?: readonly [string, string],
][] = [
  ['§8.2.1 a method nobody knows', 'FROBNICATE', {}, 501],
  [
    '§8.2.1 a method that is not served',
    'PUBLISH',
    {},
    405,
    ['Allow', 'INVITE, ACK, CANCEL, BYE, INFO, UPDATE, REGISTER, OPTIONS'],
  ],
  ['RFC 3515 §5.1 REFER outside a dialog', 'REFER', {}, 403],
  ['§15.1.2 BYE without a dialog', 'BYE', {}, 481],
  ['RFC 6086 §4.2.2 INFO without a dialog', 'INFO', {}, 481],
  ['RFC 6665 §4.1.3 NOTIFY without a subscription', 'NOTIFY', {}, 481],
  ['§8.2.2.1 a Request-URI of another scheme', 'OPTIONS', { uri: 'soap.beep://192.0.2.103:3002' }, 416],
  [
    '§8.2.2.3 Require of an extension',
    'INVITE',
    { extra: [['Require', '100rel, foo']], body: OFFER },
    420,
    ['Unsupported', '100rel, foo'],
  ],
  [
    'RFC 3327 §5.3 Require of the path of a registration, and of what no registrar knows',
    'REGISTER',
    { extra: [['Require', 'path, foo']] },
    420,
    ['Unsupported', 'foo'],
  ],
  [
    '§8.2.3 a Content-Type without a body is no fault',
    'INVITE',
    { extra: [['Content-Type', 'text/plain']], body: '' },
    200,
  ],
  ['§16.3 no hops left', 'INVITE', { extra: [], body: OFFER }, 483],
  ['§16.3 no hops left for OPTIONS', 'OPTIONS', {}, 483],
];

describe('refusals after the admission', () => {
  it.each(REFUSALS)('%s', async (name, method, options, status, header) => {
    const stage = await Stage.open();
    stage.onEvent = (event) => {
      if (event.type === 'invited') stage.stack.answer(event.leg, OFFER);
    };
    const text = request(method, 1, options);
    stage.send(name.startsWith('§16.3') ? text.replace('Forwards: 70', 'Forwards: 0') : text);
    const response = stage.response(status);
    if (header !== undefined) expect(headerValue(response, header[0])).toBe(header[1]);
    if (status >= 300) expect(stage.stack.snapshot()).toEqual(NOTHING);
  });

  it('§8.2.3 a body of another type: 415 and what we accept', async () => {
    const stage = await Stage.open();
    stage.send(request('INVITE', 1, { body: 'x' }).replace('application/sdp', 'text/plain'));
    expect(headerValue(stage.response(415), 'Accept')).toContain('application/sdp');
    stage.send(request('INVITE', 2, { body: 'x', extra: [['Content-Encoding', 'gzip']] }));
    expect(headerValue(stage.response(415), 'Accept-Encoding')).toBe('identity');
  });

  it('§8.2.2.2 the same request by another way: 482, and the first goes on', async () => {
    const stage = await Stage.open();
    stage.send(request('INVITE', 1, { body: OFFER }));
    stage.send(request('INVITE', 1, { body: OFFER, branch: 'other' }));
    expect(stage.take()).toEqual(['100 INVITE', '482 INVITE']);
    expect(stage.told()).toEqual(['invited']);
    stage.send(request('INVITE', 2, { body: OFFER, callId: 'call-1' }));
    expect(stage.told()).toEqual(['invited']); // another CSeq is another request
  });

  it('§8.2.2.2 so too if the nonce count of its credentials is used up', async () => {
    const stage = await Stage.open();
    stage.send(request('INVITE', 1, { body: OFFER }));
    stage.admission = { verdict: 'respond', status: 401, reason: '', headers: [] };
    stage.send(request('INVITE', 1, { body: OFFER, branch: 'other' }));
    stage.send(request('INVITE', 2, { body: OFFER }));
    expect(stage.take()).toEqual(['100 INVITE', '482 INVITE', '401 INVITE']);
    expect(stage.stack.snapshot().transactions).toHaveLength(1);
  });

  it('§8.2.2.2 after the end of the first it is a new request', async () => {
    const stage = await Stage.open();
    stage.onEvent = (event) => {
      if (event.type === 'requested')
        stage.stack.respond(event.request, { status: 200, reason: '', headers: [], body: '' });
    };
    stage.send(request('OPTIONS', 1));
    stage.advance(32_000);
    stage.send(request('OPTIONS', 1, { branch: 'other' }));
    expect(stage.take()).toEqual(['200 OPTIONS', '200 OPTIONS']);
  });

  it('further methods are served if they are allowed', async () => {
    const stage = await Stage.open({ allow: ['REGISTER', 'OPTIONS', 'MESSAGE'] });
    stage.send(request('MESSAGE', 1, { body: 'hello' }));
    expect(stage.events[0]).toMatchObject({ type: 'requested', method: 'MESSAGE', body: 'hello' });
  });
});

describe('requests outside a dialog', () => {
  it('§10.3 REGISTER: answered by `respond`, absorbed for timer J', async () => {
    const stage = await Stage.open({ userAgent: 'Strowger' });
    stage.admission = { verdict: 'admit', identity: 'acme/101' };
    const register = request('REGISTER', 1);
    stage.send(register);
    const [event] = stage.events;
    expect(event).toMatchObject({
      type: 'requested',
      method: 'REGISTER',
      identity: 'acme/101',
      contentType: '',
      body: '',
    });
    const id = event?.type === 'requested' ? event.request : '';
    const headers = [
      ['Contact', '<sip:bob@192.0.2.9>;expires=60'],
      ['Contact', '<sip:bob@192.0.2.8>;expires=50'],
    ] as const;
    stage.stack.respond(id, { status: 200, reason: 'OK', headers, body: '' });
    stage.stack.respond(id, { status: 500, reason: 'Twice', headers: [], body: '' });
    stage.advance(0);
    const ok = stage.response(200);
    expect(headerValues(ok, 'Contact')).toEqual(headers.map(([, value]) => value));
    expect(headerValue(ok, 'Server')).toBe('Strowger');
    stage.send(register);
    expect(stage.take()).toEqual(['200 REGISTER', '200 REGISTER']);
    stage.advance(32_000);
    expect(stage.stack.snapshot()).toEqual(NOTHING);
  });

  it('§11.2 OPTIONS: Allow and Accept are added', async () => {
    const stage = await Stage.open();
    stage.onEvent = (event) => {
      if (event.type === 'requested')
        stage.stack.respond(event.request, { status: 200, reason: '', headers: [], body: '' });
    };
    stage.send(request('OPTIONS', 1));
    expect(headerValue(stage.response(200), 'Allow')).toContain('REGISTER');
    expect(headerValue(stage.response(200), 'Accept')).toBe('application/sdp');
  });

  it('RFC 4320 §4.1 one that takes long gets a 100 when the client has slowed down', async () => {
    const stage = await Stage.open();
    stage.send(request('REGISTER', 1));
    stage.advance(3499);
    expect(stage.take()).toEqual([]);
    stage.advance(1);
    expect(stage.take()).toEqual(['100 REGISTER']);
  });

  it('RFC 4320 §4.2 one that is never answered is forgotten in silence', async () => {
    const stage = await Stage.open();
    stage.send(request('REGISTER', 1));
    stage.advance(32_000);
    expect(stage.take()).toEqual(['100 REGISTER']);
    expect(stage.stack.snapshot()).toEqual(NOTHING);
    expect(stage.clock.pending).toBe(0);
  });
});

describe('faults of this program', () => {
  it('a handler that throws is reported, and the next event is handed out all the same', async () => {
    const stage = await Stage.open();
    stage.onEvent = (event) => {
      if (event.type === 'invited') throw new Error('switch on fire');
    };
    stage.send(request('INVITE', 1, { body: OFFER }));
    stage.send(request('CANCEL', 1));
    expect(stage.defects.map((text) => text.slice(0, 22))).toEqual(['Error: switch on fire ']);
    expect(stage.told()).toEqual(['invited', 'ended remote 487']);
  });

  it('an admission that throws costs the request, nothing else', async () => {
    const stage = await Stage.open();
    stage.onEvent = () => {};
    Object.defineProperty(stage, 'admission', {
      get: () => {
        throw new Error('no verdict');
      },
      configurable: true,
    });
    stage.send(request('INVITE', 1, { body: OFFER }));
    expect(stage.defects).toHaveLength(1);
    expect(stage.stack.snapshot()).toEqual(NOTHING);
    Object.defineProperty(stage, 'admission', { value: { verdict: 'admit', identity: null } });
    stage.send(request('INVITE', 2, { body: OFFER }));
    expect(stage.told()).toEqual(['invited']);
  });

  it('a fault in the work for one leg ends that leg, once, with its state as JSON; the others go on', async () => {
    let fails = false;
    const stage = await Stage.open({
      random: () => {
        if (fails) throw new Error('no entropy');
        return 0.5;
      },
    });
    stage.onEvent = (event) => {
      if (event.type === 'invited') stage.stack.answer(event.leg, OFFER);
    };
    stage.send(request('INVITE', 1, { callId: 'a', body: OFFER }));
    stage.send(request('INVITE', 1, { callId: 'b', body: OFFER, branch: 'b' }));
    const legs = stage.events.map((event) => (event.type === 'invited' ? event.leg : ''));
    const [ackA, ackB] = stage.heard
      .filter(({ text }) => text.startsWith('SIP/2.0 200'))
      .map(({ message }) =>
        request('ACK', 1, { callId: headerValue(message, 'Call-ID') ?? '', to: toTagOf(message) ?? '' }),
      );
    stage.send(ackA ?? '');
    stage.send(ackB ?? '');
    stage.told();
    fails = true;
    stage.stack.hangUp(legs[0] ?? '', { status: 200, reasons: [] });
    fails = false;
    expect(stage.defects).toHaveLength(1);
    const [defect = ''] = stage.defects;
    expect(defect).toMatch(/^Error: no entropy \{/);
    expect(JSON.parse(defect.slice(defect.indexOf('{')))).toMatchObject({ dialog: { callId: 'a' } });
    expect(stage.told()).toEqual(['ended lost 500']);
    stage.take();
    stage.stack.hangUp(legs[1] ?? '', { status: 200, reasons: [] });
    stage.advance(0);
    expect(stage.take()).toEqual(['BYE']);
    expect(stage.told()).toEqual(['ended local 200']);
  });
});
