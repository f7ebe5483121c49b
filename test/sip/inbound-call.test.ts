import { describe, expect, it } from 'vitest';
import { toTagOf } from '../../src/sip/message/address.js';
import { headerValue, headerValues } from '../../src/sip/message/header.js';
import { ANSWER, OFFER, request, response, Stage, THEM } from './stage.js';

/** A call of theirs, heard by the switch; `leg` is its id and `tag` our To tag. */
async function invited(
  options: Parameters<typeof request>[2] = {},
): Promise<{ readonly stage: Stage; readonly leg: string; readonly invite: string }> {
  const stage = await Stage.open();
  const invite = request('INVITE', 1, { body: OFFER, ...options });
  stage.send(invite);
  const event = stage.events[0];
  if (event?.type !== 'invited') throw new Error('not invited');
  return { stage, leg: event.leg, invite };
}

function settled(stage: Stage): void {
  stage.advance(100_000);
  expect(stage.stack.snapshot()).toEqual({ transactions: [], legs: [], requests: [] });
  expect(stage.clock.pending).toBe(0);
  expect(stage.defects).toEqual([]);
}

const BUSY = { status: 486, reasons: [] };

describe('a call of theirs', () => {
  it('§17.2.1 100 at once, without a tag; §8.2.6.1 with the Timestamp', async () => {
    const { stage } = await invited({ extra: [['Timestamp', '54']] });
    const trying = stage.response(100);
    expect(toTagOf(trying)).toBeUndefined();
    expect(headerValue(trying, 'Timestamp')).toBe('54');
    expect(stage.take()).toEqual(['100 INVITE']);
  });

  it('tells the switch what came', async () => {
    const stage = await Stage.open();
    stage.admission = { verdict: 'admit', identity: 'acme/101' };
    const extra = [
      ['X-Line', 'a'],
      ['x-line', 'b'],
    ] as const;
    stage.send(request('INVITE', 1, { body: OFFER, extra }).replace('Forwards: 70', 'Forwards: 15'));
    const [event] = stage.events;
    expect(event).toMatchObject({
      type: 'invited',
      requestUri: 'sip:alice@192.0.2.1:5060',
      from: { name: 'Bob', user: 'bob', host: 'example.net' },
      to: { name: '', user: 'alice', host: 'example.net' },
      callId: 'call-1',
      identity: 'acme/101',
      source: `udp/${THEM}`,
      maxForwards: 15,
      offer: OFFER,
    });
    expect(event?.type === 'invited' ? event.header('X-Line') : []).toEqual(['a', 'b']);
    expect(stage.asked).toHaveLength(1);
  });

  it('§12.1.1 180, 183 and 200 establish one dialog: tag, Contact, Record-Route', async () => {
    const routes = [
      ['Record-Route', '<sip:192.0.2.9:5060;lr>'],
      ['Record-Route', '<sip:192.0.2.99;lr>'],
    ] as const;
    const { stage, leg } = await invited({ extra: routes });
    stage.take();
    stage.stack.progress(leg, 180, null);
    stage.stack.progress(leg, 183, ANSWER);
    stage.stack.answer(leg, ANSWER);
    stage.advance(0);
    const messages = stage.heard.map(({ message }) => message);
    expect(new Set(messages.map(toTagOf)).size).toBe(1);
    expect(toTagOf(stage.response(200))).toBeDefined();
    for (const message of messages) {
      expect(headerValue(message, 'Contact')).toBe('<sip:192.0.2.1:5060>');
      expect(headerValues(message, 'Record-Route')).toEqual(routes.map(([, route]) => route));
    }
    expect(messages.map(({ body }) => body)).toEqual(['', ANSWER, ANSWER]);
    expect(stage.take()).toEqual(['180 INVITE', '183 INVITE', '200 INVITE']);
  });

  it('§13.3.1.4 answered, ACKed; §15 their BYE', async () => {
    const { stage, leg } = await invited();
    stage.stack.answer(leg, ANSWER);
    stage.advance(0);
    const to = toTagOf(stage.response(200)) ?? '';
    stage.take();
    stage.send(request('ACK', 1, { to }));
    stage.advance(10_000);
    expect(stage.take()).toEqual([]);
    stage.send(request('BYE', 2, { to }));
    expect(stage.take()).toEqual(['200 BYE']);
    expect(stage.told()).toEqual(['invited', 'acknowledged', 'ended remote 200']);
    settled(stage);
  });

  it('§13.3.1.4 the 200 is repeated at T1, 2·T1 … T2 until the ACK', async () => {
    const { stage, leg } = await invited();
    stage.stack.answer(leg, ANSWER);
    stage.advance(0);
    const to = toTagOf(stage.response(200)) ?? '';
    const [first] = stage.heard.filter(({ text }) => text.startsWith('SIP/2.0 200')).map(({ text }) => text);
    stage.take();
    stage.advance(12_000);
    expect(new Set(stage.heard.map(({ text }) => text))).toEqual(new Set([first]));
    expect(stage.take(true)).toEqual([500, 1500, 3500, 7500, 11_500].map((ms) => `${ms} 200 INVITE`));
    stage.send(request('ACK', 1, { to }));
    stage.send(request('ACK', 1, { to }));
    stage.advance(60_000);
    expect(stage.take()).toEqual([]);
    expect(stage.told()).toEqual(['invited', 'acknowledged']);
  });

  it('§13.3.1.4 no ACK for 64·T1: BYE, and the leg is lost', async () => {
    const { stage, leg } = await invited();
    stage.stack.answer(leg, ANSWER);
    stage.advance(31_999);
    expect(stage.told()).toEqual(['invited']);
    stage.take();
    stage.advance(1);
    expect(stage.take()).toEqual(['BYE']);
    expect(stage.told()).toEqual(['ended lost 408']);
    settled(stage);
  });

  it('RFC 6026 §7.1 a repeated INVITE after the 200 is absorbed, not a new call', async () => {
    const { stage, leg, invite } = await invited();
    stage.stack.answer(leg, ANSWER);
    stage.advance(0);
    stage.take();
    stage.send(invite);
    expect(stage.take()).toEqual([]);
    expect(stage.asked).toHaveLength(1);
  });

  it('§17.2.1 a repeated INVITE gets the last provisional response', async () => {
    const { stage, leg, invite } = await invited();
    stage.send(invite);
    stage.stack.progress(leg, 180, null);
    stage.advance(0);
    stage.send(invite);
    expect(stage.take()).toEqual(['100 INVITE', '100 INVITE', '180 INVITE', '180 INVITE']);
    expect(stage.asked).toHaveLength(1);
  });

  it('§13.3.1.1 a provisional response is repeated every minute', async () => {
    const { stage, leg } = await invited();
    stage.stack.progress(leg, 180, null);
    stage.advance(0);
    stage.take();
    stage.advance(150_000);
    expect(stage.take(true)).toEqual(['60000 180 INVITE', '120000 180 INVITE']);
    stage.stack.hangUp(leg, BUSY);
    stage.advance(0);
    stage.send(request('ACK', 1, { branch: 'INVITE-1' }));
    settled(stage);
  });

  it('§13.3.1 an INVITE that has expired is answered 487', async () => {
    const { stage } = await invited({ extra: [['Expires', '30']] });
    stage.take();
    stage.advance(29_999);
    expect(stage.take()).toEqual([]);
    stage.advance(1);
    expect(stage.take()).toEqual(['487 INVITE']);
    expect(stage.told()).toEqual(['invited', 'ended remote 487']);
    settled(stage);
  });

  it.each([
    [486, 486],
    [603, 603],
    [200, 480],
    [16, 480],
  ])('hung up with status %i before the answer: %i with the Reason', async (status, sent) => {
    const { stage, leg } = await invited();
    stage.take();
    stage.stack.hangUp(leg, { status, reasons: ['Q.850;cause=17'] });
    stage.advance(0);
    expect(headerValue(stage.response(sent), 'Reason')).toBe('Q.850;cause=17');
    stage.send(request('ACK', 1, { branch: 'INVITE-1' }));
    stage.advance(10_000);
    expect(stage.take()).toEqual([`${sent} INVITE`]);
    expect(stage.told()).toEqual(['invited', `ended local ${sent}`]);
    settled(stage);
  });

  it('§17.2.1 a refusal is repeated until its ACK', async () => {
    const { stage, leg } = await invited();
    stage.stack.hangUp(leg, BUSY);
    stage.advance(0);
    stage.take();
    stage.advance(2000);
    expect(stage.take(true)).toEqual(['500 486 INVITE', '1500 486 INVITE']);
    stage.send(request('ACK', 1, { branch: 'INVITE-1' }));
    stage.advance(40_000);
    expect(stage.take()).toEqual([]);
    settled(stage);
  });

  it('commands to a leg that is gone are nothing', async () => {
    const { stage, leg } = await invited();
    stage.stack.hangUp(leg, BUSY);
    stage.advance(0);
    stage.take();
    stage.stack.hangUp(leg, BUSY);
    stage.stack.answer(leg, ANSWER);
    stage.stack.progress(leg, 180, null);
    stage.stack.modify(leg, OFFER);
    stage.stack.refuse(leg, 488);
    stage.stack.inform(leg, 'application/dtmf-relay', 'Signal=1');
    stage.advance(100);
    expect(stage.take()).toEqual([]);
    expect(stage.told()).toEqual(['invited', 'ended local 486']);
  });

  it('an INVITE without an offer: ours in the 200, their answer in the ACK (§13.2.1)', async () => {
    const { stage, leg } = await invited({ body: '' });
    stage.stack.answer(leg, OFFER);
    stage.advance(0);
    const to = toTagOf(stage.response(200)) ?? '';
    stage.send(request('ACK', 1, { to, body: ANSWER }));
    expect(stage.told()).toEqual(['invited', 'acknowledged sdp']);
  });

  it('RFC 5621 §3 the offer is found in a multipart body', async () => {
    const body = `--b1\r\nContent-Type: application/sdp\r\n\r\n${OFFER}\r\n--b1\r\nContent-Type: application/isup\r\n\r\nx\r\n--b1--\r\n`;
    const stage = await Stage.open();
    stage.send(
      request('INVITE', 1, { body }).replace(
        'application/sdp\r\nContent-L',
        'multipart/mixed;boundary=b1\r\nContent-L',
      ),
    );
    expect(stage.events[0]).toMatchObject({ type: 'invited', offer: OFFER });
  });
});

