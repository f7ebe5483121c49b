import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../tools/exchange.mjs';
import { cpuMs } from './process-cost.mjs';
import { CALLEE_RTP, CALLER_RTP, LOAD_CPU, phones, SERVER_CPU, settle, startSipp } from './sipp-load.mjs';

export const title = 'Relayed speech: G.711, 20 ms, both ways (a call is 100 packets a second in and as many out)';
export const usesYardstick = false;
export const columns = [
  'calls',
  'packets/s in',
  'lost [%]',
  'later than 10 ms',
  'longest [ms]',
  'bare: longest [ms]',
  'CPU of the core [%]',
  'CPU per 100 calls [%]',
  'bare node:dgram relay [%]',
];

const SIZES = [100, 200, 300, 400];
const SECONDS = 5;

/** Calls are held by SIPp, speech comes from a process of ours; beside it stands the same load through a bare relay. */
export async function measure(server) {
  const pairs = await phones(server.port, 400);
  const lines = [];
  let best = { calls: 0, per100: Number.NaN };
  for (const calls of SIZES) {
    const ours = await throughExchange(server, pairs, calls);
    const bare = await throughBareRelay(calls);
    const share = (100 * ours.spentMs) / ours.tookMs;
    const per100 = (share * 100) / calls;
    const floor = (100 * bare.spentMs) / bare.tookMs;
    const lostPercent = Math.max(0, 100 * (1 - ours.received / ours.sent));
    lines.push([
      calls,
      Math.round((1000 * ours.sent) / ours.tookMs),
      lostPercent.toFixed(2),
      ours.late,
      ours.longestMs.toFixed(1),
      bare.longestMs.toFixed(1),
      share.toFixed(0),
      per100.toFixed(1),
      floor.toFixed(0),
    ]);
    if (lostPercent > 0.1) break;
    best = { calls, per100 };
  }
  return {
    lines,
    figures: { 'packets/s relayed without loss': best.calls * 100, 'CPU % per 100 G.711 calls': best.per100 },
  };
}

async function throughExchange(server, { port, rows, calleeRows }, calls) {
  const setUpMs = 2_000 + calls * 10;
  const talkS = SECONDS + setUpMs / 1000 + 4;
  const options = ['-d', String(talkS * 1000)];
  const callee = startSipp('callee.xml', server.port, {
    rows: calleeRows,
    port,
    calls: 1_000_000,
    rate: 50,
    limitS: 120,
  });
  await settle();
  const caller = startSipp('caller.xml', server.port, {
    rows,
    port: await freePort(),
    calls,
    rate: 100,
    limitS: 90,
    options,
  });
  await sleep(setUpMs);
  const legs = [...legsOf(caller.log()), ...legsOf(callee.log())];
  if (legs.length !== 2 * calls) throw new Error(`${legs.length} of ${2 * calls} legs are up`);
  const result = await load(legs, server.pid);
  await caller.result();
  callee.kill();
  await callee.result();
  await settle();
  return result;
}

/** From what the scenarios logged: our port, and that of the exchange. */
function legsOf(log) {
  return [...log.matchAll(/leg (\d+) (\d+)/g)].map(([, from, to]) => ({ from: Number(from), to: Number(to) }));
}

async function throughBareRelay(calls) {
  const relay = fork(fileURLToPath(new URL('./bare-relay.mjs', import.meta.url)), [String(calls)]);
  const [ports] = await once(relay, 'message');
  pin(relay.pid, SERVER_CPU);
  const legs = ports.flatMap(([a, b], i) => [
    { from: CALLER_RTP + 2 * i, to: a },
    { from: CALLEE_RTP + 2 * i, to: b },
  ]);
  const result = await load(legs, relay.pid);
  relay.kill();
  return result;
}

async function load(legs, serverPid) {
  const speakers = fork(fileURLToPath(new URL('./speakers.mjs', import.meta.url)));
  pin(speakers.pid, LOAD_CPU);
  speakers.send({ legs, seconds: SECONDS });
  await once(speakers, 'message'); // the first second is over
  const before = cpuMs(serverPid);
  const startedAt = Date.now();
  const [{ sent, received, late, longestMs }] = await once(speakers, 'message');
  const tookMs = Date.now() - startedAt;
  const spentMs = cpuMs(serverPid) - before;
  speakers.kill();
  return { sent, received, late, longestMs, spentMs, tookMs };
}

function pin(pid, cpu) {
  spawnSync('taskset', ['-a', '-p', '-c', String(cpu), String(pid)]);
}
