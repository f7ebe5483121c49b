import { freePort } from '../tools/exchange.mjs';
import { cpuMs } from './process-cost.mjs';
import { phones, settle, startSipp } from './sipp-load.mjs';

export const title = 'Calls: INVITE with digest, ring, answer, 1 s of talk, BYE; media anchored, no RTP sent';
export const usesYardstick = true;
export const columns = [
  'calls/s asked',
  'failed',
  'retransmissions',
  'INVITE to 200 [ms]',
  'CPU per call [ms]',
  'CPU of the core [%]',
];

const PAIRS = 200;
const RATES = [100, 200, 400, 600, 800, 1000, 1250, 1500];
const SECONDS = 8;

/** Climbs until a call fails or the core is full; `best` is the last rate without a failed call. */
export async function measure(server) {
  const pairs = await phones(server.port, PAIRS);
  const lines = [];
  let best = { rate: 0, cpuPerCallMs: Number.NaN };
  let why = null;
  await run(server, pairs, 100, 5); // warms the JIT and the caches of both
  for (const rate of RATES) {
    const { caller, spentMs, tookMs } = await run(server, pairs, rate, SECONDS);
    const cpuPerCallMs = spentMs / Math.max(1, caller.done);
    const { failed, retransmissions, answerMs } = caller;
    lines.push([
      rate,
      failed,
      retransmissions,
      answerMs.toFixed(1),
      cpuPerCallMs.toFixed(2),
      ((100 * spentMs) / tookMs).toFixed(0),
    ]);
    if (failed > 0) {
      why = `at ${rate}/s: ${caller.firstError}`;
      break;
    }
    best = { rate, cpuPerCallMs };
  }
  return {
    lines,
    why,
    figures: { 'calls/s without a failed call': best.rate, 'CPU ms per call at that rate': best.cpuPerCallMs },
  };
}

async function run(server, { port, rows, calleeRows }, rate, seconds) {
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
  const caller = startSipp('caller.xml', server.port, {
    rows,
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
  return { caller: result, spentMs, tookMs };
}
