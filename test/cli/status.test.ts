import { statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Snapshot, startControlServer } from '../../src/cli/control-server.js';
import { status } from '../../src/cli/status.js';
import type { Binding } from '../../src/core/binding.js';
import { newTrunkHealth } from '../../src/core/trunk-health.js';
import { newTrunkRegistration } from '../../src/core/trunk-registration.js';
import { folderOf } from '../config/config-folder.js';
import { recordedTerminal } from './recorded-terminal.js';

const NOW = 1_800_000_000_000;
const FILES = { 'config/domains/a.yaml': 'domain: a.example\n' };

const binding: Binding = {
  domain: 'a.example',
  device: '202wp',
  uri: 'sip:202wp@10.0.0.5:5062',
  flow: 'udp/10.0.0.5:5062',
  q: 1,
  callId: 'x',
  cseq: 1,
  registeredAt: NOW - 60_000,
  expiresAt: NOW + 3_540_000,
  instance: null,
  regId: null,
  userAgent: 'Phone/1.0',
  path: [],
};
const ellen = { name: 'Ellen Green', number: '201', device: '201' };
const call = {
  id: 'c1',
  domain: 'a.example',
  from: ellen,
  dialled: '202',
  phase: 'ringing',
  startedAt: NOW - 4_000,
  legs: [
    { id: 'c1', direction: 'in', state: 'offered', held: false, party: ellen },
    { id: 'c1.1', direction: 'out', state: 'early', held: false, party: { name: '', number: '202', device: '202' } },
    {
      id: 'c1.2',
      direction: 'out',
      state: 'answered',
      held: true,
      party: { name: '', number: '202wp', device: '202wp' },
    },
  ],
};
const snapshot: Snapshot = {
  startedAt: NOW - 3_725_000,
  domains: ['a.example'],
  pairing: 'embedded',
  listeners: ['udp 0.0.0.0:5060', 'tcp 0.0.0.0:5060'],
  daemons: [],
  timers: 3,
  registrations: [binding],
  users: [],
  trunks: [],
  calls: [call],
};

async function asked(folder: string, json = false) {
  const terminal = recordedTerminal();
  const options = { config: join(folder, 'config'), data: join(folder, 'data'), json };
  const code = await status(options, {}, () => NOW, terminal);
  const { out, err } = terminal.said();
  return { code, out, err: err.replaceAll(folder, '') };
}

async function serving(folder: string, shown: Snapshot = snapshot) {
  const server = await startControlServer(join(folder, 'data/control.sock'), () => shown);
  onTestFinished(() => server.stop());
  return server;
}

