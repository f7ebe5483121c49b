import type { SpokenKind } from '../sdp/codec.js';
import { ALAW_TO_LINEAR, ALAW_TO_ULAW, linearToAlaw, linearToUlaw, ULAW_TO_ALAW, ULAW_TO_LINEAR } from './g711.js';
import { G722Decoder, G722Encoder } from './g722.js';

/**
 * Turns payloads of one codec into another in place; among our three a payload keeps its length. G.722 has a memory, so
 * there is one transcoder for each relayed stream.
 */
export class Transcoder {
  #decoder: G722Decoder | null = null;
  #encoder: G722Encoder | null = null;

  convert(from: SpokenKind, to: SpokenKind, bytes: Uint8Array, start: number, end: number): void {
    switch (from) {
      case 'pcmu':
        if (to === 'pcma') map(ULAW_TO_ALAW, bytes, start, end);
        else if (to === 'g722') this.#compress(ULAW_TO_LINEAR, bytes, start, end);
        break;
      case 'pcma':
        if (to === 'pcmu') map(ALAW_TO_ULAW, bytes, start, end);
        else if (to === 'g722') this.#compress(ALAW_TO_LINEAR, bytes, start, end);
        break;
      case 'g722':
        if (to !== 'g722') this.#expand(to === 'pcmu' ? linearToUlaw : linearToAlaw, bytes, start, end);
    }
  }

  #compress(linear: Int16Array, bytes: Uint8Array, start: number, end: number): void {
    this.#encoder ??= new G722Encoder();
    for (let i = start; i < end; i++) bytes[i] = this.#encoder.encodeNarrow(linear[bytes[i] ?? 0] ?? 0);
  }

  #expand(compress: (sample: number) => number, bytes: Uint8Array, start: number, end: number): void {
    this.#decoder ??= new G722Decoder();
    for (let i = start; i < end; i++) bytes[i] = compress(this.#decoder.decodeNarrow(bytes[i] ?? 0));
  }
}

function map(table: Uint8Array, bytes: Uint8Array, start: number, end: number): void {
  for (let i = start; i < end; i++) bytes[i] = table[bytes[i] ?? 0] ?? 0;
}
