import { afterEach, beforeEach, expect, it } from 'vitest';
import { type MediaHarness, MediaRig } from './media-rig.js';
import { pass } from './waiting-list.js';

export function mediaNegotiation(harness: MediaHarness): void {
  let rig: MediaRig;
  beforeEach(async () => {
    rig = await MediaRig.open(harness);
  });
  afterEach(() => rig.close());

  it('open with an offer: our answer, in a codec of the offer', async () => {
    const phone = await rig.phone();
    rig.media.open('a', phone.sdp([8, 0, 101]), null);
    const opened = await rig.event('opened', 'a');
    expect(opened).toMatchObject({ held: false, telephoneEvents: true });
    expect(formatsOf(opened.sdp)).toEqual(['8', '101']);
    expect(directionOf(opened.sdp)).toBe('sendrecv');
  });

  it('open without an offer: ours, completed by accept', async () => {
    const phone = await rig.phone();
    rig.media.open('a', null, null);
    const opened = await rig.event('opened', 'a');
    expect(opened).toMatchObject({ held: false, telephoneEvents: true });
    expect(formatsOf(opened.sdp)).toEqual(['0', '8', '9', '101']);
    rig.media.accept('a', phone.sdp([8, 101]));
    expect(await rig.event('accepted', 'a')).toEqual({
      type: 'accepted',
      leg: 'a',
      held: false,
      telephoneEvents: true,
    });
  });

  it('like: the answer takes a codec of the other party, to avoid transcoding', async () => {
    const phone = await rig.phone();
    const other = await rig.phone();
    rig.media.open('a', phone.sdp([0, 8, 101]), other.sdp([8, 101]));
    expect(formatsOf((await rig.event('opened', 'a')).sdp)[0]).toBe('8');
  });

  it('like: the offer begins with the codecs of the other party', async () => {
    const other = await rig.phone();
    rig.media.open('a', null, other.sdp([8, 0, 101]));
    expect(formatsOf((await rig.event('opened', 'a')).sdp).slice(0, 2)).toEqual(['8', '0']);
  });

  it('no codec in common: unacceptable, and the leg is not open', async () => {
    const phone = await rig.phone();
    rig.media.open('a', phone.sdp([3]), null);
    expect(await rig.event('failed', 'a')).toEqual({ type: 'failed', leg: 'a', why: 'unacceptable' });
    rig.media.close('a');
    await pass(100);
    expect(rig.of('a')).toHaveLength(1);
  });

  it.each(['', 'hello', 'v=0\r\nm=audio\r\n'])('an offer that is none (%j): unacceptable', async (offer) => {
    rig.media.open('a', offer, null);
    expect(await rig.event('failed', 'a')).toMatchObject({ why: 'unacceptable' });
  });

  it('an answer that is none, or in a codec that was not offered: unacceptable', async () => {
    const phone = await rig.phone();
    rig.media.open('a', null, null);
    await rig.event('opened', 'a');
    rig.media.accept('a', 'hello');
    expect(await rig.event('failed', 'a')).toMatchObject({ why: 'unacceptable' });
    rig.media.accept('a', phone.sdp([3]));
    expect(await rig.event('failed', 'a')).toMatchObject({ why: 'unacceptable' });
    rig.media.accept('a', phone.sdp([0, 101]));
    await rig.event('accepted', 'a');
  });

  it('telephoneEvents: false for a phone without RFC 4733', async () => {
    await rig.answered('a', [0]);
    const phone = await rig.phone();
    rig.media.open('b', null, null);
    await rig.event('opened', 'b');
    rig.media.accept('b', phone.sdp([0]));
    expect((await rig.event('accepted', 'b')).telephoneEvents).toBe(false);
    expect(rig.of('a')[0]).toMatchObject({ telephoneEvents: false });
  });

  it.each([
    ['sendonly', 'recvonly'],
    ['inactive', 'inactive'],
  ])('RFC 3264 §8.4: held by %s, answered %s, resumed', async (theirs, ours) => {
    const phone = await rig.answered('a', [0, 101]);
    const first = rig.of('a')[0];
    rig.media.open('a', phone.sdp([0, 101], theirs, 2), null);
    const held = await rig.event('opened', 'a');
    expect(held.held).toBe(true);
    expect(directionOf(held.sdp)).toBe(ours);
    rig.media.open('a', phone.sdp([0, 101], 'sendrecv', 3), null);
    const resumed = await rig.event('opened', 'a');
    expect(resumed.held).toBe(false);
    expect(directionOf(resumed.sdp)).toBe('sendrecv');
    const origins = [first, held, resumed].map((event) => (event?.type === 'opened' ? originOf(event.sdp) : null));
    expect(new Set(origins.map((origin) => origin?.session)).size).toBe(1);
    expect(origins.map((origin) => Number(origin?.version) - Number(origins[0]?.version))).toEqual([0, 1, 2]);
    expect(portOf(resumed.sdp)).toBe(portOf(held.sdp));
  });

  it('held phones are sent nothing, and are heard again when they resume', async () => {
    const phone = await rig.answered('a', [0, 101]);
    const other = await rig.answered('b', [0, 101]);
    rig.media.connect('a', 'b');
    phone.tone = 440;
    await pass(300);
    rig.media.open('a', phone.sdp([0, 101], 'inactive', 2), null);
    await rig.event('opened', 'a');
    await pass(150);
    expect((await phone.hear(200)).packets).toBe(0);
    rig.media.open('a', phone.sdp([0, 101], 'sendrecv', 3), null);
    await rig.event('opened', 'a');
    await pass(150);
    expect((await other.hear(200)).has(440)).toBe(true);
  });

  it('a new offer of theirs that cannot be met fails and changes nothing', async () => {
    const phone = await rig.answered('a', [0, 101]);
    rig.media.open('a', phone.sdp([3], 'sendrecv', 2), null);
    expect(await rig.event('failed', 'a')).toMatchObject({ why: 'unacceptable' });
    rig.media.connect('a', 'a');
    phone.tone = 440;
    await pass(200);
    expect((await phone.hear(200)).has(440)).toBe(true);
  });

  it('we are asked for an offer on an open leg: ours, and accept completes it', async () => {
    const phone = await rig.answered('a', [0, 101]);
    rig.media.open('a', null, null);
    const { sdp } = await rig.event('opened', 'a');
    expect(formatsOf(sdp)).toContain('0');
    expect(directionOf(sdp)).toBe('sendrecv');
    rig.media.accept('a', phone.sdp([8, 101], 'sendrecv', 2));
    expect(await rig.event('accepted', 'a')).toMatchObject({ held: false });
    phone.codec = 'pcma';
    phone.tone = 440;
    rig.media.connect('a', 'a');
    await pass(200);
    expect((await phone.hear(200)).has(440)).toBe(true);
  });
}

function formatsOf(sdp: string): readonly string[] {
  return /^m=audio \d+ \S+ (.*)\r?$/m.exec(sdp)?.[1]?.trim().split(' ') ?? [];
}

function portOf(sdp: string): string | undefined {
  return /^m=audio (\d+)/m.exec(sdp)?.[1];
}

function directionOf(sdp: string): string {
  return /^a=(sendrecv|sendonly|recvonly|inactive)\r?$/m.exec(sdp)?.[1] ?? 'sendrecv';
}

function originOf(sdp: string): { readonly session: string; readonly version: string } | null {
  const match = /^o=\S+ (\d+) (\d+) /m.exec(sdp);
  return match === null ? null : { session: match[1] ?? '', version: match[2] ?? '' };
}
