import { freePort } from '../tools/exchange.mjs';
import { cpuMs } from './process-cost.mjs';
import { PASSWORD, settle, startSipp } from './sipp-load.mjs';

export const title = 'Registrations: REGISTER, 401, REGISTER with digest, 200';
export const usesYardstick = true;
export const columns = [
  'registrations/s asked',
  'done/s',
  'failed',
  'retransmissions',
  'CPU each [ms]',
  'CPU of the core [%]',
];

const USERS = 200; // 2000 … of the office
const RATES = [500, 1000, 2000, 3000, 4000, 5000, 6000];
const SECONDS = 6;

export async function measure(server) {
  const lines = [];
  let best = { rate: 0, cpuEachMs: Number.NaN };
  for (const rate of RATES) {
    await settle();
    const rows = Array.from({ length: USERS }, (_, i) => {
      const user = String(2000 + i);
      return [user, `[authentication username=${user} password=${PASSWORD}]`, '5060'];
    });
    const before = cpuMs(server.pid);
    const startedAt = Date.now();
    const sipp = startSipp('register.xml', server.port, {
      rows,
      port: await freePort(),
      calls: rate * SECONDS,
      rate,
      limitS: 60,
    });
    const { done, failed, retransmissions } = await sipp.result();
    const tookMs = Date.now() - startedAt;
    const spentMs = cpuMs(server.pid) - before;
    const cpuEachMs = spentMs / Math.max(1, done);
    const reached = (1000 * done) / tookMs;
    lines.push([
      rate,
      reached.toFixed(0),
      failed,
      retransmissions,
      cpuEachMs.toFixed(3),
      ((100 * spentMs) / tookMs).toFixed(0),
    ]);
    if (failed > 0 || reached < 0.9 * rate) break; // SIPp or the server is at its end
    best = { rate: Math.round(reached), cpuEachMs };
  }
  return { lines, figures: { 'registrations/s': best.rate, 'CPU ms per registration at that rate': best.cpuEachMs } };
}
