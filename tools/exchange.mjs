import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { daemonLines } from './daemons.mjs';

const BUILT = fileURLToPath(new URL('../dist/cli/strowger.js', import.meta.url));
const STARTS_WITHIN_MS = 20_000;
const STOPS_WITHIN_MS = 10_000;

/**
 * Starts the built exchange as a process of its own, with everything it writes in a temporary folder: on free ports of
 * the loopback addresses or, if the environment names them, on a drachtio-server and a FreeSWITCH. Throws what the
 * exchange said if it does not come up.
 */
export async function startExchange(office, { ipv6 = false, cpu = null, env = {} } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'strowger-'));
  const file = join(folder, 'office.yaml');
  const ownPort = daemonLines() === null ? await freePort() : null;
  const server = ownPort === null ? onDaemons(office.server) : await onOwnPorts(office.server, ownPort, ipv6);
  await writeFile(file, stringify({ ...office, server }));
  const command = [process.execPath, BUILT, 'start', '--config', file, '--data', join(folder, 'data')];
  const pinned = cpu === null ? command : ['taskset', '-c', String(cpu), ...command];
  let child;
  let exited;
  let output = '';
  const launch = () => {
    child = spawn(pinned[0], pinned.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  };
  launch();
  const running = () => child.exitCode === null && child.signalCode === null;
  const dataFolder = join(folder, 'data');
  const exchange = {
    port: ownPort,
    get pid() {
      return child.pid;
    },
    dataFolder,
    configFile: file,
    output: () => output,
    running,
    status: () => statusOf(dataFolder),
    async restart(signal) {
      child.kill(signal);
      await exited;
      launch();
      if (!(await answers(exchange.port, running))) throw new Error(`the exchange did not start again:\n${output}`);
    },
    async stop() {
      child.kill('SIGTERM');
      const done = await Promise.race([exited.then(() => true), sleep(STOPS_WITHIN_MS, false, { ref: false })]);
      if (!done) child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
      return { code: child.exitCode, signal: child.signalCode };
    },
  };
  exchange.port ??= await portOfDaemon(dataFolder, running);
  if (exchange.port !== null && (await answers(exchange.port, running))) return exchange;
  await exchange.stop();
  throw new Error(`the exchange did not start:\n${output}`);
}

async function onOwnPorts(asked, port, ipv6) {
  const rtp = await freeRtpPorts();
  const listen = [`127.0.0.1:${port}`, ...(ipv6 ? [`[::1]:${port}`] : [])];
  const ports = { address: ipv6 ? '::' : '127.0.0.1', ports: `${rtp}-${rtp + 999}` };
  return { listen: { udp: listen, tcp: listen }, ...asked, media: { ...ports, ...asked?.media } };
}

/** Without what the daemons have their own configuration for. */
function onDaemons({ listen, media: { address, ports, ...media } = {}, ...asked } = {}) {
  return { ...asked, media, ...daemonLines() };
}

/** Where the drachtio-server awaits SIP, as soon as the exchange is connected to it. */
async function portOfDaemon(dataFolder, running) {
  for (const until = Date.now() + STARTS_WITHIN_MS; running() && Date.now() < until; await sleep(50)) {
    const { listeners = [] } = await statusOf(dataFolder);
    const port = /^udp .*:(\d+)$/m.exec(listeners.join('\n'))?.[1];
    if (port !== undefined) return Number(port);
  }
  return null;
}

/** What `strowger status --json` says; {} if nobody answers. */
function statusOf(dataFolder) {
  return new Promise((resolve) => {
    get({ socketPath: join(dataFolder, 'control.sock'), path: '/status' }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve(JSON.parse(text));
    }).on('error', () => resolve({}));
  });
}

/** Asks with OPTIONS until something comes back. */
async function answers(port, running) {
  const socket = createSocket('udp4');
  let heard = false;
  socket.on('message', () => (heard = true)).on('error', () => {});
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const own = socket.address().port;
  const until = Date.now() + STARTS_WITHIN_MS;
  for (let i = 1; !heard && running() && Date.now() < until; i++) {
    socket.send(options(own, port, i), port, '127.0.0.1');
    await sleep(50);
  }
  socket.close();
  return heard;
}

function options(own, port, i) {
  return [
    `OPTIONS sip:127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${own};branch=z9hG4bK-ping-${i};rport`,
    'Max-Forwards: 70',
    `From: <sip:ping@127.0.0.1>;tag=${i}`,
    `To: <sip:127.0.0.1:${port}>`,
    `Call-ID: ping-${process.pid}-${port}-${i}`,
    `CSeq: ${i} OPTIONS`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

/** Below what the system gives out by itself, so that nothing else comes between the look and the use. */
const FIRST_PORT = 6200;
const PLACES = 900;
const PORTS_EACH = 4;
let place = Math.floor(Math.random() * PLACES);

/** An even port that nobody listens on now, neither over UDP nor TCP, nor on the two above it. */
export async function freePort() {
  for (;;) {
    place = (place + 1) % PLACES;
    const port = FIRST_PORT + place * PORTS_EACH;
    if (!(await isFreeForTcp(port))) continue;
    if ((await isFree(port)) && (await isFree(port + 1)) && (await isFree(port + 2))) return port;
  }
}

/** The first of a thousand ports of which the first dozens are free, below those that the system gives out by itself. */
async function freeRtpPorts() {
  for (;;) {
    const first = 10_000 + 200 * Math.floor(Math.random() * 105);
    const ports = Array.from({ length: 32 }, (_, i) => first + 4 * i);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
}

function isFreeForTcp(port) {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function isFree(port) {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind(port, '127.0.0.1', () => {
      socket.close();
      resolve(true);
    });
  });
}
