import { describe, expect, it } from 'vitest';
import { fromTagOf, toTagOf } from '../../src/sip/message/address.js';
import { headerValue, headerValues } from '../../src/sip/message/header.js';
import type { SipMessage, SipRequest } from '../../src/sip/message/message.js';
import { topVia } from '../../src/sip/message/via.js';
import type { Remote } from '../../src/sip/transport/transport.js';
import { ANSWER, OFFER, request, response, Stage, THEM, target } from './stage.js';

const BYE_NOW = { status: 200, reasons: [] };
const ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"';

/** A call of ours whose INVITE the peer has heard. */
async function calling(offer: string | null = OFFER): Promise<{ stage: Stage; invite: SipRequest }> {
  const stage = await Stage.open();
  stage.stack.invite('leg', target(), offer);
  stage.advance(0);
  const invite = stage.request('INVITE');
  stage.take();
  return { stage, invite };
}

/** After the longest timer there must be nothing left. */
function settled(stage: Stage): void {
  stage.advance(100_000);
  expect(stage.stack.snapshot()).toEqual({ transactions: [], legs: [], requests: [] });
  expect(stage.clock.pending).toBe(0);
  expect(stage.defects).toEqual([]);
}

function header(message: SipMessage, name: string): string | undefined {
  return headerValue(message, name);
}

