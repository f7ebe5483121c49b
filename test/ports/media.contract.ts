import { describe } from 'vitest';
import { mediaConnecting } from './media-connecting.js';
import { mediaLife } from './media-life.js';
import { mediaMusic } from './media-music.js';
import { mediaNegotiation } from './media-negotiation.js';
import { mediaPlaying } from './media-playing.js';
import { mediaRecording } from './media-recording.js';
import type { MediaHarness } from './media-rig.js';

/** What every implementation of the media port does, seen from both of its sides: its events, and the phones' RTP. */
export function mediaContract(name: string, harness: MediaHarness): void {
  describe(`media: ${name}`, () => {
    describe('negotiation', () => mediaNegotiation(harness));
    describe('connecting', () => mediaConnecting(harness));
    describe('playing', () => mediaPlaying(harness));
    describe('music', () => mediaMusic(harness));
    describe('recording', () => mediaRecording(harness));
    describe('beginning and end', () => mediaLife(harness));
  });
}
