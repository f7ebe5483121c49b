import { freePort } from '../tools/exchange.mjs';
import { residentKb } from './process-cost.mjs';
import { PASSWORD, phones, settle, startSipp } from './sipp-load.mjs';

export const title = 'Memory: growth of the resident set';
export const usesYardstick = false;
export const columns = ['state', 'resident [MB]', 'each [kB]'];

const USERS = 200;
const CONTACTS_EACH = 10;
const CALLS = 1000;

/** Registrations first, then calls on top of them. The garbage collector makes these rough: they are of many at once. */
export async function measure(server) {
  const pairs = await phones(server.port, USERS);
  await makeCalls(server, pairs, 200, 1);
  const idle = residentKb(server.pid);
  await registerMany(server);
  await settle();
  const registered = residentKb(server.pid);
  const count = USERS * (CONTACTS_EACH - 1);
  const calling = await makeCalls(server, pairs, CALLS, 20);
  await settle();
  const after = residentKb(server.pid);
  const each = (more, of) => (more / of).toFixed(1);
  return {
    lines: [
      ['warm', mb(idle), ''],
      [`${count} registrations more`, mb(registered), each(registered - idle, count)],
      [`${CALLS} calls up`, mb(calling), each(calling - registered, CALLS)],
      ['calls over', mb(after), ''],
    ],
    figures: { 'kB per registration': (registered - idle) / count, 'kB per call': (calling - registered) / CALLS },
  };
}

async function registerMany(server) {
  const rows = [];
  for (let contact = 1; contact < CONTACTS_EACH; contact++) {
    for (let i = 0; i < USERS; i++) {
      const user = String(2000 + i);
      rows.push([user, `[authentication username=${user} password=${PASSWORD}]`, String(10_000 + contact)]);
    }
  }
  const sipp = startSipp('register.xml', server.port, {
    rows,
    port: await freePort(),
    calls: rows.length,
    rate: 300,
    limitS: 60,
  });
  const { failed, said } = await sipp.result();
  if (failed > 0) throw new Error(`${failed} registrations failed\n${said}`);
}

/** Resident memory while `calls` calls are up at once. */
async function makeCalls(server, { port, rows, calleeRows }, calls, talkS) {
  const callee = startSipp('callee.xml', server.port, {
    rows: calleeRows,
    port,
    calls: 1_000_000,
    rate: 1,
    limitS: 120,
  });
  await settle();
  const rate = 100;
  const options = ['-d', String(talkS * 1000)];
  const caller = startSipp('caller.xml', server.port, {
    rows,
    port: await freePort(),
    calls,
    rate,
    limitS: 100,
    options,
  });
  await new Promise((resolve) => setTimeout(resolve, (1000 * calls) / rate + 1000));
  const peak = residentKb(server.pid);
  const { failed, said } = await caller.result();
  callee.kill();
  await callee.result();
  if (failed > 0) throw new Error(`${failed} calls failed\n${said}`);
  return peak;
}

function mb(kb) {
  return (kb / 1024).toFixed(0);
}
