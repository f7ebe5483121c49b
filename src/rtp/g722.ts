/**
 * ITU-T G.722 at 64 kbit/s (mode 1): two sub-bands of ADPCM, the lower with 6 bits, the higher with 2. One byte stands for
 * two samples at 16000 Hz. The lower band by itself is the telephone band at 8000 Hz; so the narrowband functions leave the
 * filter bank out, which makes 8000 Hz material, and the way from and to G.711, cost half.
 */

// Clause 5.2: one band of the predictor, the variables by the names of the Recommendation.
class Band {
  nb = 0;
  det: number;
  s = 0;
  sz = 0;
  r0 = 0;
  r1 = 0;
  a1 = 0;
  a2 = 0;
  p0 = 0;
  p1 = 0;
  readonly b = new Int32Array(6);
  readonly d = new Int32Array(6);

  constructor(det: number) {
    this.det = det;
  }

  /** Block 4: takes the quantised difference, adapts the predictor, sets `s` for the next sample. */
  adapt(difference: number): void {
    const p = saturate(this.sz + difference);
    const r = saturate(this.s + difference);
    this.#adaptPoles(p);
    this.#adaptZeros(difference);
    this.r1 = this.r0;
    this.r0 = r;
    this.p1 = this.p0;
    this.p0 = p;
    this.#predict(difference);
  }

  #adaptPoles(p: number): void {
    const sameAsLast = p < 0 === this.p0 < 0;
    const sameAsBefore = p < 0 === this.p1 < 0;
    const a1 = saturate(this.a1 << 2);
    const towards = Math.min(sameAsLast ? -a1 : a1, 32767);
    let a2 = (sameAsBefore ? 128 : -128) + (towards >> 7) + ((this.a2 * 32512) >> 15);
    a2 = Math.max(-12288, Math.min(12288, a2));
    const limit = saturate(15360 - a2);
    const next = saturate((sameAsLast ? 192 : -192) + ((this.a1 * 32640) >> 15));
    this.a1 = Math.max(-limit, Math.min(limit, next));
    this.a2 = a2;
  }

  #adaptZeros(difference: number): void {
    const { b, d } = this;
    const step = difference === 0 ? 0 : 128;
    for (let i = 0; i < 6; i++) {
      const same = difference < 0 === at(d, i) < 0;
      b[i] = saturate((same ? step : -step) + ((at(b, i) * 32640) >> 15));
    }
  }

  #predict(difference: number): void {
    const { b, d } = this;
    let sz = 0;
    for (let i = 5; i > 0; i--) d[i] = at(d, i - 1);
    d[0] = difference;
    for (let i = 5; i >= 0; i--) sz += (at(b, i) * saturate(at(d, i) * 2)) >> 15;
    const poles = saturate(((this.a1 * saturate(this.r0 * 2)) >> 15) + ((this.a2 * saturate(this.r1 * 2)) >> 15));
    this.sz = saturate(sz);
    this.s = saturate(poles + this.sz);
  }

  /** Block 3, lower band: adapts the quantiser step to the four upper bits of the code. */
  scaleLow(code: number): void {
    this.nb = Math.max(0, Math.min(18432, ((this.nb * 127) >> 7) + at(WL, at(RL42, code))));
    this.det = stepSize(this.nb, 8);
  }

  /** Block 3, higher band. */
  scaleHigh(code: number): void {
    this.nb = Math.max(0, Math.min(22528, ((this.nb * 127) >> 7) + at(WH, at(RH2, code))));
    this.det = stepSize(this.nb, 10);
  }
}

function stepSize(nb: number, log: number): number {
  const shift = log - (nb >> 11);
  const base = at(ILB, (nb >> 6) & 31);
  return (shift < 0 ? base << -shift : base >> shift) << 2;
}

export class G722Encoder {
  readonly #low = new Band(32);
  readonly #high = new Band(8);
  readonly #history = new Int32Array(24);