describe('a call of ours', () => {
  it('RFC 3261 §8.1.1 the INVITE has all that a request needs', async () => {
    const stage = await Stage.open({ userAgent: 'Strowger' });
    const headers = [['P-Asserted-Identity', '<sip:alice@example.net>'] as const];
    const from = { name: 'Zoë "Z" Ångström', user: 'zoë#1', host: 'example.net' };
    stage.stack.invite('leg', target({ from, headers, maxForwards: 12 }), OFFER);
    stage.advance(0);
    const invite = stage.request('INVITE');
    expect(invite.uri).toBe(`sip:bob@${THEM}`);
    expect(header(invite, 'From')).toMatch(
      /^"Zo\xc3\xab \\"Z\\" \xc3\x85ngstr\xc3\xb6m" <sip:zo%C3%AB%231@example.net>;tag=/,
    );
    expect(header(invite, 'To')).toBe('<sip:bob@example.net>');
    expect(header(invite, 'Max-Forwards')).toBe('12');
    expect(header(invite, 'CSeq')).toBe('1 INVITE');
    expect(header(invite, 'Contact')).toBe('<sip:192.0.2.1:5060>');
    expect(header(invite, 'Allow')).toContain('UPDATE');
    expect(header(invite, 'Supported')).toBeUndefined();
    expect(header(invite, 'User-Agent')).toBe('Strowger');
    expect(header(invite, 'P-Asserted-Identity')).toBe('<sip:alice@example.net>');
    expect(header(invite, 'Content-Type')).toBe('application/sdp');
    expect(topVia(invite)).toMatchObject({ host: '192.0.2.1', port: 5060, rport: true });
    expect(topVia(invite)?.branch).toMatch(/^z9hG4bK.{10}/);
    expect(invite.body).toBe(OFFER);
  });

  it('RFC 3327 §5.3 by the path of a registration: Route, also in CANCEL and the ACK of a refusal', async () => {
    const stage = await Stage.open();
    const route = ['<sip:edge1.example.net;lr>', '<sip:edge2.example.net;lr>'];
    stage.stack.invite('leg', target({ route }), OFFER);
    stage.advance(0);
    const invite = stage.request('INVITE');
    stage.send(response(invite, 180));
    stage.stack.hangUp('leg', BYE_NOW);
    stage.send(response(invite, 487));
    for (const method of ['INVITE', 'CANCEL', 'ACK']) {
      const sent = stage.request(method);
      expect(sent.uri).toBe(`sip:bob@${THEM}`);
      expect(headerValues(sent, 'Route')).toEqual([route.join(', ')]);
    }
  });

  it('no header value begins a line of its own', async () => {
    const stage = await Stage.open();
    const headers = [
      ['Alert-Info', 'x\r\nEvil: 1'] as const,
      ['X-Wide', 'caf\u00e9 \u010d\u010a end'] as const, // the low octets of the two would be CR and LF
    ];
    const from = { name: 'a\r\nb', user: 'c\r\nd', host: 'example.net' };
    stage.stack.invite('leg', target({ headers, from }), OFFER);
    stage.advance(0);
    const invite = stage.request('INVITE');
    expect(header(invite, 'Evil')).toBeUndefined();
    expect(header(invite, 'Alert-Info')).toBe('x Evil: 1');
    expect(header(invite, 'X-Wide')).toBe(Buffer.from('caf\u00e9 \u010d\u010a end').toString('latin1'));
  });

  it('§13.2.2 provisional responses, 200, ACK; §15 our BYE', async () => {
    const { stage, invite } = await calling();
    stage.send(response(invite, 100));
    stage.send(response(invite, 180));
    stage.send(response(invite, 183, { body: ANSWER }));
    expect(stage.told()).toEqual(['progressed 180', 'progressed 183 sdp']);
    stage.send(response(invite, 200, { body: ANSWER }));
    const ack = stage.request('ACK');
    expect(ack.uri).toBe(`sip:bob@${THEM}`);
    expect(header(ack, 'CSeq')).toBe('1 ACK');
    expect(toTagOf(ack)).toBe('their-tag');
    expect(topVia(ack)?.branch).not.toBe(topVia(invite)?.branch);
    expect(stage.take()).toEqual(['ACK']);
    expect(stage.told()).toEqual(['answered sdp']);
    stage.stack.hangUp('leg', { status: 200, reasons: ['Q.850;cause=16'] });
    stage.advance(0);
    const bye = stage.request('BYE');
    expect(header(bye, 'CSeq')).toBe('2 BYE');
    expect(header(bye, 'Reason')).toBe('Q.850;cause=16');
    expect(stage.told()).toEqual(['ended local 200']);
    stage.send(response(bye, 200));
    settled(stage);
    expect(stage.told()).toEqual([]);
  });

  it('§15.1.2 their BYE', async () => {
    const { stage, invite } = await calling();
    stage.send(response(invite, 200, { body: ANSWER }));
    stage.take();
    const to = fromTagOf(invite) ?? '';
    const callId = header(invite, 'Call-ID') ?? '';
    stage.send(request('BYE', 1, { callId, to, extra: [['Reason', 'SIP;cause=200']] }));
    expect(stage.take()).toEqual(['200 BYE']);
    expect(stage.told()).toEqual(['answered sdp', 'ended remote 200 SIP;cause=200']);
    stage.send(request('BYE', 1, { callId, to }));
    expect(stage.take()).toEqual(['200 BYE']); // absorbed by the transaction
    stage.send(request('BYE', 2, { callId, to }));
    expect(stage.take()).toEqual(['481 BYE']);
    settled(stage);
  });

  it.each([
    [302, 'ended remote 302 sip:c@192.0.2.7 sip:b@192.0.2.8 sip:a@192.0.2.9'],
    [404, 'ended remote 404'],
    [486, 'ended remote 486'],
    [503, 'ended remote 503'],
    [603, 'ended remote 603'],
  ])('§17.1.1.3 a %i is ACKed hop by hop and ends it', async (status, told) => {
    const { stage, invite } = await calling();
    const contacts = '<sip:b@192.0.2.8>;q=0.5, <sip:a@192.0.2.9>;q=0.1, <sip:c@192.0.2.7>';
    stage.send(response(invite, status, { extra: status === 302 ? [['Contact', contacts]] : [] }));
    const ack = stage.request('ACK');
    expect(topVia(ack)?.branch).toBe(topVia(invite)?.branch);
    expect(toTagOf(ack)).toBe('their-tag');
    expect(ack.uri).toBe(invite.uri);
    stage.send(response(invite, status));
    expect(stage.take()).toEqual(['ACK', 'ACK']);
    expect(stage.told()).toEqual([told]);
    settled(stage);
  });

  it('§17.1.1.2 nobody answers: 408 after timer B', async () => {
    const { stage } = await calling();
    stage.advance(40_000);
    expect(stage.take(true)).toEqual([500, 1500, 3500, 7500, 15500, 31500].map((ms) => `${ms} INVITE`));
    expect(stage.told()).toEqual(['ended lost 408']);
    settled(stage);
  });

  it('§13.2.2.4 a repeated 200 brings the same ACK again, also after the leg has ended', async () => {
    const { stage, invite } = await calling();
    stage.send(response(invite, 200, { body: ANSWER }));
    stage.send(response(invite, 200, { body: ANSWER }));
    const acks = stage.heard.map(({ text }) => text);
    expect(acks).toHaveLength(2);
    expect(acks[1]).toBe(acks[0]);
    stage.stack.hangUp('leg', BYE_NOW);
    stage.advance(0);
    stage.send(response(stage.request('BYE'), 200));
    stage.take();
    stage.send(response(invite, 200, { body: ANSWER }));
    expect(stage.heard.map(({ text }) => text)).toEqual([acks[0]]);
    expect(stage.told()).toEqual(['answered sdp', 'ended local 200']);
    settled(stage);
  });

  it('§13.2.2.4 a 200 of another fork is ACKed and BYEd, once, and not reported', async () => {
    const { stage, invite } = await calling();
    stage.send(response(invite, 200, { body: ANSWER }));
    stage.take();
    const other = { tag: 'fork', body: ANSWER, contact: '<sip:carol@192.0.2.9:5060>' };
    stage.send(response(invite, 200, other));
    stage.send(response(invite, 200, other));
    expect(stage.heard.map(({ message }) => toTagOf(message))).toEqual(['fork', 'fork', 'fork']);
    const bye = stage.request('BYE');
    expect(bye.uri).toBe('sip:carol@192.0.2.9:5060');
    expect(header(bye, 'CSeq')).toBe('2 BYE');
    expect(stage.take()).toEqual(['ACK', 'BYE', 'ACK']);
    stage.send(response(bye, 200));
    expect(stage.told()).toEqual(['answered sdp']);
    stage.stack.hangUp('leg', BYE_NOW);
    settled(stage);
  });

  it('§8.1.3.3 a response with two Vias, or of another method, is dropped', async () => {
    const { stage, invite } = await calling();
    stage.send(response(invite, 486).replace('\r\nFrom:', '\r\nVia: SIP/2.0/UDP 192.0.2.77\r\nFrom:'));
    stage.send(response(invite, 486).replace('1 INVITE', '1 BYE'));
    expect(stage.take()).toEqual([]);
    expect(stage.told()).toEqual([]);
  });

  it('§12.1.2 the ACK and the BYE follow the Record-Route, reversed', async () => {
    const { stage, invite } = await calling();
    const extra = [['Record-Route', '<sip:192.0.2.99;lr>, <sip:192.0.2.9:5060;lr>'] as const];
    stage.send(response(invite, 200, { body: ANSWER, extra, contact: '<sip:bob@192.0.2.50>' }));
    const ack = stage.request('ACK');
    expect(ack.uri).toBe('sip:bob@192.0.2.50');
    expect(headerValues(ack, 'Route')).toEqual(['<sip:192.0.2.9:5060;lr>, <sip:192.0.2.99;lr>']);
  });

  it('§12.2.1.1 a strict router gets itself as Request-URI', async () => {
    const { stage, invite } = await calling();
    const extra = [['Record-Route', '<sip:192.0.2.9:5060>'] as const];
    stage.send(response(invite, 200, { body: ANSWER, extra, contact: '<sip:bob@192.0.2.50>' }));
    const ack = stage.request('ACK');
    expect(ack.uri).toBe('sip:192.0.2.9:5060');
    expect(headerValues(ack, 'Route')).toEqual(['<sip:bob@192.0.2.50>']);
  });
});

