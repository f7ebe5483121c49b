// Plays the scenarios of sipp-scenarios/ against the built exchange, each against one of its own: `npm run sipp [NAME …]`.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { freeMediaPort, freePort, startExchange } from './exchange.mjs';

const SCENARIOS = fileURLToPath(new URL('../sipp-scenarios/', import.meta.url));
const LIMIT_S = 25; // for one end; SIPp gives up after it
const PORT_TAKEN = /SIPp ended with 254|is in use|EADDRINUSE/; // 254: SIPp could not bind

const names = readdirSync(SCENARIOS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`no such scenario: ${unknown.join(', ')}. There are:\n  ${names.join('\n  ')}`);
  process.exit(2);
}

let failed = 0;
for (const name of asked.length > 0 ? asked : names) {
  const startedAt = Date.now();
  const { scenario, faults, report } = await playWithOwnPorts(name);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`${faults.length === 0 ? 'pass' : 'FAIL'}  ${name}  ${seconds} s  ${scenario.proves}`);
  if (faults.length === 0) continue;
  failed++;
  console.log(`${faults.map((fault) => `      ${fault}`).join('\n')}\n${report}`);
}
process.exit(failed === 0 ? 0 : 1);

/** Free ports are found by trying, so another program may take one before it is used; then the scenario begins anew. */
async function playWithOwnPorts(name) {
  for (let attempt = 1; ; attempt++) {
    const played = await play(name);
    if (attempt === 3 || !played.faults.some((fault) => PORT_TAKEN.test(fault))) return played;
  }
}

/** One scenario from its folder: exchange up, phones registered, every end played, what was expected compared. */
async function play(name) {
  const folder = join(SCENARIOS, name);
  const scenario = parse(readFileSync(join(folder, 'scenario.yaml'), 'utf8'));
  const office = parse(readFileSync(join(folder, 'office.yaml'), 'utf8'));
  const traces = await mkdtemp(join(tmpdir(), 'sipp-'));
  const faults = [];
  let report = '';
  let exchange = null;
  try {
    exchange = await startExchange(office, { ipv6: scenario.ends.some((end) => end.family === 6) });
    const ends = scenario.ends.map((end) => ({ ...end, name: basename(end.play, '.xml'), folder, traces, office }));
    await playEnds(ends, exchange.port, faults);
    for (const expected of scenario.expect ?? []) faults.push(...judge(expected, ends));
    if (!exchange.running()) faults.push('the exchange died');
    if (faults.length > 0) report = await reportOf(ends, exchange);
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  } finally {
    await exchange?.stop();
    await rm(traces, { recursive: true, force: true });
  }
  return { scenario, faults, report };
}

/** Phones that are called register and listen first; ends marked `first` are played to their end before the next. */
async function playEnds(ends, serverPort, faults) {
  const running = [];
  for (const [index, end] of ends.entries()) {
    end.port = await freePort();
    end.mediaPort = await freeMediaPort();
    end.trace = join(end.traces, `${index}-${end.name}.log`);
    end.errors = join(end.traces, `${index}-${end.name}.errors`);
    if (end.registers === true) {
      const register = { ...end, play: '../register.xml', trace: `${end.trace}.register` };
      const code = await sipp(register, serverPort);
      if (code !== 0) {
        faults.push(`${end.name} could not register: SIPp ended with ${code}`);
        end.trace = register.trace;
        break;
      }
    }
    const done = sipp(end, serverPort).then((code) => {
      if (code !== 0) faults.push(`${end.name} (${end.as}): SIPp ended with ${code}`);
      return code;
    });
    if (end.first === true) await done;
    else if (end.registers === true) await listening(end, done);
    running.push(done);
  }
  await Promise.all(running);
  for (const end of ends) end.messages = end.trace === undefined ? [] : readTrace(end.trace);
}

