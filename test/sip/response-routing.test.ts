import { describe, expect, it } from 'vitest';
import { toTagOf } from '../../src/sip/message/address.js';
import { headerValues } from '../../src/sip/message/header.js';
import { topVia } from '../../src/sip/message/via.js';
import { OFFER, request, response, Stage, THEM, US } from './stage.js';

/** Via, and where the response is to arrive; the request comes from 192.0.2.9:5060. */
const ROUTES: readonly [name: string, via: string, arrives: string][] = [
  ['§18.2.2 source address, port of sent-by', 'SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK1', '192.0.2.9:5070'],
  ['§18.2.2 no port in sent-by: 5060', 'SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1', '192.0.2.9:5060'],
  [
    '§18.2.1 another host in sent-by: the source address all the same',
    'SIP/2.0/UDP phone.local:5070;branch=z9hG4bK1',
    '192.0.2.9:5070',
  ],
  ['RFC 3581 §4 rport: the source port', 'SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK1;rport', '192.0.2.9:5060'],
  ['§18.2.2 maddr', 'SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK1;maddr=192.0.2.8', '192.0.2.8:5070'],
  [
    'maddr with a name is not looked up',
    'SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK1;maddr=example.net',
    '192.0.2.9:5070',
  ],
];

describe('where responses go', () => {
  it.each(ROUTES)('%s', async (_name, via, arrives) => {
    const stage = await Stage.open();
    for (const address of ['192.0.2.9:5070', '192.0.2.8:5070']) stage.listen(address);
    stage.send(request('INVITE', 1, { via, body: OFFER })); // with state
    stage.send(request('BYE', 1, { via, to: 'x' })); // without
    stage.advance(0);
    expect(stage.take()).toEqual(['100 INVITE', '481 BYE']);
    const sent = stage.wire.log.filter(({ from }) => from === US).map(({ to }) => to);
    expect(sent).toEqual([arrives, arrives]);
  });

  it.each([
    [
      'RFC 3581 §4 fills in rport and received',
      'SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK1;rport',
      { rport: 5060, received: '192.0.2.9' },
    ],
    [
      'RFC 3581 §4 received even if sent-by is right',
      'SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1;rport',
      { rport: 5060, received: '192.0.2.9' },
    ],
    [
      '§18.2.1 received where sent-by is another',
      'SIP/2.0/UDP phone.local;branch=z9hG4bK1',
      { rport: undefined, received: '192.0.2.9' },
    ],
    [
      'a received of their own invention is replaced',
      `SIP/2.0/UDP ${THEM};branch=z9hG4bK1;received=203.0.113.1`,
      { rport: undefined, received: '192.0.2.9' },
    ],
    ['nothing to add', `SIP/2.0/UDP ${THEM};branch=z9hG4bK1`, { rport: undefined, received: undefined }],
  ])('%s', async (_name, via, added) => {
    const stage = await Stage.open();
    const beneath = 'SIP/2.0/UDP 203.0.113.5;branch=z9hG4bK0';
    stage.send(request('INVITE', 1, { via: `${via}, ${beneath}`, body: OFFER, extra: [['Via', 'SIP/2.0/TCP x']] }));
    stage.listen('192.0.2.9:5070');
    const trying = stage.heard[0]?.message;
    if (trying === undefined) throw new Error('no response');
    expect(topVia(trying)).toMatchObject({ branch: 'z9hG4bK1', ...added });
    const [first = '', second] = headerValues(trying, 'Via');
    expect(first.endsWith(`, ${beneath}`)).toBe(true);
    expect(second).toBe('SIP/2.0/TCP x');
  });
});

describe('RFC 2543 peers, whose Via has no branch (RFC 3261 §17.2.3)', () => {
  const via = `SIP/2.0/UDP ${THEM}`;

  function strip(text: string): string {
    return text.replace(';tag=their-tag', '');
  }

  it('INVITE, its retransmission, 486 and the ACK are one transaction', async () => {
    const stage = await Stage.open();
    const invite = strip(request('INVITE', 1, { via, body: OFFER }));
    stage.send(invite);
    stage.send(invite);
    const [event] = stage.events;
    stage.stack.hangUp(event?.type === 'invited' ? event.leg : '', { status: 486, reasons: [] });
    stage.advance(0);
    const to = toTagOf(stage.response(486)) ?? '';
    stage.send(strip(request('ACK', 1, { via, to })));
    stage.take();
    stage.advance(40_000);
    expect(stage.take()).toEqual([]);
    expect(stage.told()).toEqual(['invited', 'ended local 486']);
    expect(stage.stack.snapshot()).toEqual({ transactions: [], legs: [], requests: [] });
  });

  it('CANCEL finds its INVITE', async () => {
    const stage = await Stage.open();
    stage.send(strip(request('INVITE', 1, { via, body: OFFER })));
    stage.send(strip(request('CANCEL', 1, { via })));
    expect(stage.take()).toEqual(['100 INVITE', '200 CANCEL', '487 INVITE']);
  });

  it('a call without a From tag: dialog, ACK and BYE both ways (§12.1.1)', async () => {
    const stage = await Stage.open();
    stage.send(strip(request('INVITE', 1, { via, body: OFFER })));
    const [event] = stage.events;
    const leg = event?.type === 'invited' ? event.leg : '';
    stage.stack.answer(leg, OFFER);
    stage.advance(0);
    const to = toTagOf(stage.response(200)) ?? '';
    stage.send(strip(request('ACK', 1, { via, to })));
    stage.stack.hangUp(leg, { status: 200, reasons: [] });
    stage.advance(0);
    const bye = stage.request('BYE');
    expect(toTagOf(bye)).toBeUndefined();
    stage.send(response(bye, 200, { tag: 'late' }));
    expect(stage.told()).toEqual(['invited', 'acknowledged', 'ended local 200']);
  });

  it('two calls of one phone are told apart by their Call-ID', async () => {
    const stage = await Stage.open();
    stage.send(strip(request('INVITE', 1, { via, body: OFFER, callId: 'a' })));
    stage.send(strip(request('INVITE', 1, { via, body: OFFER, callId: 'b' })));
    expect(stage.told()).toEqual(['invited', 'invited']);
  });
});
