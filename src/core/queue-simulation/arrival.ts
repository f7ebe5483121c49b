import { type Distribution, draw, type Random, type TextFault } from './distribution.js';

/** One caller of a simulation: when he comes, how long he would talk, how long he would wait. Ms from the start. */
export type SimulatedCall = {
  readonly atMs: number;
  readonly talkMs: number;
  /** Infinity: he never gives up. */
  readonly patienceMs: number;
  readonly dialled: string;
  readonly priority: number;
};

/**
 * When callers come: at random (`poisson`) or evenly spaced (`regular`). Several rates divide the period into as many
 * equal parts, so that a day can have its peaks.
 */
export type Arrivals = { readonly type: 'poisson' | 'regular'; readonly perHour: readonly number[] };

const HOUR_MS = 3_600_000;
const PER_MS = { s: 1000, m: 60_000, h: HOUR_MS } as const;

/** `poisson:30/h`, `regular:2/m`, `poisson:20/h,60/h,30/h`. */
export function parseArrivals(text: string): Arrivals | TextFault {
  const [type = '', given = ''] = text.split(':', 2);
  if (type !== 'poisson' && type !== 'regular') {
    const message = `${JSON.stringify(type)} is neither poisson nor regular`;
    return { code: 'unknownDistribution', offset: 0, message };
  }
  const perHour: number[] = [];
  for (const rate of given.split(',')) {
    const match = /^(\d+(?:\.\d+)?)\/([smh])$/.exec(rate);
    const unit = match?.[2];
    if (unit !== 's' && unit !== 'm' && unit !== 'h') {
      const message = `${JSON.stringify(rate)} is no rate such as 30/h`;
      return { code: 'badRate', offset: type.length + 1 + given.indexOf(rate), message };
    }
    perHour.push((Number(match?.[1]) * HOUR_MS) / PER_MS[unit]);
  }
  return { type, perHour };
}

export type CallSource = {
  readonly arrivals: Arrivals;
  readonly talk: Distribution;
  readonly patience: Distribution;
  readonly durationMs: number;
  readonly dialled: string;
};

/** Draws the callers of a period. Two configurations that are given the same seed meet the same callers. */
export function* drawCalls(source: CallSource, random: Random): Generator<SimulatedCall> {
  const { arrivals, talk, patience, durationMs, dialled } = source;
  for (let atMs = nextArrival(arrivals, 0, durationMs, random); atMs < durationMs; ) {
    yield { atMs, talkMs: draw(talk, random), patienceMs: draw(patience, random), dialled, priority: 0 };
    atMs = nextArrival(arrivals, atMs, durationMs, random);
  }
}

/**
 * Goes through the parts of the period, using up one unit of expected arrivals: an exponential one makes it a Poisson
 * process of changing rate, a constant one an even stream.
 */
function nextArrival({ type, perHour }: Arrivals, afterMs: number, durationMs: number, random: Random): number {
  const partMs = durationMs / perHour.length;
  let left = type === 'poisson' ? -Math.log(1 - random()) : 1;
  let atMs = afterMs;
  for (let part = Math.floor(atMs / partMs); part < perHour.length; part++) {
    const rate = perHour[part] ?? 0;
    const endMs = (part + 1) * partMs;
    const within = ((endMs - atMs) * rate) / HOUR_MS;
    if (left <= within && rate > 0) return atMs + (left * HOUR_MS) / rate;
    left -= within;
    atMs = endMs;
  }
  return Number.POSITIVE_INFINITY;
}
