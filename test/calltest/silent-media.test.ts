import { beforeEach, describe, expect, it } from 'vitest';
import { SilentMedia } from '../../src/calltest/silent-media.js';
import type { MediaEvent } from '../../src/ports/media.js';
import { FakeClock } from '../support/fake-clock.js';

const OFFER =
  'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n';

let clock: FakeClock;
let media: SilentMedia;
let seen: [number, MediaEvent][];

beforeEach(async () => {
  clock = new FakeClock();
  media = new SilentMedia(clock, { maxLegs: 2, fileMs: (file) => file.length * 100 });
  seen = [];
  await media.start((event) => seen.push([clock.now(), event]));
});

const told = () =>
  seen.map(
    ([atMs, event]) =>
      `${atMs} ${event.type}${'end' in event ? ` ${event.end}` : ''}${'why' in event ? ` ${event.why}` : ''}`,
  );

describe('silent media', () => {
  it('negotiates for real, each leg with a port of its own', () => {
    media.open('a', OFFER, null);
    media.open('b', null, OFFER);
    media.accept('b', OFFER);
    expect(told()).toEqual(['0 opened', '0 opened', '0 accepted']);
    const ports = seen.flatMap(([, event]) =>
      event.type === 'opened' ? (/m=audio (\d+)/.exec(event.sdp)?.[1] ?? '') : [],
    );
    expect(new Set(ports).size).toBe(2);
    expect(media.leg('b')?.codec).toBe('PCMA');
  });

  it('plays for as long as the list is', () => {
    media.open('a', OFFER, null);
    media.play('a', 't', [{ file: '12345' }, { tone: [440], onMs: 100, offMs: 150, times: 2 }], false);
    clock.advance(5000);
    expect(told()).toEqual(['0 opened', '1000 played finished']);
  });

  it('records until the maximum, the silence or the digit', () => {
    media.open('a', OFFER, null);
    const options = { file: 'x', maxMs: 5000, silenceMs: 1000, terminators: '#' };
    media.record('a', '1', options);
    clock.advance(6000);
    media.record('a', '2', options);
    clock.advance(500);
    media.fallSilent('a');
    clock.advance(2000);
    media.fallSilent('a', true);
    media.record('a', '3', options);
    clock.advance(300);
    media.injectDigit('a', '#');
    clock.advance(1);
    expect(told().slice(1)).toEqual([
      '5001 recorded maximum',
      '7501 recorded silence',
      '8800 digit',
      '8801 recorded digit',
    ]);
    expect(seen.flatMap(([, event]) => (event.type === 'recorded' ? [[event.lengthMs, event.soundMs]] : []))).toEqual([
      [5000, 5000],
      [1500, 500],
      [300, 300],
    ]);
  });

  it('lets every party talk so long and then fall silent, if told', async () => {
    const talking = new SilentMedia(clock, { speechMs: 2000 });
    await talking.start((event) => seen.push([clock.now(), event]));
    talking.open('a', OFFER, null);
    for (const token of ['1', '2']) {
      talking.record('a', token, { file: 'x', maxMs: 60_000, silenceMs: 1000, terminators: '' });
      clock.advance(10_000);
    }
    expect(told()).toEqual(['0 opened', '3001 recorded silence', '13001 recorded silence']);
    expect(seen.flatMap(([, event]) => (event.type === 'recorded' ? [event.soundMs] : []))).toEqual([2000, 2000]);
  });

  it('ends what a closed leg was doing, and counts', () => {
    media.open('a', OFFER, null);
    media.open('b', null, null);
    media.connect('a', 'b');
    media.play('a', 't', [{ tone: [440], onMs: 100, offMs: 0, times: 0 }], true);
    media.record('a', 'r', { file: 'x', maxMs: 5000, silenceMs: 0, terminators: '' });
    media.close('a');
    clock.advance(10);
    expect(told().slice(2)).toEqual(['1 recorded closed', '1 played stopped', '1 closed']);
    expect([media.opens, media.closes, media.openLegs, media.leg('b')?.connectedTo, clock.pending]).toEqual([
      2,
      1,
      ['b'],
      null,
      0,
    ]);
  });

  it('fails as told: exhausted, on request, or with the server', () => {
    media.open('a', OFFER, null);
    media.failNextOpen('unacceptable');
    media.open('b', OFFER, null);
    media.open('b', OFFER, null);
    media.open('c', OFFER, null);
    media.play('a', 't', [{ file: 'x' }], false);
    media.injectGone('a');
    clock.advance(1);
    expect(told()).toEqual([
      '0 opened',
      '0 failed unacceptable',
      '0 opened',
      '0 failed exhausted',
      '1 played failed',
      '1 failed gone',
    ]);
  });
});