/** What the peer does (`CANCEL`, `BYE`, `ACK`) and what the switch does, in every order. */
type Act = 'CANCEL' | 'BYE' | 'ACK' | 'ring' | 'answer' | 'hangUp';
const RACES: readonly [name: string, acts: readonly Act[], heard: string[], told: string[]][] = [
  ['§9.2 CANCEL before anything', ['CANCEL'], ['200 CANCEL', '487 INVITE'], ['ended remote 487 SIP;cause=200']],
  [
    '§9.2 CANCEL while ringing',
    ['ring', 'CANCEL'],
    ['180 INVITE', '200 CANCEL', '487 INVITE'],
    ['ended remote 487 SIP;cause=200'],
  ],
  [
    '§9.2 CANCEL after the 200 has no effect',
    ['answer', 'CANCEL', 'ACK'],
    ['200 INVITE', '200 CANCEL'],
    ['acknowledged'],
  ],
  [
    '§9.2 CANCEL after a refusal has no effect',
    ['hangUp', 'CANCEL'],
    ['486 INVITE', '200 CANCEL'],
    ['ended local 486'],
  ],
  [
    '§9.2 a second CANCEL is a retransmission',
    ['CANCEL', 'CANCEL'],
    ['200 CANCEL', '487 INVITE', '200 CANCEL'],
    ['ended remote 487 SIP;cause=200'],
  ],
  [
    '§9.2 answered after the CANCEL: too late',
    ['CANCEL', 'answer'],
    ['200 CANCEL', '487 INVITE'],
    ['ended remote 487 SIP;cause=200'],
  ],
  [
    '§15.1.2 BYE in the early dialog',
    ['ring', 'BYE'],
    ['180 INVITE', '200 BYE', '487 INVITE'],
    ['ended remote 487 SIP;cause=200'],
  ],
  [
    '§15.1.2 BYE overtakes the ACK',
    ['answer', 'BYE', 'ACK'],
    ['200 INVITE', '200 BYE'],
    ['ended remote 200 SIP;cause=200'],
  ],
  [
    '§15 hung up before the ACK: BYE waits for it',
    ['answer', 'hangUp', 'ACK'],
    ['200 INVITE', 'BYE'],
    ['ended local 200'],
  ],
  [
    '§15 hung up before the ACK, their BYE comes first',
    ['answer', 'hangUp', 'BYE'],
    ['200 INVITE', '200 BYE'],
    ['ended local 200'],
  ],
  [
    '§15 hung up after the ACK',
    ['answer', 'ACK', 'hangUp'],
    ['200 INVITE', 'BYE'],
    ['acknowledged', 'ended local 200'],
  ],
  [
    '§15 BYEs cross',
    ['answer', 'ACK', 'hangUp', 'BYE'],
    ['200 INVITE', 'BYE', '200 BYE'],
    ['acknowledged', 'ended local 200'],
  ],
];

