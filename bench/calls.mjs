import { daemonProcesses } from '../tools/daemons.mjs';
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
/** With a drachtio-server and a FreeSWITCH, which share the processors with SIPp. */
const RATES_OF_DAEMONS = [5, 10, 15, 20, 25, 30, 40];

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
  const processes = [{ name: 'Strowger', pid: server.pid }, ...daemonProcesses()];
  const onDaemons = processes.length > 1;
  for (const [rate, seconds] of onDaemons ? [[5, 8]] : WARM_UP) {
    await run(server, processes, pairs, CALLERS[1], rate, seconds);
  }
  for (const caller of CALLERS) {
    const climbing = climb(server, processes, pairs, caller, onDaemons ? RATES_OF_DAEMONS : RATES, lines);
    const { best, ended } = await climbing;
    why ??= ended;
    figures[`calls/s of a ${caller.name} without a failed call`] = best.rate;
    figures[`CPU ms per call of a ${caller.name} at that rate`] = best.cpuPerCallMs;
    if (!onDaemons) continue;
    for (const [index, { name }] of processes.entries()) figures[`  of it ${name}`] = best.each[index] ?? Number.NaN;
  }
  return { lines, why, figures };
}

/** The JIT and the caches of both. */
const WARM_UP = [
  [100, 5],
  [400, 10],
];

/** Until a call fails or the rates are at their end; `best` is the last rate without a failed call. */
async function climb(server, processes, pairs, caller, rates, lines) {
  let best = { rate: 0, cpuPerCallMs: Number.NaN, each: [] };
  for (const rate of rates) {
    const { result, spent, tookMs } = await run(server, processes, pairs, caller, rate, SECONDS);
    const spentMs = spent.reduce((sum, ms) => sum + ms, 0);
    const cpuPerCallMs = spentMs / Math.max(1, result.done);
    const { failed, retransmissions, answerMs } = result;
    const load = ((100 * spentMs) / tookMs).toFixed(0);
    lines.push([caller.name, rate, failed, retransmissions, answerMs.toFixed(1), cpuPerCallMs.toFixed(2), load]);
    if (failed > 0) return { best, ended: `at ${rate}/s: ${result.firstError}` };
    best = { rate, cpuPerCallMs, each: spent.map((ms) => ms / Math.max(1, result.done)) };
  }
  return { best, ended: null };
}

async function run(server, processes, pairs, { scenario, host, rowsOf }, rate, seconds) {
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
  const before = processes.map(({ pid }) => cpuMs(pid));
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
  const spent = processes.map(({ pid }, index) => cpuMs(pid) - (before[index] ?? 0));
  callee.kill();
  await callee.result();
  return { result, spent, tookMs };
}
