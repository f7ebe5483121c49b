import type { Domain } from '../core/domain.js';
import { type MusicClass, musicNamed } from '../core/hold-music.js';
import type { Media, Playable } from '../ports/media.js';
import type { LiveLeg } from './live-leg.js';
import { userOf } from './parking.js';
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

/** `leg` has put the other on hold, or taken it off: the one who is held hears the holder's music, a user's own before the domain's. */
export function hold(media: Media, domain: Domain, leg: LiveLeg, other: LiveLeg): void {
  if (leg.isHeld) {
    media.disconnect(leg.id);
    if (!other.isHeld) playHold(media, domain, other, leg);
  } else if (other.isHeld) {
    playHold(media, domain, leg, other);
  } else {
    media.stopPlaying(leg.id);
    media.stopPlaying(other.id);
    media.connect(leg.id, other.id);
  }
}

function playHold(media: Media, domain: Domain, to: LiveLeg, holder: LiveLeg): void {
  const own = userOf(holder, domain)?.music ?? null;
  const { list, repeat } = holdMusic(domain.name, musicNamed(domain.music, own), true);
  media.play(to.id, 'hold', list, repeat);
}
