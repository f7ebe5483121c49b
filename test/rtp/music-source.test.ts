import { describe, expect, it } from 'vitest';
import type { Music } from '../../src/ports/media.js';
import { ULAW_TO_ALAW } from '../../src/rtp/g711.js';
import { MusicLibrary } from '../../src/rtp/music-library.js';
import type { MusicSource } from '../../src/rtp/music-source.js';
import { Sound } from '../../src/rtp/sound.js';

/** Files of 40 ms named after the µ-law code that fills them; 7 is 25 ms long, 9 is too short, 8 is not there. */
const LENGTHS: ReadonlyMap<string, number> = new Map([
  ...['1', '2', '3', '4', '5'].map((name): [string, number] => [name, 320]),
  ['7', 200],
  ['9', 100],
]);

class Listening {
  nowMs = 1000;
  readonly warnings: string[] = [];
  readonly lengths = new Map(LENGTHS);
  readonly library: MusicLibrary;

  constructor(random: () => number = () => 0) {
    this.library = new MusicLibrary({
      load: async (file) => {
        const length = this.lengths.get(file);
        if (length === undefined) return 'not there';
        return new Sound({ kind: 'pcmu', bytes: new Uint8Array(length).fill(Number(file)) });
      },
      monotonicMs: () => this.nowMs,
      random,
      warn: (file, why) => this.warnings.push(`${file}: ${why}`),
    });
  }

  source(codes: readonly number[], more: Partial<Music> = {}): MusicSource {
    return this.library.source({
      id: 'acme/music',
      files: codes.map(String),
      order: 'listed',
      messages: null,
      ...more,
    });
  }

  /** The next so many frames in µ-law as runs, `3*160`; `~` is silence. */
  async hear(source: MusicSource, frames: number): Promise<string> {
    const runs: [string, number][] = [];
    for (let i = 0; i < frames; i++) {
      this.nowMs += 20;
      for (const code of source.frame('pcmu', this.nowMs)) {
        const name = code === 0xff ? '~' : String(code);
        const last = runs.at(-1);
        if (last?.[0] === name) last[1]++;
        else runs.push([name, 1]);
      }
      for (let turn = 0; turn < 20; turn++) await Promise.resolve(); // files are read between two frames
    }
    return runs.map(([name, count]) => `${name}*${count}`).join(' ');
  }
}

describe('a class of music', () => {
  it('is silence until the first file has been read', async () => {
    const listening = new Listening();
    expect(await listening.hear(listening.source([1]), 3)).toBe('~*160 1*320');
  });

  it('A-199: plays its files in the order of the list, and round again', async () => {
    const listening = new Listening();
    expect(await listening.hear(listening.source([1, 2, 3]), 9)).toBe('~*160 1*320 2*320 3*320 1*320');
  });

  it('joins files inside a packet', async () => {
    const listening = new Listening();
    expect(await listening.hear(listening.source([7, 1]), 7)).toBe('~*160 7*200 1*320 7*200 1*240');
  });

  it('A-199: at random every file once a round, and none twice in a row', async () => {
    const listening = new Listening(dice());
    const heard = await listening.hear(listening.source([1, 2, 3, 4, 5], { order: 'random' }), 61);
    const [, ...runs] = heard.split(' ');
    expect(runs.every((run) => run.endsWith('*320'))).toBe(true); // twice in a row would be 640
    const played = runs.map((run) => Number(run[0]));
    const rounds = [0, 5, 10, 15, 20, 25].map((round) => played.slice(round, round + 5));
    for (const round of rounds) expect([...round].sort()).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(rounds.map(String)).size).toBeGreaterThan(3);
  });

  it('A-201, D-71: a message every n seconds from the end of the last, and the file goes on where it was', async () => {
    const listening = new Listening();
    const source = listening.source([1, 2], { messages: { files: ['4', '7'], everyMs: 50 } });
    expect(await listening.hear(source, 14)).toBe('~*160 1*320 2*80 4*320 2*240 1*160 7*200 1*160 2*240 4*320 2*40');
  });

  it('a message that is not there interrupts nothing', async () => {
    const listening = new Listening();
    const source = listening.source([1], { messages: { files: ['8'], everyMs: 30 } });
    expect(await listening.hear(source, 9)).toBe('~*160 1*1280');
  });

  it('D-71: stands still while nobody listens', async () => {
    const listening = new Listening();
    const source = listening.source([1, 2]);
    expect(await listening.hear(source, 2)).toBe('~*160 1*160');
    listening.nowMs += 60_000;
    expect(await listening.hear(source, 2)).toBe('1*160 2*160');
  });

  it('is at the same place for all who ask in the same tick, in every codec', async () => {
    const listening = new Listening();
    const source = listening.source([1, 2]);
    await listening.hear(source, 2);
    listening.nowMs += 20;
    const one = Buffer.from(source.frame('pcmu', listening.nowMs));
    expect(Buffer.from(source.frame('pcmu', listening.nowMs))).toEqual(one);
    expect(source.frame('pcma', listening.nowMs)).toEqual(new Uint8Array(160).fill(ULAW_TO_ALAW[1] ?? 0));
    expect(await listening.hear(source, 1)).toBe('2*160');
  });

  it('passes over what cannot be played, and says so once', async () => {
    const listening = new Listening();
    expect(await listening.hear(listening.source([8, 1, 9]), 7)).toBe('~*160 1*960');
    expect(listening.warnings).toEqual(['8: not there', '9: shorter than 20 ms']);
  });

  it('is silence if nothing can be played, and looks again after ten seconds', async () => {
    const listening = new Listening();
    const source = listening.source([6]);
    expect(await listening.hear(source, 5)).toBe('~*800');
    listening.lengths.set('6', 320);
    expect(await listening.hear(source, 5)).toBe('~*800');
    listening.nowMs += 10_000;
    expect(await listening.hear(source, 3)).toBe('~*160 6*320');
  });
});

function dice(): () => number {
  let seed = 1;
  return () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seed / 2 ** 31;
  };
}

describe('the library', () => {
  it('has one source for an id, and another when its contents have changed', () => {
    const listening = new Listening();
    const source = listening.source([1, 2]);
    expect(listening.source([1, 2])).toBe(source);
    expect(listening.source([1, 3])).not.toBe(source);
    expect(listening.library.source({ id: 'other', files: ['1', '2'], order: 'listed', messages: null })).not.toBe(
      source,
    );
  });

  it('lets go of sources that nobody has heard for ten minutes', () => {
    const listening = new Listening();
    const source = listening.source([1]);
    listening.nowMs += 600_001;
    listening.library.source({ id: 'other', files: ['2'], order: 'listed', messages: null });
    expect(listening.source([1])).not.toBe(source);
  });
});
