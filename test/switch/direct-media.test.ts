import { describe, expect, it } from 'vitest';
import { SilentMedia } from '../../src/calltest/silent-media.js';
import type { MediaEvent } from '../../src/ports/media.js';
import type { Sdp, SignallingEvent } from '../../src/ports/signalling.js';
import { continued, redirected, sameSpeech } from '../../src/sdp/continuation.js';
import { DirectMedia } from '../../src/switch/direct-media.js';
import { FakeClock } from '../support/fake-clock.js';
import { RecordingSignalling } from '../support/recording-signalling.js';

const speech = (host: string, port = 4000, more = ''): Sdp =>
  `v=0\r\no=- 1 1 IN IP4 ${host}\r\ns=-\r\nc=IN IP4 ${host}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0 101\r\n` +
  `a=rtpmap:101 telephone-event/8000\r\n${more}`;
const A = speech('10.0.0.1');
const B = speech('10.0.0.2');
const TARGET = {
  ...{ uri: 'sip:b@10.0.0.2', flow: null, maxForwards: 70, headers: [] },
  ...{ from: { name: '', user: 'a', host: 'x' }, to: { name: '', user: 'b', host: 'x' } },
};
const NORMAL = { by: 'remote', status: 200, reasons: [], contacts: [] } as const;

/** Two legs that talk, as a switch would have made them, and no answer yet to what they are told of each other. */
async function talking() {
  const clock = new FakeClock(0);
  const wire = new RecordingSignalling();
  const port = new SilentMedia(clock);
  const direct = new DirectMedia(wire, port, { continued, redirected, sameSpeech });
  const heard: (SignallingEvent | MediaEvent)[] = [];
  await direct.start((event) => heard.push(event));
  await direct.signalling.start({ onEvent: (event) => heard.push(event), admit: () => ({ verdict: 'ignore' }) });
  const ours = () => {
    const last = heard.findLast((event) => event.type === 'opened');
    return last?.type === 'opened' ? last.sdp : '';
  };
  wire.invited('a', 'a', 'b', A);
  direct.open('b', null, A);
  direct.signalling.invite('b', TARGET, ours());
  wire.emit({ type: 'answered', leg: 'b', sdp: B });
  direct.accept('b', B);
  direct.open('a', A, B);
  direct.signalling.answer('a', ours());
  direct.connect('a', 'b');
  wire.said.length = 0;
  wire.emit({ type: 'acknowledged', leg: 'a', answer: null });
  const types = () => heard.splice(0).map(({ type }) => type);
  const agree = (leg: string, answer: Sdp) => wire.emit({ type: 'agreed', leg, answer });
  types();
  /** Whom the last offer to the leg points to. */
  const pointsTo = (leg: string) => /^c=IN IP4 (\S+)/m.exec(wire.sdps.get(leg) ?? '')?.[1];
  return { clock, wire, port, direct, types, agree, pointsTo };
}

async function apart() {
  const at = await talking();
  at.agree('a', A);
  at.agree('b', B);
  at.clock.advance(10);
  at.wire.said.length = 0;
  return at;
}

