import type { SimulatedCall } from '../../../src/core/queue-simulation/arrival.js';

/** Probability that a call waits, and mean wait of all calls. Time is measured in mean talk times. */
export type Theory = { readonly delayed: number; readonly meanWait: number; readonly abandoned: number };

/** M/M/c (Erlang C): `c` agents, offered load `rho * c` erlang, callers who never give up. */
export function erlangC(c: number, rho: number): Theory {
  let blocked = 1; // Erlang B by its recursion
  for (let n = 1; n <= c; n++) blocked = (c * rho * blocked) / (n + c * rho * blocked);
  const delayed = blocked / (1 - rho * (1 - blocked));
  return { delayed, meanWait: delayed / (c * (1 - rho)), abandoned: 0 };
}

/** M/M/c+M (Erlang A): callers give up at rate `theta`. Balance equations of the number of calls, cut where it is nil. */
export function erlangA(c: number, rho: number, theta: number): Theory {
  const weights = [1];
  for (let n = 1, weight = 1; n < 100 * c + 1000; n++) {
    weight *= (c * rho) / (Math.min(n, c) + Math.max(0, n - c) * theta);
    weights.push(weight);
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let delayed = 0;
  let waiting = 0;
  weights.forEach((weight, n) => {
    if (n < c) return;
    delayed += weight / sum;
    waiting += ((n - c) * weight) / sum;
  });
  return { delayed, meanWait: waiting / (c * rho), abandoned: (theta * waiting) / (c * rho) };
}

/** What the recursion of Kiefer and Wolfowitz says of one caller. */
export type Fate = { readonly waitMs: number; readonly answered: boolean };

/**
 * First come, first served by `c` agents: each caller gets the agent who is free first, unless that is later than he
 * waits. Nothing is simulated; the wait follows from those before him.
 */
export function* kieferWolfowitz(calls: Iterable<SimulatedCall>, c: number): Generator<Fate> {
  const freeAt = new Float64Array(c);
  for (const { atMs, talkMs, patienceMs } of calls) {
    let first = 0;
    for (let agent = 1; agent < c; agent++) if ((freeAt[agent] ?? 0) < (freeAt[first] ?? 0)) first = agent;
    const waitMs = Math.max(0, (freeAt[first] ?? 0) - atMs);
    const answered = waitMs <= patienceMs;
    if (answered) freeAt[first] = atMs + waitMs + talkMs;
    yield { waitMs: answered ? waitMs : patienceMs, answered };
  }
}
