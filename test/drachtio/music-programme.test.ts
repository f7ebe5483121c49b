import { describe, expect, it } from 'vitest';
import { MusicProgramme, MusicProgrammes } from '../../src/drachtio/music-programme.js';
import { seeded } from '../../src/machine/random.js';
import type { Music } from '../../src/ports/media.js';

const music = (more: Partial<Music> = {}): Music => ({
  id: 'acme/music',
  files: ['a', 'b', 'c'],
  order: 'listed',
  messages: null,
  ...more,
});

/** What comes if the listener who is furthest always hears to the end. */
function heard(programme: MusicProgramme, count: number): string {
  let files = '';
  for (let i = 0; i < count; i++) {
    files += programme.file;
    programme.ended(programme.now);
  }
  return files;
}

describe('a programme', () => {
  it('A-199: the files in the order of the list, and round again', () => {
    expect(heard(new MusicProgramme(music(), seeded(1)), 7)).toBe('abcabca');
  });

  it('A-199: at random every file once a round, none twice in a row', () => {
    const files = heard(new MusicProgramme(music({ order: 'random' }), seeded(1)), 300);
    expect(files).not.toMatch(/(.)\1/);
    const rounds = files.match(/.../g) ?? [];
    expect(rounds.every((round) => [...round].sort().join('') === 'abc')).toBe(true);
    expect(new Set(rounds).size).toBe(6);
  });

  it('moves on with the first who has heard a file to its end, and not again with the others', () => {
    const programme = new MusicProgramme(music(), seeded(1));
    const first = programme.now;
    programme.ended(first);
    programme.ended(first);
    expect(programme.file).toBe('b');
  });

  it('A-201: messages in turn', () => {
    const programme = new MusicProgramme(music({ messages: { files: ['x', 'y'], everyMs: 1000 } }), seeded(1));
    expect([1, 2, 3].map(() => programme.nextMessage())).toEqual(['x', 'y', 'x']);
    expect(new MusicProgramme(music(), seeded(1)).nextMessage()).toBeNull();
  });
});

it('one programme for an id, and another when its contents have changed', () => {
  const programmes = new MusicProgrammes(seeded(1));
  const programme = programmes.of(music());
  expect(programmes.of(music())).toBe(programme);
  expect(programmes.of(music({ files: ['a'] }))).not.toBe(programme);
  expect(programmes.of(music({ id: 'other' }))).not.toBe(programme);
});
