// Makes prompts/music/quiet.wav, the music on hold of an office that has none of its own: `node tools/music.mjs`.
// It is composed and synthesised here, so that nobody's licence is needed. The same program gives the same bytes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const RATE = 8000;
const BEAT_S = 60 / 76;
const BEATS_PER_BAR = 4;

// Two phrases of eight bars: the notes of a chord from low to high, as MIDI note numbers.
const CHORDS = [
  [48, 55, 60, 64, 67, 71], // C major 7
  [45, 52, 57, 60, 64, 67], // A minor 7
  [41, 53, 57, 60, 64, 69], // F major 7
  [43, 50, 55, 59, 62, 69], // G, ninth on top
  [48, 55, 60, 64, 67, 74],
  [52, 55, 59, 64, 67, 71], // E minor 7
  [41, 53, 57, 60, 65, 69],
  [43, 50, 55, 60, 62, 67], // G, fourth held over
];
// Which note of the chord sounds on each half beat, for the two phrases; null: the last one rings on.
const FIGURES = [
  [0, 1, 2, 3, 4, 3, 2, 1],
  [0, 2, 4, 5, 4, 3, 2, 3],
];
// A tune above, as half beats from the beginning of its phrase and note numbers.
const TUNE = [
  [0, 76],
  [6, 74],
  [8, 72],
  [14, 71],
  [16, 72],
  [20, 76],
  [24, 74],
  [30, 72],
  [32, 71],
  [38, 72],
  [40, 67],
  [46, 69],
  [48, 72],
  [54, 71],
  [56, 72],
  [60, 74],
];

const HALF_BEAT = Math.round((RATE * BEAT_S) / 2);
const BAR = HALF_BEAT * 2 * BEATS_PER_BAR;
const length = BAR * CHORDS.length * FIGURES.length;
const mix = new Float64Array(length);

/** A struck string or bell: overtones die away sooner than the note. What rings on beyond the end sounds at the beginning: a loop. */
function strike(at, note, level, decayS) {
  const hz = 440 * 2 ** ((note - 69) / 12);
  const samples = Math.round(decayS * 5 * RATE);
  for (const [multiple, share, life] of [
    [1, 1, 1],
    [2, 0.35, 0.6],
    [3, 0.12, 0.4],
    [4.2, 0.05, 0.15],
  ]) {
    if (hz * multiple > 3400) continue;
    for (let i = 0; i < samples; i++) {
      const attack = Math.min(1, i / (0.008 * RATE));
      const level0 = level * share * attack * Math.exp(-i / (decayS * life * RATE));
      mix[(at + i) % length] += level0 * Math.sin((2 * Math.PI * hz * multiple * i) / RATE);
    }
  }
}

for (const [phrase, figure] of FIGURES.entries()) {
  for (const [bar, chord] of CHORDS.entries()) {
    const start = (phrase * CHORDS.length + bar) * BAR;
    for (const [step, degree] of figure.entries()) {
      // Never quite even, as hands are not.
      const level = step === 0 ? 1 : 0.62 + 0.08 * ((step * 5 + bar * 3) % 4);
      strike(start + step * HALF_BEAT, chord[degree], level, step === 0 ? 1.6 : 0.9);
    }
  }
  // The tune is heard in the second phrase only.
  if (phrase === 0) continue;
  for (const [half, note] of TUNE) strike(phrase * CHORDS.length * BAR + half * HALF_BEAT, note, 0.9, 1.1);
}

// Echoes of a room, round the loop as well.
const room = Float64Array.from(mix);
for (const [ms, share] of [
  [47, 0.22],
  [83, 0.17],
  [131, 0.12],
  [197, 0.08],
]) {
  const shift = Math.round((ms * RATE) / 1000);
  for (let i = 0; i < length; i++) room[(i + shift) % length] += share * mix[i];
}

const loudest = room.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
const PEAK = 15_000; // speech of the prompts peaks at 16400
const bytes = Uint8Array.from(room, (sample) => ulaw(Math.round((PEAK * sample) / loudest)));

/** ITU-T G.711. */
function ulaw(sample) {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), 32_635) + 132;
  let exponent = 7;
  while (exponent > 0 && (magnitude & (1 << (exponent + 7))) === 0) exponent--;
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
}

const header = Buffer.alloc(58);
header.write('RIFF', 0);
header.writeUInt32LE(header.length - 8 + bytes.length, 4);
header.write('WAVEfmt ', 8);
header.writeUInt32LE(18, 16);
header.writeUInt16LE(7, 20); // µ-law
header.writeUInt16LE(1, 22);
header.writeUInt32LE(RATE, 24);
header.writeUInt32LE(RATE, 28);
header.writeUInt16LE(1, 32);
header.writeUInt16LE(8, 34);
header.write('fact', 38);
header.writeUInt32LE(4, 42);
header.writeUInt32LE(bytes.length, 46);
header.write('data', 50);
header.writeUInt32LE(bytes.length, 54);
const folder = fileURLToPath(new URL('../prompts/music/', import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}quiet.wav`, Buffer.concat([header, bytes]));
