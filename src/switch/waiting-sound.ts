import type { MusicClass } from '../core/hold-music.js';
import type { Media } from '../ports/media.js';
import type { LegId } from '../ports/signalling.js';
import type { Conversing } from '../scripts/conversation.js';
import type { CallConversations } from './call-conversations.js';
import { holdMusic } from './hold-music.js';

/** What one who waits hears: music, cut for the length of what he is told. Two things to be told follow each other. */
export class WaitingSound {
  readonly #leg: LegId;
  readonly #domain: string;
  readonly #music: MusicClass | null;
  readonly #media: Media;
  readonly #conversations: CallConversations;
  readonly #told: (() => void)[] = [];
  #count = 0;
  #talking = false;
  #introduced = false;

  constructor(leg: LegId, domain: string, music: MusicClass | null, media: Media, conversations: CallConversations) {
    this.#leg = leg;
    this.#domain = domain;
    this.#music = music;
    this.#media = media;
    this.#conversations = conversations;
  }

  /** The music, for one who hears us already. */
  start(): void {
    this.#next();
  }

  /** Runs the script as soon as no other does, then goes on with the music. `answered`: he hears us already. */
  tell<Outcome>(script: Conversing<Outcome>, answered: boolean, ended: (outcome: Outcome) => void): void {
    this.#told.push(() => {
      this.#conversations.run(this.#leg, `wait${++this.#count}`, answered, script, (outcome) => {
        this.#talking = false;
        ended(outcome);
        this.#next();
      });
    });
    if (!this.#talking) this.#next();
  }

  /** He waits no longer. */
  end(): void {
    this.#told.length = 0;
    if (this.#talking) this.#conversations.stop(this.#leg);
    this.#talking = true; // nothing starts any more
    this.#media.stopPlaying(this.#leg);
  }

  #next(): void {
    if (this.#talking) return;
    const tell = this.#told.shift();
    if (tell !== undefined) {
      this.#talking = true;
      tell();
      return;
    }
    const { list, repeat } = holdMusic(this.#domain, this.#music, !this.#introduced);
    this.#introduced = true;
    this.#media.play(this.#leg, 'music', list, repeat);
  }
}
