// Plays the scenarios of sipp-scenarios/ against the built exchange, each against one of its own: `npm run sipp [NAME …]`.
// With STROWGER_DRACHTIO and STROWGER_FREESWITCH it runs on those (docs/drachtio.md).
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { daemonLines } from './daemons.mjs';
import { freePort, startExchange } from './exchange.mjs';
import { scenarioOf } from './sipp-steps.mjs';

const SCENARIOS = fileURLToPath(new URL('../sipp-scenarios/', import.meta.url));
const LIMIT_S = 45; // for one end; SIPp gives up after it
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
  const { notOnDrachtio, proves } = parse(readFileSync(join(SCENARIOS, name, 'scenario.yaml'), 'utf8'));
  if (notOnDrachtio !== undefined && daemonLines() !== null) {
    console.log(`not   ${name}  ${proves}: ${notOnDrachtio}`);
    continue;
  }
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
    const ends = [];
    for (const end of scenario.ends) ends.push(await prepared(end, { folder, traces, office }));
    exchange = await startExchange(office, { ipv6: scenario.ends.some((end) => end.family === 6) });
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

/** An end with its ports and its file for SIPp. Where a trunk is to be, its address goes into the configuration. */
async function prepared(end, { folder, traces, office }) {
  const name = end.name ?? (end.play === undefined ? end.as : basename(end.play, '.xml'));
  const ports = { port: await freePort(), mediaPort: await freePort() };
  const { trunk: trunkName, headers, from } = end;
  if (trunkName !== undefined) {
    const trunk = office.trunks?.[trunkName];
    if (trunk === undefined) throw new Error(`scenario.yaml speaks of the trunk ${trunkName}, which office.yaml lacks`);
    // OPTIONS would be a call of its own to SIPp.
    Object.assign(trunk, { host: '127.0.0.1', port: ports.port, qualify: trunk.qualify ?? false });
  }
  const file = end.steps === undefined ? join(folder, end.play) : join(traces, `${name}.xml`);
  if (end.steps !== undefined) {
    const answersChallenge = trunkName === undefined;
    await writeFile(file, scenarioOf(name, end.steps, { answersChallenge, headers, from }));
  }
  return { ...end, ...ports, name, file, folder, traces, office, isIdle: end.steps?.[0] === 'is not called' };
}

/** Phones that are called register and listen first; ends marked `first` are played to their end before the next. */
async function playEnds(ends, serverPort, faults) {
  const running = [];
  const idle = [];
  for (const [index, end] of ends.entries()) {
    end.trace = join(end.traces, `${index}-${end.name}.log`);
    end.errors = join(end.traces, `${index}-${end.name}.errors`);
    if (end.registers === true) {
      const register = { ...end, file: join(SCENARIOS, 'register.xml'), trace: `${end.trace}.register` };
      const code = await sipp(register, serverPort);
      if (code !== 0) {
        faults.push(`${end.name} could not register: SIPp ended with ${code}`);
        end.trace = register.trace;
        break;
      }
    }
    const done = sipp(end, serverPort).then((code) => {
      if (code !== 0 && !end.isIdle) faults.push(`${end.name} (${end.as}): SIPp ended with ${code}`);
      return code;
    });
    if (end.first === true) await done;
    else if (end.registers === true || end.trunk !== undefined) await listening(end, done);
    if (end.isIdle) idle.push(done);
    else running.push(done);
  }
  await Promise.all(running);
  for (const end of ends) if (end.isIdle) end.process?.kill();
  await Promise.all(idle);
  for (const end of ends) {
    end.messages = end.trace === undefined ? [] : readTrace(end.trace);
    if (end.isIdle && find(ends, end.name, 'INVITE').length > 0) faults.push(`${end.name} is called`);
  }
}

/** One SIPp process to its end. Its exit code: 0 if the scenario was played as written. */
async function sipp(end, serverPort) {
  const six = end.family === 6;
  const args = [
    six ? `[::1]:${serverPort}` : `127.0.0.1:${serverPort}`,
    ...['-sf', end.file, '-m', '1', '-nostdin'],
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
  end.process = child;
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
 * What SIPp itself cannot say. `{ end, receives, of?, with?, times }`: how often an end got messages that begin so, whose
 * CSeq names the method `of` and which match the regular expression `with`; a request that was only sent again counts
 * once. `{ end, receives, after, afterReceiving?, seconds: [min, max] }`: how long after the first such message of an end.
 */
function judge(expected, ends) {
  const { with: pattern } = expected;
  const got = find(ends, expected.end, expected.receives, expected.of, pattern);
  const what = `${expected.end} receives ${expected.receives}${pattern === undefined ? '' : ` with ${pattern}`}`;
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

function find(ends, name, beginning, method, pattern = '') {
  const end = ends.find((each) => each.name === name);
  if (end === undefined) throw new Error(`scenario.yaml speaks of ${name}, which does not play`);
  return end.messages.filter(
    ({ way, text }) =>
      way === 'received' &&
      text.startsWith(`${beginning} `) &&
      new RegExp(pattern, 'im').test(text) &&
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