describe('a late offer of ours (RFC 3261 §13.2.1)', () => {
  it('the ACK waits for our answer and carries it', async () => {
    const { stage, invite } = await calling(null);
    expect(invite.body).toBe('');
    stage.send(response(invite, 200, { body: OFFER }));
    stage.send(response(invite, 200, { body: OFFER }));
    expect(stage.take()).toEqual([]);
    expect(stage.told()).toEqual(['answered sdp']);
    stage.stack.answer('leg', ANSWER);
    stage.advance(0);
    expect(stage.request('ACK').body).toBe(ANSWER);
    expect(stage.take()).toEqual(['ACK']);
    stage.send(response(invite, 200, { body: OFFER }));
    expect(stage.request('ACK').body).toBe(ANSWER);
    expect(stage.take()).toEqual(['ACK']);
  });

  it('hung up before our answer: ACK without one, then BYE', async () => {
    const { stage, invite } = await calling(null);
    stage.send(response(invite, 200, { body: OFFER }));
    stage.stack.hangUp('leg', BYE_NOW);
    stage.advance(0);
    expect(stage.take()).toEqual(['ACK', 'BYE']);
    expect(stage.told()).toEqual(['answered sdp', 'ended local 200']);
  });

  it('a 200 without an offer ends it', async () => {
    const { stage, invite } = await calling(null);
    stage.send(response(invite, 200));
    expect(stage.take()).toEqual(['ACK', 'BYE']);
    expect(stage.told()).toEqual(['ended lost 488']);
    settled(stage);
  });
});

