import { freePort } from '../tools/exchange.mjs';
import { cpuMs } from './process-cost.mjs';
import { phones, settle, startSipp } from './sipp-load.mjs';

export const title = 'Queued calls: into a queue, an agent rings and answers, 1 s of talk, BYE; beside plain calls';
export const usesYardstick = false;
export const columns = ['call', 'done', 'failed', 'CPU per call [ms]'];

const QUEUE = '8800';
const LOGIN = '*50';
const AGENTS = 200;
const RATE = 100;
const SECONDS = 8;
const ROUNDS = 3;

export const office = {
  queues: [{ extension: QUEUE, agents: Array.from({ length: AGENTS }, (_, i) => ({ device: String(3000 + i) })) }],
  features: { [LOGIN]: 'agentLogin' },
};

/** Both kinds in turn, so that both meet the same machine; the best round of each counts. */
export async function measure(server) {
  const pairs = await phones(server.port, AGENTS);
  const rowsTo = (called) => pairs.rows.map(([user, credentials, , port]) => [user, credentials, called, port]);
  const logins = pairs.rows.map(([user, credentials, , port]) => {
    const agent = String(Number(user) + 1000);
    return [agent, credentials.replace(user, agent), LOGIN, port];
  });
  await run(server, pairs, logins, AGENTS);
  const kinds = { plain: pairs.rows, queued: rowsTo(QUEUE) };
  for (const rows of Object.values(kinds)) await run(server, pairs, rows, 4 * RATE);
  const lines = [];
  const best = { plain: Number.POSITIVE_INFINITY, queued: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [kind, rows] of Object.entries(kinds)) {
      const { done, failed, cpuPerCallMs } = await run(server, pairs, rows, RATE * SECONDS);
      lines.push([kind, done, failed, cpuPerCallMs.toFixed(2)]);
      best[kind] = Math.min(best[kind], cpuPerCallMs);
    }
  }
  return {
    lines,
    figures: {
      'CPU ms per plain call': best.plain,
      'CPU ms per queued call': best.queued,
      'queued, in plain calls': best.queued / best.plain,
    },
  };
}

async function run(server, { port, calleeRows }, rows, calls) {
  const limitS = calls / RATE + 40;
  const callee = startSipp('callee.xml', server.port, {
    rows: calleeRows,
    port,
    calls: 10_000_000,
    rate: RATE,
    limitS,
  });
  await settle();
  const before = cpuMs(server.pid);
  const caller = startSipp('caller.xml', server.port, {
    ...{ rows, port: await freePort(), calls, rate: RATE, limitS, patienceS: 15, options: ['-d', '1000'] },
  });
  const { done, failed } = await caller.result();
  const cpuPerCallMs = (cpuMs(server.pid) - before) / Math.max(1, done);
  callee.kill();
  await callee.result();
  return { done, failed, cpuPerCallMs };
}
