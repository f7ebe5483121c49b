import { describe, expect, it } from 'vitest';
import { Player, type Track } from '../../src/rtp/player.js';
import { Sound } from '../../src/rtp/sound.js';

/** A sound whose µ-law bytes are all `code`. */
const sound = (code: number, bytes: number) => new Sound({ kind: 'pcmu', bytes: new Uint8Array(bytes).fill(code) });
const file = (code: number, bytes: number): Track => ({
  sound: sound(code, bytes),
  onMs: bytes / 8,
  offMs: 0,
  times: 1,
});

/** What plays, as lengths in bytes: `3*160` is 160 bytes of code 3, `~` is silence. */
function heard(player: Player, frames: number): string {
  const runs: [string, number][] = [];
  for (let i = 0; i < frames && !player.finished; i++) {
    const bytes = new Uint8Array(172);
    player.next('pcmu', bytes, 12, 20 * i);
    for (const code of bytes.subarray(12)) {
      const name = code === 0xff ? '~' : String(code);
      const last = runs.at(-1);
      if (last?.[0] === name) last[1]++;
      else runs.push([name, 1]);
    }
  }
  return runs.map(([name, count]) => `${name}*${count}`).join(' ');
}

describe('a list', () => {
  it('one after another, without a gap inside a packet', () => {
    expect(heard(new Player([file(1, 200), file(2, 120)], false), 10)).toBe('1*200 2*120');
  });

  it('the last packet is filled with silence', () => {
    const player = new Player([file(1, 200)], false);
    expect(heard(player, 10)).toBe('1*200 ~*120');
    expect(player.finished).toBe(true);
  });

  it('round and round', () => {
    const player = new Player([file(1, 80), file(2, 80)], true);
    expect(heard(player, 3)).toBe('1*80 2*80 1*80 2*80 1*80 2*80');
    expect(player.finished).toBe(false);
  });

  it.each([false, true])('an empty one is over before it begins, repeat %s', (repeat) => {
    expect(new Player([], repeat).finished).toBe(true);
    expect(new Player([file(1, 0)], repeat).finished).toBe(true);
  });
});

describe('a cadence', () => {
  it('sounds, pauses, and that so many times', () => {
    const track: Track = { sound: sound(5, 100), onMs: 40, offMs: 20, times: 2 };
    expect(heard(new Player([track], false), 10)).toBe('5*320 ~*160 5*320 ~*160');
  });

  it('without end', () => {
    const player = new Player([{ sound: sound(5, 7), onMs: Number.POSITIVE_INFINITY, offMs: 0, times: 1 }], false);
    expect(heard(player, 1000)).toBe('5*160000');
  });
});

it('time passes also where nobody hears it', () => {
  const player = new Player([file(1, 160), file(2, 160)], false);
  const bytes = new Uint8Array(160).fill(9);
  player.next(null, bytes, 0, 0);
  expect(bytes.every((byte) => byte === 9)).toBe(true);
  expect(heard(player, 5)).toBe('2*160');
});

it('keeps its place when the codec changes', () => {
  const player = new Player([file(1, 160), file(2, 160)], false);
  const bytes = new Uint8Array(160);
  player.next('pcma', bytes, 0, 0);
  expect(heard(player, 5)).toBe('2*160');
});