/** One SIPp process to its end. Its exit code: 0 if the scenario was played as written. */
async function sipp(end, serverPort) {
  const six = end.family === 6;
  const args = [
    six ? `[::1]:${serverPort}` : `127.0.0.1:${serverPort}`,
    ...['-sf', join(end.folder, end.play), '-m', '1', '-nostdin'],
    ...['-i', six ? '::1' : '127.0.0.1', '-p', String(end.port), '-mi', six ? '::1' : '127.0.0.1'],
    ...['-mp', String(end.mediaPort), '-t', end.transport === 'tcp' ? 't1' : 'u1'],
    ...['-key', 'user', end.as, '-key', 'domain', end.office.domain, '-s', end.calls ?? end.as],
    ...['-au', end.as, '-ap', end.password ?? passwordOf(end.office, end.as)],
    ...['-auth_uri', end.calls === undefined ? end.office.domain : `${end.calls}@${end.office.domain}`],
    ...['-timeout', `${LIMIT_S}s`, '-timeout_error', '-recv_timeout', String(LIMIT_S * 1000)],
    ...['-trace_msg', '-message_file', end.trace, '-trace_err', '-error_file', end.errors],
    ...(end.options ?? []),
  ];
  const child = spawn('sipp', args, { stdio: 'ignore' });
  const code = await new Promise((resolve) => {
    child.once('exit', (status, signal) => resolve(status ?? signal)).once('error', (error) => resolve(error.message));
  });
  return code;
}

function passwordOf(office, device) {
  for (const user of office.users) {
    if (user.extension === device && user.password !== undefined) return user.password;
    for (const each of user.devices ?? []) if (each.id === device) return each.password;
  }
  return 'nobody-has-this';
}

/** Until SIPp has bound the port, as /proc shows it, or has ended. */
async function listening(end, done) {
  let over = false;
  done.then(() => (over = true));
  const port = end.port.toString(16).toUpperCase().padStart(4, '0');
  const bound = new RegExp(`^\\s*\\d+: [0-9A-F]+:${port} `, 'm');
  while (!over) {
    for (const table of ['udp', 'udp6', 'tcp', 'tcp6']) {
      if (existsSync(`/proc/net/${table}`) && bound.test(await readFile(`/proc/net/${table}`, 'utf8'))) return;
    }
    await sleep(10);
  }
}

/** SIPp's trace as a list of messages: when, which way, and the text. */
function readTrace(file) {
  if (!existsSync(file)) return [];
  const blocks = readFileSync(file, 'latin1').split(/^-{20,}\s*/m);
  return blocks.flatMap((block) => {
    const match = /^(\S+ \S+?)\n\w+ message (sent|received)[^\n]*\n\n([\s\S]*)$/.exec(block);
    if (match === null) return [];
    const [, at, way, text] = match;
    return [{ atMs: Date.parse(`${at.slice(0, 23).replace(' ', 'T')}Z`), way, text: text.trimStart() }];
  });
}

/**
 * What SIPp itself cannot say. `{ end, receives, of?, times }`: how often an end got messages that begin so, and whose
 * CSeq names the method `of`; a request that was only sent again counts once. `{ end, receives, after, afterReceiving?, seconds: [min, max] }`: how long after the
 * first such message of another end.
 */
function judge(expected, ends) {
  const got = find(ends, expected.end, expected.receives, expected.of);
  const what = `${expected.end} receives ${expected.receives}`;
  if (expected.times !== undefined) {
    const branches = new Set(got.map(({ text }) => /^(?:Via|v) *:.*$/im.exec(text)?.[0]));
    const times = expected.receives.startsWith('SIP/2.0') ? got.length : branches.size;
    return times === expected.times ? [] : [`${what} ${times} times, not ${expected.times}`];
  }
  const since = find(ends, expected.after, expected.afterReceiving ?? expected.receives);
  if (got[0] === undefined || since[0] === undefined) return [`${what}: it does not`];
  const seconds = (got[0].atMs - since[0].atMs) / 1000;
  const [min, max] = expected.seconds;
  if (seconds >= min && seconds <= max) return [];
  return [`${what} ${seconds} s after ${expected.after}, not within ${min} to ${max} s`];
}

function find(ends, name, beginning, method) {
  const end = ends.find((each) => each.name === name);
  if (end === undefined) throw new Error(`scenario.yaml speaks of ${name}, which does not play`);
  return end.messages.filter(
    ({ way, text }) =>
      way === 'received' &&
      text.startsWith(`${beginning} `) &&
      (method === undefined || new RegExp(`^CSeq: *\\d+ ${method}`, 'im').test(text)),
  );
}

async function reportOf(ends, exchange) {
  const parts = ends.map((end) => {
    const errors = existsSync(end.errors ?? '') ? readFileSync(end.errors, 'latin1') : '';
    const messages = (end.messages ?? []).map(
      ({ atMs, way, text }) =>
        `--- ${new Date(atMs).toISOString().slice(11, 23)} ${end.name} ${way}\n${text.trimEnd()}`,
    );
    return `=== ${end.name} (${end.as})\n${messages.join('\n')}\n${errors}`;
  });
  return `${parts.join('\n')}\n=== the exchange\n${exchange.output()}`;
}
