import { open } from 'node:fs/promises';

export type RecordedSound = { readonly lengthMs: number; readonly soundMs: number };

const RATE = 8000;
const FRAME = 160;
/** Mean magnitude of a 20 ms frame from which on it is sound: that of the embedded recorder, -38 dBm0. */
export const SOUND_LEVEL = 180;
const HEADER_MAX = 4096;
const CHUNK = 65_536;

/** Measures a recording of FreeSWITCH: linear, 16 bits, 8000 Hz, one channel. Null if it is not there to be read. */
export async function measureSound(path: string): Promise<RecordedSound | null> {
  try {
    const file = await open(path, 'r');
    try {
      const header = Buffer.alloc(HEADER_MAX);
      const { bytesRead } = await file.read(header, 0, HEADER_MAX, 0);
      let at = header.subarray(0, bytesRead).indexOf('data', 12, 'latin1') + 8;
      if (at < 8) return null;
      const meter = new Meter();
      const chunk = Buffer.alloc(CHUNK);
      for (;;) {
        const { bytesRead: count } = await file.read(chunk, 0, CHUNK, at);
        if (count < 2) return meter.result;
        meter.take(chunk, count & ~1);
        at += count & ~1;
      }
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

class Meter {
  #samples = 0;
  #soundFrames = 0;
  #sum = 0;

  take(bytes: Buffer, length: number): void {
    for (let at = 0; at < length; at += 2) {
      this.#sum += Math.abs(bytes.readInt16LE(at));
      this.#samples++;
      if (this.#samples % FRAME === 0) {
        if (this.#sum >= SOUND_LEVEL * FRAME) this.#soundFrames++;
        this.#sum = 0;
      }
    }
  }

  get result(): RecordedSound {
    return { lengthMs: Math.round((this.#samples * 1000) / RATE), soundMs: (this.#soundFrames * FRAME * 1000) / RATE };
  }
}
