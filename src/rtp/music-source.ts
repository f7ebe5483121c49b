import type { Music } from '../ports/media.js';
import type { SpokenKind } from '../sdp/codec.js';
import { MusicReel, type ReelOptions } from './music-reel.js';
import { BYTES_PER_MS, FRAME_BYTES, fillSilence, type Sound } from './sound.js';

/** A stretch of one sound within a frame. */
type Piece = { sound: Sound | null; from: number; count: number };
type Frame = { readonly bytes: Uint8Array; dueMs: number };

/** Two ends of a file and what lies between them: no sound is shorter than a frame. */
const MAX_PIECES = 4;
const NEVER = Number.NEGATIVE_INFINITY;

/**
 * One class of music on hold (D-71), as all its listeners hear it at the same time: the files round and round, interrupted
 * by a message every `everyMs` of music, after which the file goes on where it was. A frame is made once per codec, for
 * the first who asks for it. While nobody listens it stands still.
 */
export class MusicSource {
  /** When somebody listened last, on the scale of the ticks. */
  heardMs = NEVER;
  readonly #tracks: MusicReel;
  readonly #messages: MusicReel | null;
  readonly #messageEvery: number; // bytes of music
  #sinceMessage = 0;
  #isMessage = false;
  readonly #pieces: readonly Piece[] = Array.from({ length: MAX_PIECES }, () => ({ sound: null, from: 0, count: 0 }));
  #pieceCount = 0;
  readonly #frames: Partial<Record<SpokenKind, Frame>> = {};

  constructor({ files, order, messages }: Music, options: Pick<ReelOptions, 'load' | 'random' | 'failed'>) {
    this.#tracks = new MusicReel({ ...options, files, order });
    this.#messages = messages === null ? null : new MusicReel({ ...options, files: messages.files, order: 'listed' });
    this.#messageEvery = (messages?.everyMs ?? 0) * BYTES_PER_MS;
  }

  /** The 20 ms that are due then; the same for all who ask with the same `dueMs`. Silence while a file is being fetched. */
  frame(kind: SpokenKind, dueMs: number): Uint8Array {
    if (dueMs !== this.heardMs) {
      this.heardMs = dueMs;
      this.#advance(dueMs);
    }
    let frame = this.#frames[kind];
    if (frame === undefined) {
      frame = { bytes: new Uint8Array(FRAME_BYTES), dueMs: NEVER };
      this.#frames[kind] = frame;
    }
    if (frame.dueMs !== dueMs) {
      frame.dueMs = dueMs;
      this.#write(kind, frame.bytes);
    }
    return frame.bytes;
  }

  /** Settles which stretches of which sounds make the next frame. */
  #advance(nowMs: number): void {
    this.#pieceCount = 0;
    let left = FRAME_BYTES;
    for (const piece of this.#pieces) {
      if (left === 0) return;
      const reel = this.#reel(nowMs);
      const sound = reel.sound(nowMs);
      piece.sound = sound;
      if (sound === null) return;
      const count = Math.min(left, sound.length - reel.place, this.#untilMessage());
      piece.from = reel.place;
      piece.count = count;
      this.#pieceCount++;
      left -= count;
      this.#moveOn(reel, count);
    }
  }

  /** A message begins when it is due and has been fetched. */
  #reel(nowMs: number): MusicReel {
    const messages = this.#messages;
    if (messages === null) return this.#tracks;
    const message = messages.sound(nowMs);
    if (message !== null && this.#sinceMessage >= this.#messageEvery) this.#isMessage = true;
    return this.#isMessage ? messages : this.#tracks;
  }

  #untilMessage(): number {
    if (this.#messages === null || this.#isMessage) return FRAME_BYTES;
    const until = this.#messageEvery - this.#sinceMessage;
    return until > 0 ? until : FRAME_BYTES; // it is due, and not fetched yet
  }

  #moveOn(reel: MusicReel, count: number): void {
    const isOver = reel.move(count);
    if (!this.#isMessage) {
      this.#sinceMessage += count;
    } else if (isOver) {
      this.#isMessage = false;
      this.#sinceMessage = 0;
    }
  }

  #write(kind: SpokenKind, into: Uint8Array): void {
    let at = 0;
    for (let i = 0; i < this.#pieceCount; i++) {
      const piece = this.#pieces[i];
      if (piece === undefined || piece.sound === null) break;
      const { sound, from, count } = piece;
      const bytes = sound.encoded(kind, from + count);
      for (let k = 0; k < count; k++) into[at + k] = bytes[from + k] ?? 0;
      at += count;
    }
    if (at < FRAME_BYTES) fillSilence(kind, into, at, FRAME_BYTES);
  }
}