/** `hangUp` among the responses of the peer, in every order; `CANCEL` is the peer's 200 to it. */
const RACES: readonly [name: string, script: readonly (number | 'hangUp')[], heard: string[], told: string[]][] = [
  [
    '§9.1 CANCEL is held back until a provisional response',
    ['hangUp', 100, 487],
    ['CANCEL', 'ACK'],
    ['ended local 487'],
  ],
  ['§9.1 after 180', [180, 'hangUp', 487], ['CANCEL', 'ACK'], ['progressed 180', 'ended local 487']],
  [
    '§9.1 one CANCEL however many provisional responses',
    ['hangUp', 100, 180, 183, 487],
    ['CANCEL', 'ACK'],
    ['ended local 487'],
  ],
  ['§9.1 a 486 instead of the provisional response', ['hangUp', 486], ['ACK'], ['ended local 486']],
  [
    '§9.1 a 200 crosses the CANCEL',
    [180, 'hangUp', 200],
    ['CANCEL', 'ACK', 'BYE'],
    ['progressed 180', 'ended local 487'],
  ],
  ['§9.1 a 200 instead of the provisional response', ['hangUp', 200], ['ACK', 'BYE'], ['ended local 487']],
  ['§9.1 a 486 crosses the CANCEL', [180, 'hangUp', 486], ['CANCEL', 'ACK'], ['progressed 180', 'ended local 486']],
  [
    '§9.1 a repeated 200 after the crossing is ACKed, not BYEd again',
    [180, 'hangUp', 200, 200],
    ['CANCEL', 'ACK', 'BYE', 'ACK'],
    ['progressed 180', 'ended local 487'],
  ],
  ['§9.1 hung up twice', [180, 'hangUp', 'hangUp', 487], ['CANCEL', 'ACK'], ['progressed 180', 'ended local 487']],
  [
    '§15 hung up after the 200',
    [180, 200, 'hangUp'],
    ['ACK', 'BYE'],
    ['progressed 180', 'answered sdp', 'ended local 200'],
  ],
  ['hung up after a refusal: nothing', [486, 'hangUp'], ['ACK'], ['ended remote 486']],
];

describe('CANCEL', () => {
  it.each(RACES)('%s', async (_name, script, heard, told) => {
    const { stage, invite } = await calling();
    for (const step of script) {
      if (step === 'hangUp') {
        stage.stack.hangUp('leg', { status: 487, reasons: [ELSEWHERE] });
        stage.advance(0);
      } else stage.send(response(invite, step, step === 200 ? { body: ANSWER } : {}));
    }
    for (const { message } of [...stage.heard]) {
      if (message.kind !== 'request' || message.method === 'ACK') continue;
      if (message.method === 'CANCEL') expect(topVia(message)?.branch).toBe(topVia(invite)?.branch);
      expect(header(message, 'Reason')).toBe(ELSEWHERE);
      stage.send(response(message, 200));
    }
    expect(stage.take()).toEqual(heard);
    expect(stage.told()).toEqual(told);
    settled(stage);
  });

  it('§9.1 no final response within 64·T1 of it: forgotten, and a later 200 finds nothing', async () => {
    const { stage, invite } = await calling();
    stage.send(response(invite, 180));
    stage.advance(1000);
    stage.stack.hangUp('leg', { status: 487, reasons: [] });
    stage.advance(0);
    stage.send(response(stage.request('CANCEL'), 200));
    stage.advance(31_999);
    expect(stage.told()).toEqual(['progressed 180']);
    stage.advance(1);
    expect(stage.told()).toEqual(['ended local 487']);
    stage.take();
    stage.send(response(invite, 200, { body: ANSWER }));
    expect(stage.take()).toEqual([]);
    settled(stage);
  });

  it('hung up, and nobody ever says a word: 487 when timer B is over', async () => {
    const { stage } = await calling();
    stage.stack.hangUp('leg', { status: 487, reasons: [] });
    stage.advance(32_000);
    expect(stage.told()).toEqual(['ended local 487']);
    settled(stage);
  });
});

