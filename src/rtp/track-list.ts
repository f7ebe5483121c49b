import type { Playable } from '../ports/media.js';
import type { MusicLibrary } from './music-library.js';
import type { Stretch, Track } from './player.js';
import type { Sound } from './sound.js';
import type { SoundLibrary } from './sound-library.js';
import { USUAL_DBM0 } from './tone.js';

type Tone = Extract<Playable, { readonly tone: readonly number[] }>;
type Made = Exclude<Playable, { readonly file: string }>;

/** The tracks of a list if every file is at hand, else null. */
export function tracksAtHand(
  list: readonly Playable[],
  library: SoundLibrary,
  music: MusicLibrary,
): readonly Track[] | null {
  const tracks: Track[] = [];
  for (const item of list) {
    if ('file' in item) {
      const sound = library.peek(item.file);
      if (sound === null) return null;
      tracks.push(whole(sound));
    } else {
      tracks.push(made(item, library, music));
    }
  }
  return tracks;
}

/** The tracks of a list, its files read where needed; a text says which file is missing and why. */
export async function loadTracks(
  list: readonly Playable[],
  library: SoundLibrary,
  music: MusicLibrary,
): Promise<readonly Track[] | string> {
  const tracks: Track[] = [];
  for (const item of list) {
    if ('file' in item) {
      const sound = await library.load(item.file);
      if (typeof sound === 'string') return `${item.file}: ${sound}`;
      tracks.push(whole(sound));
    } else {
      tracks.push(made(item, library, music));
    }
  }
  return tracks;
}

function made(item: Made, library: SoundLibrary, music: MusicLibrary): Track {
  return 'music' in item ? { music: music.source(item.music) } : toneTrack(item, library);
}

function whole(sound: Sound): Stretch {
  return { sound, onMs: sound.lengthMs, offMs: 0, times: 1 };
}

/** A tone without pauses is one stretch, so that its phase does not jump at every `onMs`. */
function toneTrack(item: Tone, library: SoundLibrary): Stretch {
  const sound = library.tone(item.tone, item.dbm0 ?? USUAL_DBM0);
  const times = item.times === 0 ? Number.POSITIVE_INFINITY : item.times;
  if (item.offMs === 0 && item.onMs > 0) return { sound, onMs: item.onMs * times, offMs: 0, times: 1 };
  return { sound, onMs: item.onMs, offMs: item.offMs, times };
}