describe('strowger status', () => {
  it('shows registrations and calls', async () => {
    const folder = folderOf({ ...FILES, 'data/x': '' });
    await serving(folder);
    expect(await asked(folder)).toEqual({
      code: 0,
      out: `Running for 1h2m as process ${process.pid}: a.example on udp 0.0.0.0:5060, tcp 0.0.0.0:5060

1 registered phone
  202wp@a.example  udp/10.0.0.5:5062  59m left  Phone/1.0

1 call
  201 (Ellen Green)  →  202  ringing  4s  202 early, 202wp held
`,
      err: '',
    });
  });

  it('A-34 shows who is available, busy and offline', async () => {
    const folder = folderOf({ ...FILES, 'data/x': '' });
    const one = (extension: string, presence: 'available' | 'busy' | 'offline', domain = 'a.example') => ({
      ...{ domain, extension, presence },
    });
    const many = Array.from({ length: 22 }, (_, i) => one(String(300 + i), 'offline'));
    await serving(folder, { ...snapshot, users: [one('201', 'busy'), one('202', 'available'), ...many] });
    const { out } = await asked(folder);
    expect(out).toContain('\n24 users\n  available  202\n  busy       201\n  offline    300, 301, ');
    expect(out).toContain(', 319, 2 more\n');
  });

  it('shows the servers that calls depend on, and how they are', async () => {
    const folder = folderOf({ ...FILES, 'data/x': '' });
    const up = { state: 'up', legs: 3, maxLegs: 200, draining: false };
    await serving(folder, {
      ...snapshot,
      pairing: 'drachtio',
      listeners: [],
      daemons: [
        {
          ...{ kind: 'drachtio-server', name: '127.0.0.1:9022', state: 'down', detail: 'connection closed' },
          ...{ legs: 0, maxLegs: null, draining: false },
        },
        { kind: 'FreeSWITCH', name: '127.0.0.1:8021', detail: '127.0.0.1:5080', ...up },
        { kind: 'FreeSWITCH', name: '192.0.2.12:8021', detail: '192.0.2.12:5080', ...up, draining: true, legs: 1 },
      ],
    });
    expect((await asked(folder)).out).toContain(`a.example reached by nobody

3 servers
  drachtio-server  127.0.0.1:9022   down          0 legs         connection closed
  FreeSWITCH       127.0.0.1:8021   up            3 of 200 legs  127.0.0.1:5080
  FreeSWITCH       192.0.2.12:8021  up, draining  1 of 200 legs  192.0.2.12:5080
`);
  });

  it('shows the trunks, whether they answer and where we are registered', async () => {
    const folder = folderOf({ ...FILES, 'data/x': '' });
    const trunk = { domain: 'a.example', enabled: true, registration: null, health: null };
    const health = newTrunkHealth(60_000, NOW - 65_000);
    const registration = newTrunkRegistration(600_000);
    await serving(folder, {
      ...snapshot,
      trunks: [
        { ...trunk, trunk: 'main', host: '192.0.2.50', health: { ...health, state: 'up' } },
        { ...trunk, trunk: 'backup', host: '192.0.2.51', health: { ...health, state: 'down', status: 408 } },
        { ...trunk, trunk: 'new', host: '192.0.2.52', health },
        {
          ...{ ...trunk, trunk: 'mobile', host: 'sip.carrier.example' },
          registration: { ...registration, state: 'registered', expiresAt: NOW + 300_000 },
        },
        { ...trunk, trunk: 'old', host: '192.0.2.53', registration: { ...registration, state: 'failed', status: 403 } },
        { ...trunk, trunk: 'spare', host: '192.0.2.54', enabled: false },
      ],
    });
    expect((await asked(folder)).out).toContain(`
6 trunks
  main@a.example    192.0.2.50           answers, for 1m5s
  backup@a.example  192.0.2.51           does not answer (408), for 1m5s
  new@a.example     192.0.2.52           being asked
  mobile@a.example  sip.carrier.example  not asked                        registered, 5m left
  old@a.example     192.0.2.53           not asked                        not registered (403)
  spare@a.example   192.0.2.54           disabled
`);
  });

  it('shows that there is nothing', async () => {
    const folder = folderOf({ ...FILES, 'data/x': '' });
    await serving(folder, { ...snapshot, registrations: [], calls: [] });
    expect((await asked(folder)).out).toMatch(/\n\n0 registered phones\n\n0 calls\n$/);
  });

  it('gives programs everything', async () => {
    const folder = folderOf({ ...FILES, 'data/x': '' });
    await serving(folder);
    expect(JSON.parse((await asked(folder, true)).out)).toEqual({ pid: process.pid, ...snapshot });
  });

  it('ends with 3 when nothing runs', async () => {
    const folder = folderOf({ ...FILES, 'data/x': '' });
    expect(await asked(folder)).toEqual({
      code: 3,
      out: '',
      err: 'strowger status: strowger is not running (nobody answers at /data/control.sock)\n',
    });
  });

  it('ends with 1 when something else answers', async () => {
    const folder = folderOf({ ...FILES, 'data/x': '' });
    const stranger = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'));
    await listening(stranger, join(folder, 'data/control.sock'));
    expect(await asked(folder)).toEqual({
      code: 1,
      out: '',
      err: 'strowger status: the answer is not that of a strowger of this version (at /data/control.sock)\n',
    });
  });
});

describe('the control socket', () => {
  it('is its owner’s alone', async () => {
    const folder = folderOf({ ...FILES, 'data/x': '' });
    await serving(folder);
    expect(statSync(join(folder, 'data/control.sock')).mode & 0o777).toBe(0o600);
  });

  it('is not taken from an exchange that runs', async () => {
    const folder = folderOf({ ...FILES, 'data/x': '' });
    await serving(folder);
    await expect(serving(folder)).rejects.toThrow('another strowger is running');
  });

  it('is taken over from one that is gone', async () => {
    const folder = folderOf({ ...FILES, 'data/control.sock': 'left behind' });
    await serving(folder);
    expect((await asked(folder)).code).toBe(0);
  });

  it('is gone after the stop', async () => {
    const folder = folderOf({ ...FILES, 'data/x': '' });
    const server = await serving(folder);
    await server.stop();
    expect((await asked(folder)).code).toBe(3);
  });

  it('has a path that every system takes', async () => {
    const folder = folderOf({ [`${'deep/'.repeat(20)}x`]: '' });
    const path = join(folder, 'deep/'.repeat(20), 'control.sock');
    await expect(startControlServer(path, () => snapshot)).rejects.toThrow('longer than 103 bytes');
  });
});

function listening(server: Server, path: string): Promise<void> {
  onTestFinished(() => void server.close());
  return new Promise((resolve) => server.listen(path, resolve));
}
