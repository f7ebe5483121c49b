/** Audio of a file: linear samples, or the bytes of G.711 as they are. */
export type WavAudio =
  | { readonly kind: 'linear'; readonly rate: 8000 | 16000; readonly samples: Int16Array }
  | { readonly kind: 'pcmu' | 'pcma'; readonly bytes: Uint8Array };

/** Linear audio of another form, as it stands in the file: `wav-conversion.ts` makes it ours. */
export type ForeignAudio = {
  readonly kind: 'foreign';
  /** [Hz], one of `RATES`. */
  readonly rate: number;
  readonly channels: 1 | 2;
  /** Of one sample: 8 unsigned, 16, 24 and 32 signed, or 32 of floating point. */
  readonly bits: 8 | 16 | 24 | 32;
  readonly isFloat: boolean;
  /** Whole frames. */
  readonly data: Uint8Array;
};

/** What can be played. [Hz] */
export const RATES: readonly number[] = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];

export type WavError = { readonly code: 'notWav' | 'truncated' | 'unsupported'; readonly detail: string };

export const WAV_HEADER_LENGTH = 44;

const LINEAR = 1;
const FLOAT = 3;
const ALAW = 6;
const ULAW = 7;
const EXTENSIBLE = 0xfffe;

/**
 * Reads a RIFF WAVE file: linear or floating point samples, one channel or two, or G.711 at 8000 Hz. A data chunk that
 * claims more than is there (a recording broken off) is taken as far as it goes.
 */
export function parseWav(file: Uint8Array): WavAudio | ForeignAudio | WavError {
  if (tag(file, 0) !== 'RIFF' || tag(file, 8) !== 'WAVE') return { code: 'notWav', detail: 'no RIFF WAVE' };
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let format: Format | null = null;
  for (let at = 12; at + 8 <= file.length; ) {
    const name = tag(file, at);
    const length = view.getUint32(at + 4, true);
    const start = at + 8;
    if (name === 'fmt ') {
      if (start + 16 > file.length) break;
      format = readFormat(view, start, length);
    } else if (name === 'data') {
      if (format === null) return { code: 'truncated', detail: 'data before fmt' };
      return readData(file.subarray(start, Math.min(start + length, file.length)), format);
    }
    at = start + length + (length % 2);
  }
  return { code: 'truncated', detail: 'no data chunk' };
}

export function isWavError(result: WavAudio | ForeignAudio | WavError): result is WavError {
  return 'code' in result;
}

type Format = { readonly tag: number; readonly channels: number; readonly rate: number; readonly bits: number };

function readFormat(view: DataView, at: number, length: number): Format {
  const tag = view.getUint16(at, true);
  const extended = tag === EXTENSIBLE && length >= 40 && at + 26 <= view.byteLength; // the real one begins the GUID
  return {
    tag: extended ? view.getUint16(at + 24, true) : tag,
    channels: view.getUint16(at + 2, true),
    rate: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  };
}

function readData(data: Uint8Array, format: Format): WavAudio | ForeignAudio | WavError {
  const { tag, channels, rate, bits } = format;
  if (channels === 1 && rate === 8000 && bits === 8) {
    if (tag === ULAW) return { kind: 'pcmu', bytes: data };
    if (tag === ALAW) return { kind: 'pcma', bytes: data };
  }
  if (channels === 1 && tag === LINEAR && bits === 16 && (rate === 8000 || rate === 16000)) {
    const samples = new Int16Array(data.length >> 1);
    new Uint8Array(samples.buffer).set(data.subarray(0, samples.byteLength)); // little end first, as on every machine of Node
    return { kind: 'linear', rate, samples };
  }
  const isFloat = tag === FLOAT && bits === 32;
  const isLinear = tag === LINEAR && (bits === 8 || bits === 16 || bits === 24 || bits === 32);
  if ((isFloat || isLinear) && (channels === 1 || channels === 2) && RATES.includes(rate)) {
    const whole = data.length - (data.length % ((channels * bits) / 8));
    return { kind: 'foreign', rate, channels, bits, isFloat, data: data.subarray(0, whole) };
  }
  return { code: 'unsupported', detail: `format ${tag}, ${channels} channels, ${rate} Hz, ${bits} bits` };
}

/** Header of a WAV of linear 16-bit samples, one channel. */
export function wavHeader(rate: number, samples: number): Uint8Array {
  const header = new Uint8Array(WAV_HEADER_LENGTH);
  const view = new DataView(header.buffer);
  const bytes = samples * 2;
  putTag(header, 0, 'RIFF');
  view.setUint32(4, WAV_HEADER_LENGTH - 8 + bytes, true);
  putTag(header, 8, 'WAVE');
  putTag(header, 12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, LINEAR, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  putTag(header, 36, 'data');
  view.setUint32(40, bytes, true);
  return header;
}

function tag(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function putTag(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}