describe('where it goes (RFC 3263)', () => {
  const other: Remote = { protocol: 'udp', address: '192.0.2.8', port: 5060, connection: null };
  const them: Remote = { protocol: 'udp', address: '192.0.2.9', port: 5060, connection: null };

  async function named(remotes: readonly Remote[] | Error): Promise<Stage> {
    const resolve = async () => {
      await new Promise(setImmediate);
      if (remotes instanceof Error) throw remotes;
      return remotes;
    };
    const stage = await Stage.open({ resolve });
    stage.listen('192.0.2.8:5060');
    stage.stack.invite('leg', target({ uri: 'sip:bob@sip.example.org' }), OFFER);
    return stage;
  }

  async function turn(stage: Stage): Promise<void> {
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    stage.advance(0);
  }

  it('a name is resolved; the Request-URI stays', async () => {
    const stage = await named([them]);
    expect(stage.take()).toEqual([]);
    await turn(stage);
    expect(stage.request('INVITE').uri).toBe('sip:bob@sip.example.org');
  });

  it.each([
    ['nothing', []],
    ['an error', new Error('ENOTFOUND')],
  ] as const)('%s is found: 503', async (_name, found) => {
    const stage = await named(found);
    await turn(stage);
    expect(stage.told()).toEqual(['ended lost 503']);
    settled(stage);
  });

  it('hung up while it is resolved: nothing is sent', async () => {
    const stage = await named([them]);
    stage.stack.hangUp('leg', { status: 487, reasons: [] });
    expect(stage.told()).toEqual(['ended local 487']);
    await turn(stage);
    expect(stage.take()).toEqual([]);
    settled(stage);
  });

  it('§4.3 a 503, or no answer, and the next address is tried with a new transaction', async () => {
    const stage = await named([other, them]);
    await turn(stage);
    const first = stage.request('INVITE');
    stage.send(response(first, 503));
    const second = stage.request('INVITE');
    expect(topVia(second)?.branch).not.toBe(topVia(first)?.branch);
    expect(header(second, 'Call-ID')).toBe(header(first, 'Call-ID'));
    expect(stage.told()).toEqual([]);
    stage.send(response(second, 486));
    expect(stage.told()).toEqual(['ended remote 486']);
    settled(stage);
  });

  it('§4.3 timer B of the first address, then the second', async () => {
    const stage = await named([{ ...other, address: '192.0.2.200' }, them]);
    await turn(stage);
    stage.advance(32_000);
    expect(stage.take()).toEqual(['INVITE']);
    stage.advance(32_000);
    expect(stage.told()).toEqual(['ended lost 408']);
    settled(stage);
  });

  it('a flow is where the datagrams go, whatever the URI says; ACK and BYE go there too', async () => {
    const stage = await Stage.open();
    const uri = 'sip:bob@10.1.2.3:5062;line=1';
    stage.stack.invite('leg', target({ uri, flow: `udp/${THEM}` }), OFFER);
    stage.advance(0);
    const invite = stage.request('INVITE');
    expect(invite.uri).toBe(uri);
    stage.send(response(invite, 200, { body: ANSWER, contact: '<sip:bob@10.1.2.3:5062>' }));
    expect(stage.request('ACK').uri).toBe('sip:bob@10.1.2.3:5062');
    stage.stack.hangUp('leg', BYE_NOW);
    stage.advance(0);
    expect(stage.request('BYE').uri).toBe('sip:bob@10.1.2.3:5062');
  });

  it.each(['tcp/192.0.2.9:5060#4', 'udp/[2001:db8::9]:5060', 'nonsense'])('no transport for %s: 503', async (flow) => {
    const stage = await Stage.open();
    stage.stack.invite('leg', target({ flow }), OFFER);
    expect(stage.told()).toEqual(['ended lost 503']);
    settled(stage);
  });
});
