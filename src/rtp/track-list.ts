import type { Playable } from '../ports/media.js';
import type { Track } from './player.js';
import type { Sound } from './sound.js';
import type { SoundLibrary } from './sound-library.js';
import { USUAL_DBM0 } from './tone.js';

type Tone = Extract<Playable, { readonly tone: readonly number[] }>;

/** The tracks of a list if every file is at hand, else null. */
export function tracksAtHand(list: readonly Playable[], library: SoundLibrary): readonly Track[] | null {
  const tracks: Track[] = [];
  for (const item of list.flatMap(spread)) {
    if ('file' in item) {
      const sound = library.peek(item.file);
      if (sound === null) return null;
      tracks.push(whole(sound));
    } else {
      tracks.push(toneTrack(item, library));
    }
  }
  return tracks;
}

/** The tracks of a list, its files read where needed; a text says which file is missing and why. */
export async function loadTracks(list: readonly Playable[], library: SoundLibrary): Promise<readonly Track[] | string> {
  const tracks: Track[] = [];
  for (const item of list.flatMap(spread)) {
    if ('file' in item) {
      const sound = await library.load(item.file);
      if (typeof sound === 'string') return `${item.file}: ${sound}`;
      tracks.push(whole(sound));
    } else {
      tracks.push(toneTrack(item, library));
    }
  }
  return tracks;
}

/** Music is its files, one after the other. */
function spread(item: Playable): Exclude<Playable, { readonly music: unknown }>[] {
  return 'music' in item ? item.music.files.map((file) => ({ file })) : [item];
}

function whole(sound: Sound): Track {
  return { sound, onMs: sound.lengthMs, offMs: 0, times: 1 };
}

/** A tone without pauses is one stretch, so that its phase does not jump at every `onMs`. */
function toneTrack(item: Tone, library: SoundLibrary): Track {
  const sound = library.tone(item.tone, item.dbm0 ?? USUAL_DBM0);
  const times = item.times === 0 ? Number.POSITIVE_INFINITY : item.times;
  if (item.offMs === 0 && item.onMs > 0) return { sound, onMs: item.onMs * times, offMs: 0, times: 1 };
  return { sound, onMs: item.onMs, offMs: item.offMs, times };
}
