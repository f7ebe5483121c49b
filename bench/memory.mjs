import { freePort } from '../tools/exchange.mjs';
import { residentKb } from './process-cost.mjs';
import { benchOffice, PASSWORD, phones, settle, startSipp } from './sipp-load.mjs';

export const title = 'Memory: growth of the resident set';
export const usesYardstick = false;
export const columns = ['state', 'resident [MB]', 'each [kB]'];

const PAIRS = 200;
const REGISTRATIONS = 20_000;
const CALLS = 1000;

const callers = benchOffice(2000, PAIRS).users;
const callees = benchOffice(3000, PAIRS).users;
const registering = benchOffice(20_000, REGISTRATIONS).users;

export const office = { users: [...callers, ...callees, ...registering], numbers: {} };

/**
 * Registrations first, then calls on top of them. What the garbage collector has yet to take makes these rough: before
 * the registrations as many refreshes have left theirs.
 */
export async function measure(server) {
  const pairs = await phones(server.port, PAIRS);
  await makeCalls(server, pairs, 200, 1);
  await register(server, callers, REGISTRATIONS);
  await settle();
  const idle = residentKb(server.pid);
  await register(server, registering, REGISTRATIONS);
  await settle();
  const registered = residentKb(server.pid);
  const calling = await makeCalls(server, pairs, CALLS, 20);
  await settle();
  const after = residentKb(server.pid);
  const each = (more, of) => (more / of).toFixed(1);
  return {
    lines: [
      ['warm', mb(idle), ''],
      [`${REGISTRATIONS} registrations more`, mb(registered), each(registered - idle, REGISTRATIONS)],
      [`${CALLS} calls up`, mb(calling), each(calling - registered, CALLS)],
      ['calls over', mb(after), ''],
    ],
    figures: {
      'kB per registration': (registered - idle) / REGISTRATIONS,
      'kB per call': (calling - registered) / CALLS,
    },
  };
}

/** `count` registrations of these users, in turn. */
async function register(server, users, count) {
  const rows = users.map(({ extension }) => [
    extension,
    `[authentication username=${extension} password=${PASSWORD}]`,
    '5060',
  ]);
  const sipp = startSipp('register.xml', server.port, { rows, port: await freePort(), calls: count, rate: 1000 });
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