describe('races of a call of theirs', () => {
  it.each(RACES)('%s', async (_name, acts, heard, told) => {
    const { stage, leg } = await invited();
    stage.take();
    stage.told();
    const extra = [['Reason', 'SIP;cause=200']] as const;
    let to = '';
    for (const act of acts) {
      if (act === 'ring') stage.stack.progress(leg, 180, null);
      else if (act === 'answer') stage.stack.answer(leg, ANSWER);
      else if (act === 'hangUp') stage.stack.hangUp(leg, BUSY);
      else if (act === 'CANCEL') stage.send(request('CANCEL', 1, { extra }));
      else stage.send(request(act, act === 'BYE' ? 2 : 1, { to, extra }));
      stage.advance(0);
      const said = stage.heard.map(({ message }) => toTagOf(message));
      to = said.find((tag) => tag !== undefined) ?? to;
    }
    for (const { message } of [...stage.heard]) {
      if (message.kind === 'request') stage.send(response(message, 200));
      else if (message.status >= 300) stage.send(request('ACK', 1, { branch: 'INVITE-1' }));
    }
    expect(stage.take()).toEqual(heard);
    expect(stage.told()).toEqual(told);
    if (told.at(-1)?.startsWith('ended') === true) settled(stage);
  });

  it('§15 hung up before an ACK that never comes: BYE after 64·T1, reported once', async () => {
    const { stage, leg } = await invited();
    stage.stack.answer(leg, ANSWER);
    stage.stack.hangUp(leg, { status: 200, reasons: ['Q.850;cause=16'] });
    stage.advance(31_999);
    expect(stage.told()).toEqual(['invited', 'ended local 200']);
    stage.take();
    stage.advance(1);
    expect(headerValue(stage.request('BYE'), 'Reason')).toBe('Q.850;cause=16');
    settled(stage);
    expect(stage.told()).toEqual([]);
  });

  it('nothing is told of a leg after its end, while it waits for the ACK', async () => {
    const { stage, leg } = await invited();
    stage.stack.answer(leg, ANSWER);
    stage.advance(0);
    const to = toTagOf(stage.response(200)) ?? '';
    stage.stack.hangUp(leg, { status: 200, reasons: [] });
    stage.take();
    stage.send(request('INFO', 2, { to, body: 'Signal=1' }));
    stage.send(request('INVITE', 3, { to, body: OFFER }));
    expect(stage.take()).toEqual(['200 INFO', '100 INVITE', '487 INVITE']);
    expect(stage.told()).toEqual(['invited', 'ended local 200']);
  });

  it('§9.2 a CANCEL for nothing is answered 481', async () => {
    const stage = await Stage.open();
    stage.send(request('CANCEL', 1));
    expect(stage.take()).toEqual(['481 CANCEL']);
    expect(stage.asked).toEqual([]);
  });

  it('an ACK for nothing is dropped', async () => {
    const stage = await Stage.open();
    stage.send(request('ACK', 1, { to: 'nobody' }));
    stage.send(request('ACK', 1));
    expect(stage.take()).toEqual([]);
    expect(stage.asked).toEqual([]);
  });
});