  /** 16000 Hz, two samples to a byte; returns the number of bytes. */
  encode(samples: Int16Array, count: number, into: Uint8Array, offset: number): number {
    const history = this.#history;
    const bytes = count >> 1;
    for (let i = 0; i < bytes; i++) {
      history.copyWithin(0, 2);
      history[22] = at(samples, 2 * i);
      history[23] = at(samples, 2 * i + 1);
      let odd = 0;
      let even = 0;
      for (let k = 0; k < 12; k++) {
        odd += at(history, 2 * k) * at(QMF, k);
        even += at(history, 2 * k + 1) * at(QMF, 11 - k);
      }
      into[offset + i] = (this.#encodeHigh((even - odd) >> 14) << 6) | this.#encodeLow((even + odd) >> 14);
    }
    return bytes;
  }

  /** One sample of 8000 Hz as one byte with a silent higher band, whose code is always the same. */
  encodeNarrow(sample: number): number {
    return SILENT_HIGH_BAND | this.#encodeLow(sample >> 1);
  }

  #encodeLow(sample: number): number {
    const band = this.#low;
    const error = saturate(sample - band.s);
    const magnitude = error >= 0 ? error : ~error;
    let level = 1; // the first of 1 to 29 whose threshold is above the magnitude, else 30
    for (let beyond = 30; level < beyond; ) {
      const middle = (level + beyond) >> 1;
      if (magnitude < (at(Q6, middle) * band.det) >> 12) beyond = middle;
      else level = middle + 1;
    }
    const code = error < 0 ? at(ILN, level) : at(ILP, level);
    const upper = code >> 2; // RIL: the predictor sees four bits only, so that the lower two may be stolen for data
    const difference = (band.det * at(QM4, upper)) >> 15;
    band.scaleLow(upper);
    band.adapt(difference);
    return code;
  }

  #encodeHigh(sample: number): number {
    const band = this.#high;
    const error = saturate(sample - band.s);
    const magnitude = error >= 0 ? error : ~error;
    const level = magnitude >= (564 * band.det) >> 12 ? 2 : 1;
    const code = error < 0 ? at(IHN, level) : at(IHP, level);
    const difference = (band.det * at(QM2, code)) >> 15;
    band.scaleHigh(code);
    band.adapt(difference);
    return code;
  }
}

export class G722Decoder {
  readonly #low = new Band(32);
  readonly #high = new Band(8);
  readonly #history = new Int32Array(24);

  /** Bytes to 16000 Hz; returns the number of samples, two per byte. */
  decode(bytes: Uint8Array, start: number, end: number, into: Int16Array): number {
    const history = this.#history;
    let written = 0;
    for (let i = start; i < end; i++) {
      const code = at(bytes, i);
      const low = this.#decodeLow(code & 0x3f);
      const high = this.#decodeHigh(code >> 6);
      history.copyWithin(0, 2);
      history[22] = low + high;
      history[23] = low - high;
      let first = 0;
      let second = 0;
      for (let k = 0; k < 12; k++) {
        second += at(history, 2 * k) * at(QMF, k);
        first += at(history, 2 * k + 1) * at(QMF, 11 - k);
      }
      into[written++] = saturate(first >> 11);
      into[written++] = saturate(second >> 11);
    }
    return written;
  }

  /** One byte to one sample of 8000 Hz: the lower band only. */
  decodeNarrow(code: number): number {
    return this.#decodeLow(code & 0x3f) << 1;
  }

  #decodeLow(code: number): number {
    const band = this.#low;
    const exact = (band.det * at(QM6, code)) >> 15;
    const sample = limit15(band.s + exact);
    const upper = code >> 2;
    const difference = (band.det * at(QM4, upper)) >> 15;
    band.scaleLow(upper);
    band.adapt(difference);
    return sample;
  }

  #decodeHigh(code: number): number {
    const band = this.#high;
    const difference = (band.det * at(QM2, code)) >> 15;
    const sample = limit15(difference + band.s);
    band.scaleHigh(code);
    band.adapt(difference);
    return sample;
  }
}

function saturate(value: number): number {
  return Math.max(-32768, Math.min(32767, value));
}

function limit15(value: number): number {
  return Math.max(-16384, Math.min(16383, value));
}

function at(table: Int32Array | Int16Array | Uint8Array, index: number): number {
  return table[index] ?? 0;
}

const SILENT_HIGH_BAND = 0xc0;

// The tables of the Recommendation, clause 5.
const QMF = Int32Array.from([3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11]);
const WL = Int32Array.from([-60, -30, 58, 172, 334, 538, 1198, 3042]);
const WH = Int32Array.from([0, -214, 798]);
const RL42 = Int32Array.from([0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0]);
const RH2 = Int32Array.from([2, 1, 2, 1]);
const IHN = Int32Array.from([0, 1, 0]);
const IHP = Int32Array.from([0, 3, 2]);
const ILB = Int32Array.from([
  2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896, 2960, 3025,
  3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
]);
const Q6 = Int32Array.from([
  0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219, 1339,
  1458, 1612, 1765, 1980, 2195, 2557, 2919, 0, 0,
]);
const ILN = Int32Array.from([
  0, 63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4,
  0,
]);
const ILP = Int32Array.from([
  0, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33,
  32, 0,
]);
const QM2 = Int32Array.from([-7408, -1616, 7408, 1616]);
const QM4 = Int32Array.from([
  0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
]);
const QM6 = Int32Array.from([
  -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
  -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728, 24808,
  21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456, 4944, 4464, 4008,
  3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
]);