describe('speech past us', () => {
  it('RFC 3725 §4: each is told of the other, one after the other; the switch hears of nothing', async () => {
    const { wire, port, agree, pointsTo, types, clock } = await talking();
    expect([wire.said, pointsTo('a')]).toEqual([['modify a'], '10.0.0.2']);
    agree('a', A);
    expect([wire.said, pointsTo('b')]).toEqual([['modify a', 'modify b'], '10.0.0.1']);
    expect(port.openLegs).toEqual(['b', 'a']);
    agree('b', B);
    clock.advance(10);
    expect([port.openLegs, types()]).toEqual([[], []]);
  });

  it('RFC 3261 §14.2: the first will not: all stays as it is, and is not tried again', async () => {
    const { wire, port, types, clock } = await talking();
    wire.emit({ type: 'refused', leg: 'a', status: 488 });
    clock.advance(60_000);
    expect([wire.said, port.openLegs, port.leg('a')?.connectedTo, types()]).toEqual([
      ['modify a'],
      ['b', 'a'],
      'b',
      [],
    ]);
  });

  it('RFC 3261 §14.2: the second will not: the first comes back', async () => {
    const { wire, port, agree, pointsTo, types } = await talking();
    agree('a', A);
    wire.emit({ type: 'refused', leg: 'b', status: 488 });
    expect([wire.said.at(-1), pointsTo('a')]).toEqual(['modify a', '192.0.2.200']);
    agree('a', A);
    expect([port.leg('a')?.connectedTo, wire.said.length, types()]).toEqual(['b', 3, ['accepted']]);
  });

  it('RFC 3264 §8.3.1: the second answers from another port than the first was told: both come back', async () => {
    const { port, agree, pointsTo } = await talking();
    agree('a', A);
    agree('b', speech('10.0.0.2', 4002));
    expect([pointsTo('a'), pointsTo('b')]).toEqual(['192.0.2.200', '192.0.2.200']);
    agree('a', A);
    agree('b', speech('10.0.0.2', 4002));
    expect(port.leg('a')?.connectedTo).toBe('b');
  });

  it('what the switch plays waits until the party is back, and comes to its end there', async () => {
    const { wire, direct, port, agree, types, clock } = await apart();
    direct.disconnect('a');
    direct.play('b', 'music', [{ file: 'x.wav' }], false);
    expect([wire.said.toSorted(), port.leg('b')?.playing]).toEqual([['modify a', 'modify b'], null]);
    agree('a', A);
    agree('b', B);
    expect(port.leg('b')?.playing).toEqual([{ file: 'x.wav' }]);
    clock.advance(2_000);
    expect(types()).toEqual(['accepted', 'accepted', 'played']);
  });

  it('what is played to one who leaves before he is back was stopped; he is closed with what was measured', async () => {
    const { wire, direct, types, clock } = await apart();
    direct.play('b', 'music', [{ file: 'x.wav' }], false);
    wire.emit({ type: 'ended', leg: 'b', ...NORMAL });
    direct.close('b');
    clock.advance(10);
    expect(types()).toEqual(['ended', 'played', 'closed']);
  });

  it('closed while past us: told at once, once, and forgotten', async () => {
    const { wire, direct, types } = await apart();
    for (const leg of ['a', 'b']) {
      wire.emit({ type: 'ended', leg, ...NORMAL });
      direct.close(leg);
    }
    expect([types(), direct.snapshot()]).toEqual([['ended', 'closed', 'ended', 'closed'], []]);
  });

  it('who cannot be brought back has lost his media', async () => {
    const { wire, direct, types } = await apart();
    direct.disconnect('a');
    wire.emit({ type: 'refused', leg: 'a', status: 408 });
    expect(types()).toEqual(['failed']);
  });

  it('RFC 4028 §7.4: the refresh of a session is answered as it stands', async () => {
    const { wire, types } = await apart();
    wire.emit({ type: 'modified', leg: 'a', offer: A });
    expect([wire.said, types()]).toEqual([['answer a'], []]);
  });

  it('a digit that came by INFO goes on by INFO', async () => {
    const { wire, direct } = await apart();
    direct.sendDigits('b', '5');
    expect(wire.said).toEqual(['inform b application/dtmf-relay Signal=5 Duration=160']);
  });

  it.each([
    ['holds', `${B}a=sendonly\r\n`],
    ['takes no digits by RTP', B.replace(' 101\r\n', '\r\n').replace(/^a=rtpmap.*\r\n/m, '')],
  ])('stays with us while one of the two %s', async (_, sdp) => {
    const { wire, direct } = await apart();
    wire.emit({ type: 'modified', leg: 'b', offer: sdp });
    direct.open('b', sdp, A);
    wire.emit({ type: 'agreed', leg: 'a', answer: A });
    expect(wire.said).toEqual(['modify a']);
  });
});
