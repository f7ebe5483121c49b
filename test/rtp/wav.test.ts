import { describe, expect, it } from 'vitest';
import { isWavError, parseWav, wavHeader } from '../../src/rtp/wav.js';
import { fc } from '../support/property.js';

type FormatFields = { tag?: number; channels?: number; rate?: number; bits?: number; extra?: Uint8Array };

/** A WAV file by hand; `chunks` come before the data. */
function wav(
  format: FormatFields,
  data: Uint8Array,
  chunks: Uint8Array = new Uint8Array(),
  claimed = data.length,
): Uint8Array {
  const { tag = 1, channels = 1, rate = 8000, bits = 16, extra = new Uint8Array() } = format;
  const file = Buffer.alloc(12 + 24 + extra.length + chunks.length + 8);
  file.write('RIFF', 0);
  file.writeUInt32LE(file.length - 8 + data.length, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16 + extra.length, 16);
  file.writeUInt16LE(tag, 20);
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt16LE(bits, 34);
  file.set(extra, 36);
  file.set(chunks, 36 + extra.length);
  file.write('data', 36 + extra.length + chunks.length);
  file.writeUInt32LE(claimed, 40 + extra.length + chunks.length);
  return Buffer.concat([file, data]);
}

const SAMPLES = Uint8Array.of(1, 0, 0xff, 0x7f, 0, 0x80);

describe('reading', () => {
  it.each([8000, 16000])('16 bits at %i Hz', (rate) => {
    expect(parseWav(wav({ rate }, SAMPLES))).toEqual({
      kind: 'linear',
      rate,
      samples: Int16Array.of(1, 32767, -32768),
    });
  });

  it.each([
    ['µ-law', 7, 'pcmu'],
    ['A-law', 6, 'pcma'],
  ])('%s', (_name, tag, kind) => {
    expect(parseWav(wav({ tag, bits: 8 }, SAMPLES))).toMatchObject({ kind, bytes: Buffer.from(SAMPLES) });
  });

  it.each([
    ['stereo', { channels: 2 }, { channels: 2, bits: 16 }, 4],
    ['44100 Hz', { rate: 44_100 }, { rate: 44_100, bits: 16 }, 6],
    ['8-bit linear', { bits: 8 }, { rate: 8000, bits: 8 }, 6],
    ['24-bit stereo at 48000 Hz', { rate: 48_000, channels: 2, bits: 24 }, { rate: 48_000, bits: 24 }, 6],
    ['floating point', { tag: 3, bits: 32 }, { bits: 32, isFloat: true }, 4],
  ])('%s is left to be converted, in whole frames', (_name, format, expected, length) => {
    const audio = parseWav(wav(format, SAMPLES));
    expect(audio).toMatchObject({ kind: 'foreign', ...expected });
    expect('data' in audio && audio.data.length).toBe(length);
  });

  it('WAVE_FORMAT_EXTENSIBLE says the format in its GUID', () => {
    const extra = new Uint8Array(24);
    extra[8] = 1;
    expect(parseWav(wav({ tag: 0xfffe, extra }, SAMPLES))).toMatchObject({ kind: 'linear' });
  });

  it('other chunks, also of odd length, are passed over', () => {
    const list = Uint8Array.of(0x4c, 0x49, 0x53, 0x54, 3, 0, 0, 0, 1, 2, 3, 0);
    expect(parseWav(wav({}, SAMPLES, list))).toMatchObject({ samples: Int16Array.of(1, 32767, -32768) });
  });

  it('a recording that was broken off is taken as far as it goes', () => {
    expect(parseWav(wav({}, Uint8Array.of(1, 0, 2), new Uint8Array(), 16_000))).toMatchObject({
      samples: Int16Array.of(1),
    });
  });

  it.each([
    ['nothing', new Uint8Array(), 'notWav'],
    ['an MP3', Uint8Array.from(Buffer.from('ID3\x03abcdefghijklmnop')), 'notWav'],
    ['only a beginning', wav({}, SAMPLES).subarray(0, 30), 'truncated'],
    ['no data', wav({}, SAMPLES).subarray(0, 36), 'truncated'],
    ['three channels', wav({ channels: 3 }, SAMPLES), 'unsupported'],
    ['a rate that nobody uses', wav({ rate: 44_056 }, SAMPLES), 'unsupported'],
    ['12-bit linear', wav({ bits: 12 }, SAMPLES), 'unsupported'],
    ['G.711 in stereo', wav({ tag: 7, bits: 8, channels: 2 }, SAMPLES), 'unsupported'],
    ['MPEG inside', wav({ tag: 85 }, SAMPLES), 'unsupported'],
  ])('%s is an error', (_name, file, code) => {
    expect(parseWav(file)).toMatchObject({ code });
  });

  it('never throws', () => {
    const valid = wav({}, SAMPLES);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255))),
        fc.nat(valid.length),
        (changes, length) => {
          const file = Uint8Array.from(valid);
          for (const [at, value] of changes) file[at] = value;
          const result = parseWav(file.subarray(0, length));
          expect(isWavError(result) ? result.code : result.kind).toBeTypeOf('string');
        },
      ),
    );
  });
});

it('a header that we write is one that we read', () => {
  const file = Buffer.concat([wavHeader(8000, 3), SAMPLES]);
  expect(file.length).toBe(50);
  expect(file.readUInt32LE(4)).toBe(42);
  expect(parseWav(file)).toEqual({ kind: 'linear', rate: 8000, samples: Int16Array.of(1, 32767, -32768) });
});
