import { freePort } from '../tools/exchange.mjs';
import { cpuMs } from './process-cost.mjs';
import { CARRIER, phones, settle, startSipp } from './sipp-load.mjs';

export const title = 'Calls: INVITE, ring, answer, 1 s of talk, BYE; media anchored, no RTP sent';
export const usesYardstick = true;
export const columns = [
  'caller',
  'calls/s asked',
  'failed',
  'retransmissions',
  'INVITE to 200 [ms]',
  'CPU per call [ms]',
  'CPU of the core [%]',
];

const PAIRS = 200;
const RATES = [200, 400, 600, 800, 1000, 1250, 1500];
const SECONDS = 8;

/** A carrier's call is 14 datagrams, that of a phone 18: it is challenged (RFC 3261 §22) and asks again. */
const CALLERS = [
  { name: 'carrier', scenario: 'carrier.xml', host: CARRIER, rowsOf: (pairs) => pairs.carrierRows },
  { name: 'phone', scenario: 'caller.xml', host: '127.0.0.1', rowsOf: (pairs) => pairs.rows },
];

export async function measure(server) {
  const pairs = await phones(server.port, PAIRS);
  const lines = [];
  const figures = {};
  let why = null;
  for (const [rate, seconds] of WARM_UP) await run(server, pairs, CALLERS[1], rate, seconds);
  for (const caller of CALLERS) {
    const { best, ended } = await climb(server, pairs, caller, lines);
    why ??= ended;
    figures[`calls/s of a ${caller.name} without a failed call`] = best.rate;
    figures[`CPU ms per call of a ${caller.name} at that rate`] = best.cpuPerCallMs;
  }
  return { lines, why, figures };
}

/** The JIT and the caches of both. */
const WARM_UP = [
  [100, 5],
  [400, 10],
];

/** Until a call fails or the rates are at their end; `best` is the last rate without a failed call. */
async function climb(server, pairs, caller, lines) {
  let best = { rate: 0, cpuPerCallMs: Number.NaN };
  for (const rate of RATES) {
    const { result, spentMs, tookMs } = await run(server, pairs, caller, rate, SECONDS);
    const cpuPerCallMs = spentMs / Math.max(1, result.done);
    const { failed, retransmissions, answerMs } = result;
    const load = ((100 * spentMs) / tookMs).toFixed(0);
    lines.push([caller.name, rate, failed, retransmissions, answerMs.toFixed(1), cpuPerCallMs.toFixed(2), load]);
    if (failed > 0) return { best, ended: `at ${rate}/s: ${result.firstError}` };
    best = { rate, cpuPerCallMs };
  }
  return { best, ended: null };
}

async function run(server, pairs, { scenario, host, rowsOf }, rate, seconds) {
  const { port, calleeRows } = pairs;
  const calls = rate * seconds;
  const callee = startSipp('callee.xml', server.port, {
    rows: calleeRows,
    port,
    calls: 10_000_000,
    rate,
    limitS: seconds + 60,
  });
  await settle();
  const before = cpuMs(server.pid);
  const startedAt = Date.now();
  const caller = startSipp(scenario, server.port, {
    rows: rowsOf(pairs),
    host,
    port: await freePort(),
    calls,
    rate,
    limitS: seconds + 40,
    patienceS: 15,
    options: ['-d', '1000'],
  });
  const result = await caller.result();
  const tookMs = Date.now() - startedAt;
  const spentMs = cpuMs(server.pid) - before;
  callee.kill();
  await callee.result();
  return { result, spentMs, tookMs };
}
