import { afterEach, beforeEach, expect, it } from 'vitest';
import { type MediaHarness, MediaRig } from './media-rig.js';
import { pass } from './waiting-list.js';

/** From the command until its effect can be heard. */
const SOON = 250;

export function mediaConnecting(harness: MediaHarness): void {
  let rig: MediaRig;
  beforeEach(async () => {
    rig = await MediaRig.open(harness);
  });
  afterEach(() => rig.close());

  it('connect: both hear each other', async () => {
    const a = await rig.answered('a', [0, 101]);
    const b = await rig.offered('b', [0, 101]);
    a.tone = 440;
    b.tone = 800;
    rig.media.connect('a', 'b');
    await pass(SOON);
    const [inA, inB] = await Promise.all([a.hear(300), b.hear(300)]);
    expect([inA.has(800), inA.has(440)]).toEqual([true, false]);
    expect([inB.has(440), inB.has(800)]).toEqual([true, false]);
    expect(inB.packets).toBeGreaterThanOrEqual(12);
  });

  it('connect: different codecs are no hindrance', async () => {
    const a = await rig.answered('a', [0, 101]);
    const b = await rig.offered('b', [8, 101]);
    a.tone = 440;
    b.tone = 800;
    rig.media.connect('a', 'b');
    await pass(SOON);
    const [inA, inB] = await Promise.all([a.hear(300), b.hear(300)]);
    expect(inA.has(800)).toBe(true);
    expect(inB.has(440)).toBe(true);
  });

  it('connect before the answer is there: they hear each other when it is', async () => {
    const a = await rig.answered('a', [0, 101]);
    const b = await rig.phone();
    a.tone = 440;
    b.tone = 800;
    rig.media.open('b', null, null);
    const { sdp } = await rig.event('opened', 'b');
    rig.media.connect('a', 'b');
    rig.media.accept('b', b.sdp([0, 101]));
    b.sendTo(sdp);
    await rig.event('accepted', 'b');
    await pass(SOON);
    const [inA, inB] = await Promise.all([a.hear(300), b.hear(300)]);
    expect([inA.has(800), inB.has(440)]).toEqual([true, true]);
  });

  it('connect to itself: echo', async () => {
    const a = await rig.answered('a', [0, 101]);
    a.tone = 440;
    rig.media.connect('a', 'a');
    await pass(SOON);
    expect((await a.hear(200)).has(440)).toBe(true);
    rig.media.disconnect('a');
    await pass(SOON);
    expect((await a.hear(200)).has(440)).toBe(false);
  });

  it('disconnect: nobody hears anybody, and they can be connected anew', async () => {
    const a = await rig.answered('a', [0, 101]);
    const b = await rig.answered('b', [0, 101]);
    a.tone = 440;
    b.tone = 800;
    rig.media.connect('a', 'b');
    await pass(SOON);
    rig.media.disconnect('b');
    await pass(SOON);
    expect((await a.hear(150)).has(800)).toBe(false);
    expect((await b.hear(150)).has(440)).toBe(false);
    rig.media.connect('b', 'a');
    await pass(SOON);
    expect((await a.hear(150)).has(800)).toBe(true);
  });

  it('connect replaces: a and b, then a and c', async () => {
    const [a, b, c] = [await rig.answered('a'), await rig.answered('b'), await rig.answered('c')];
    a.tone = 440;
    b.tone = 800;
    c.tone = 1200;
    rig.media.connect('a', 'b');
    await pass(SOON);
    rig.media.connect('c', 'a');
    await pass(SOON);
    const [inA, inB, inC] = await Promise.all([a.hear(200), b.hear(200), c.hear(200)]);
    expect([inA.has(800), inA.has(1200)]).toEqual([false, true]);
    expect(inB.has(440)).toBe(false);
    expect(inC.has(440)).toBe(true);
  });

  it('connect, disconnect and connect in one breath: connected', async () => {
    const a = await rig.answered('a');
    await rig.answered('b');
    const c = await rig.answered('c');
    c.tone = 1200;
    rig.media.connect('a', 'b');
    rig.media.disconnect('a');
    rig.media.connect('a', 'c');
    await pass(4 * SOON);
    expect((await a.hear(200)).has(1200)).toBe(true);
  });

  it('when one closes the other hears nothing and lives on', async () => {
    const a = await rig.answered('a');
    const b = await rig.answered('b');
    const c = await rig.answered('c');
    b.tone = 800;
    c.tone = 1200;
    rig.media.connect('a', 'b');
    await pass(SOON);
    rig.media.close('b');
    await rig.event('closed', 'b');
    await pass(SOON);
    expect((await a.hear(150)).has(800)).toBe(false);
    rig.media.connect('a', 'c');
    await pass(SOON);
    expect((await a.hear(150)).has(1200)).toBe(true);
  });

  it.each(['0', '5', '9', '*', '#', 'D'])('digit %s: reported once, with its length', async (digit) => {
    const a = await rig.answered('a');
    await pass(100);
    a.press(digit, 120);
    const event = await rig.event('digit', 'a');
    expect(event.digit).toBe(digit);
    expect(event.durationMs).toBeGreaterThan(70);
    expect(event.durationMs).toBeLessThan(190);
    await pass(250);
    expect(rig.of('a').filter(({ type }) => type === 'digit')).toHaveLength(1);
  });

  it('digits pass from leg to leg, and are reported', async () => {
    const a = await rig.answered('a');
    const b = await rig.offered('b');
    rig.media.connect('a', 'b');
    await pass(SOON);
    a.press('7', 120);
    await rig.event('digit', 'a');
    await pass(400);
    expect(b.digits.map(({ digit }) => digit)).toEqual(['7']);
  });

  it('sendDigits: as RFC 4733 events', async () => {
    const a = await rig.answered('a');
    await pass(100);
    rig.media.sendDigits('a', '12#');
    await pass(1500);
    expect(a.digits.map(({ digit }) => digit)).toEqual(['1', '2', '#']);
    for (const { durationMs } of a.digits) expect(durationMs).toBeGreaterThanOrEqual(60);
  });

  it('sendDigits to a phone without RFC 4733: nothing', async () => {
    const a = await rig.answered('a', [0]);
    await pass(100);
    rig.media.sendDigits('a', '1');
    await pass(300);
    expect(a.digits).toEqual([]);
  });
}
