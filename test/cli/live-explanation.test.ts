import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Snapshot, startControlServer } from '../../src/cli/control-server.js';
import { answerLive } from '../../src/cli/live-explanation.js';
import { runCommand } from '../../src/cli/program.js';
import { loadConfig } from '../../src/config/load.js';
import type { Domain } from '../../src/core/domain.js';
import type { World } from '../../src/core/world.js';
import { DomainStates } from '../../src/switch/domain-states.js';
import { folderOf } from '../config/config-folder.js';
import { recordedTerminal } from './recorded-terminal.js';

const NOW = Date.parse('2026-11-24T17:00:00Z');
const OFFICE = `domain: acme.example
timezone: America/New_York
timeFrames: { Closed: { switched: false } }
trunks: { main: { host: 192.0.2.50 }, backup: { host: 192.0.2.51 } }
users:
  - { extension: 201 }
  - extension: 202
    devices: ["202", 202wp]
    rules:
      - { when: Closed, always: 203 }
      - { when: default, active: 203, ring: all }
  - { extension: 203, voicemail: true }
`;
const NOTHING: Snapshot = {
  ...{ startedAt: 0, pairing: 'embedded', timers: 0 },
  ...{ domains: [], listeners: [], daemons: [], registrations: [], users: [], trunks: [], calls: [] },
};

/** An exchange that runs, and what it knows of the moment. */
async function running(now: Partial<World> = {}) {
  const config = folderOf({ 'domains/a.yaml': OFFICE });
  const data = join(config, 'd');
  mkdirSync(data);
  const loaded = loadConfig(config, {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const { domains, server } = loaded.config;
  const states = new DomainStates(domains, { saved: new Map(), save: () => {}, now: () => 0, changed: () => {} });
  const world: World = {
    contactsOf: (device) => (['201', '202wp', '203'].includes(device) ? [{ uri: `sip:${device}@x`, flow: null }] : []),
    callsOf: () => 0,
    isDown: () => false,
    ...now,
  };
  const scope = () => ({
    domains: new Map(states.domains().map((domain): [string, Domain] => [domain.name, domain])),
    server,
    worldOf: () => world,
  });
  const control = await startControlServer(join(data, 'control.sock'), () => NOTHING, {
    explain: (question) => answerLive(question, scope(), NOW),
  });
  onTestFinished(() => control.stop());
  const explain = async (...words: string[]) => {
    const terminal = recordedTerminal();
    const status = await runCommand(['explain', '--live', ...words, '-c', config, '-d', data], terminal, {});
    return { status, ...terminal.said() };
  };
  return { explain, states };
}

describe('strowger explain --live', () => {
  it('goes by the registrations of the moment', async () => {
    const { explain } = await running();
    const { out, status } = await explain('--to', '202', '--from', '201');
    expect(status).toBe(0);
    expect(out).toContain('2026-11-24 12:00');
    expect(out).toContain('202 is left out: not registered');
    expect(out).toContain('202wp rings');
  });

  it('D-6 goes by what users have switched', async () => {
    const { explain, states } = await running();
    states.setDnd('acme.example', '202', true);
    expect((await explain('--to', '202')).out).toContain('do not disturb, switched on');
    states.setDnd('acme.example', '202', false);
    states.setForward('acme.example', '202', { to: 'extension', extension: '203' });
    expect((await explain('--to', '202')).out).toContain('always: extension 203');
  });

  it('D-62 goes by frames that are switched', async () => {
    const { explain, states } = await running();
    states.setToggle('acme.example', 'Closed', true, null, null);
    expect((await explain('--to', '202')).out).toContain('rule "Closed" of 202');
  });

  it('D-8, E3 goes by calls and trunks', async () => {
    const { explain } = await running({
      callsOf: (user) => (user === '202' ? 1 : 0),
      isDown: (name) => name === 'main',
    });
    expect((await explain('--to', '202')).out).toContain('202 is in 1 call');
    const { out } = await explain('--to', '+442079460000', '--from', '201');
    expect(out).toContain('by backup, then main, which does not answer');
  });

  it('gives programs the same', async () => {
    const { explain } = await running();
    const answer = JSON.parse((await explain('--to', '202', '--json')).out);
    expect(answer).toMatchObject({ to: '202', registered: ['201', '202wp', '203'] });
  });

  it('registrations can be supposed', async () => {
    const { explain } = await running();
    expect((await explain('--to', '202', '--registered', '202')).out).toContain('202wp is left out: not registered');
  });

  it('says what is wrong about a question', async () => {
    const { explain } = await running();
    expect(await explain('--to', '202', '--at', 'never')).toEqual({
      status: 1,
      out: '',
      err: 'strowger explain: "never" is no time; expected one such as 2026-12-25T10:00\n',
    });
  });

  it('a question of another version is none', () => {
    const scope = { domains: new Map<string, Domain>(), server: { defaultDomain: null }, worldOf: null };
    expect(answerLive('{}', scope, NOW)).toEqual({ status: 400, message: 'this is no question of this version' });
    expect(answerLive('nonsense', scope, NOW).status).toBe(400);
  });
});
