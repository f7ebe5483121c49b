import { seeded } from '../../machine/random.js';

/** A length of time that is drawn anew each time. Means and limits in ms. */
export type Distribution =
  | { readonly type: 'constant'; readonly ms: number }
  | { readonly type: 'exponential'; readonly meanMs: number }
  | { readonly type: 'uniform'; readonly fromMs: number; readonly toMs: number }
  /** Talk times are nearly lognormal; `sdMs`: standard deviation. */
  | { readonly type: 'lognormal'; readonly meanMs: number; readonly sdMs: number }
  /** Infinitely long: a caller who never gives up. */
  | { readonly type: 'never' };

/** Uniform in [0, 1). */
export type Random = () => number;

/** The same seed (a whole number from 0 to 2^32 - 1) gives the same sequence. */
export function randomOf(seed: number): Random {
  return seeded(seed);
}

export type TextFault = {
  readonly code: 'unknownDistribution' | 'badDuration' | 'badRate';
  readonly offset: number;
  readonly message: string;
};

export function draw(distribution: Distribution, random: Random): number {
  switch (distribution.type) {
    case 'constant':
      return distribution.ms;
    case 'exponential':
      return -Math.log(1 - random()) * distribution.meanMs;
    case 'uniform':
      return distribution.fromMs + random() * (distribution.toMs - distribution.fromMs);
    case 'lognormal': {
      const { meanMs, sdMs } = distribution;
      const variance = Math.log(1 + (sdMs / meanMs) ** 2);
      return meanMs * Math.exp(Math.sqrt(variance) * drawNormal(random) - variance / 2);
    }
    case 'never':
      return Number.POSITIVE_INFINITY;
  }
}

/** Box and Muller. */
function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * `constant:20s`, `exponential:3m`, `uniform:10s-30s`, `lognormal:180s` (standard deviation as long as the mean) or
 * `lognormal:180s/90s`, `never`.
 */
export function parseDistribution(text: string): Distribution | TextFault {
  const [type = '', given = ''] = text.split(':', 2);
  const offset = type.length + 1;
  switch (type) {
    case 'never':
      return { type: 'never' };
    case 'constant': {
      const ms = parseMs(given);
      return ms === null ? badDuration(given, offset) : { type, ms };
    }
    case 'exponential': {
      const meanMs = parseMs(given);
      return meanMs === null ? badDuration(given, offset) : { type, meanMs };
    }
    case 'uniform': {
      const [from = '', to = ''] = given.split('-', 2);
      const fromMs = parseMs(from);
      const toMs = parseMs(to);
      if (fromMs === null || toMs === null || toMs < fromMs) return badDuration(given, offset);
      return { type, fromMs, toMs };
    }
    case 'lognormal': {
      const [mean = '', sd = mean] = given.split('/', 2);
      const meanMs = parseMs(mean);
      const sdMs = parseMs(sd);
      return meanMs === null || sdMs === null || meanMs === 0 ? badDuration(given, offset) : { type, meanMs, sdMs };
    }
  }
  const message = `${JSON.stringify(type)} is none of constant, exponential, uniform, lognormal, never`;
  return { code: 'unknownDistribution', offset: 0, message };
}

const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** `90s`, `1m30s`, `500ms`, `1.5m`; null if it is no duration. */
function parseMs(text: string): number | null {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smh]))+$/.test(text)) return null;
  let ms = 0;
  for (const [, count = '', unit = 's'] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    ms += Number(count) * (UNITS_MS.get(unit) ?? 0);
  return ms;
}

function badDuration(text: string, offset: number): TextFault {
  return { code: 'badDuration', offset, message: `${JSON.stringify(text)} is no duration such as 90s or 1m30s` };
}
