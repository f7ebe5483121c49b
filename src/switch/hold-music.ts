import type { MusicClass } from '../core/hold-music.js';
import type { Playable } from '../ports/media.js';
import { HOLD_TONE } from './tones.js';

/** What to play to one who is held or waits. `first`: from the beginning, with the intro. */
export function holdMusic(
  domain: string,
  music: MusicClass | null,
  first: boolean,
): { readonly list: readonly Playable[]; readonly repeat: boolean } {
  if (music === null) return { list: HOLD_TONE, repeat: true };
  const { name, files, order, intro, messages } = music;
  const source: Playable = { music: { id: `${domain} ${name}`, files, order, messages } };
  return { list: intro === null || !first ? [source] : [{ file: intro }, source], repeat: false };
}
