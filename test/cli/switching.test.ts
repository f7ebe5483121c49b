import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startControlServer } from '../../src/cli/control-server.js';
import { runCommand } from '../../src/cli/program.js';
import { obey } from '../../src/cli/switching.js';
import { loadConfig } from '../../src/config/load.js';
import type { DomainState } from '../../src/core/domain-state.js';
import { DomainStates } from '../../src/switch/domain-states.js';
import { folderOf } from '../config/config-folder.js';
import { recordedTerminal } from './recorded-terminal.js';

const OFFICE = `domain: a.example
timezone: UTC
timeFrames: { Lunch: { switched: false }, Always: always }
trunks: { carrier: { host: 192.0.2.1 } }
users:
  - { extension: 201, password: long-enough, timeFrames: { Nap: { switched: false } } }
  - { extension: 202, password: long-enough }
`;

/** A control socket before the real states of the configured domain. */
async function running() {
  const folder = folderOf({ 'config/domains/a.yaml': OFFICE });
  const config = join(folder, 'config');
  const data = join(folder, 'd');
  const loaded = loadConfig(config, {});
  if (!loaded.ok) throw new Error('the office is wrong');
  const saved: [string, DomainState][] = [];
  const states = new DomainStates(loaded.config.domains, {
    now: () => NOW,
    saved: new Map(),
    save: (domain, state) => saved.push([domain, state]),
    changed: () => undefined,
  });
  const nothing = {
    ...{ startedAt: 0, pairing: 'drachtio', domains: [], listeners: [], daemons: [] },
    ...{ timers: 0, registrations: [], users: [], trunks: [], calls: [] },
  };
  const drained: [string, boolean][] = [];
  const drain = (name: string, isDraining: boolean) => {
    drained.push([name, isDraining]);
    return name === '192.0.2.12:8021';
  };
  const { mkdirSync } = await import('node:fs');
  mkdirSync(data);
  const server = await startControlServer(join(data, 'control.sock'), () => nothing, {
    switch: (command) => obey(command, states, drain, NOW),
  });
  onTestFinished(() => server.stop());
  const say = async (...words: string[]) => {
    const terminal = recordedTerminal();
    const status = await runCommand([...words, '-c', config, '-d', data], terminal, {});
    return { status, ...terminal.said() };
  };
  return { say, states, saved, drain, drained };
}

const NOW = Date.UTC(2026, 10, 24, 15);
const DONE = { status: 0, out: 'done\n', err: '' };

describe('switching a running exchange', () => {
  it('D-62 a time frame, until it is switched again or until a time', async () => {
    const { say, states, saved } = await running();
    expect(await say('toggle', 'Lunch', 'on', '--until', '2026-12-25T10:00')).toEqual(DONE);
    expect(states.domain('a.example')?.timeFrames.get('Lunch')).toMatchObject({
      on: true,
      until: Date.UTC(2026, 11, 25, 10),
    });
    expect(await say('toggle', 'Lunch', 'off', '--until', '2026-12-25 10:00')).toEqual(DONE);
    expect(await say('toggle', 'Lunch', 'off')).toEqual(DONE);
    expect(states.domain('a.example')?.timeFrames.get('Lunch')).toMatchObject({ on: false, until: null });
    expect(saved).toHaveLength(3);
  });

  it('A-70 a private time frame', async () => {
    const { say, states } = await running();
    expect(await say('toggle', 'Nap', 'on', '--user', '201')).toEqual(DONE);
    expect(states.domain('a.example')?.users.get('201')?.timeFrames.get('Nap')).toMatchObject({ on: true });
  });

  it('do not disturb and forwarding of a user', async () => {
    const { say, states } = await running();
    const ellen = () => states.domain('a.example')?.users.get('201');
    expect(await say('dnd', '201', 'on')).toEqual(DONE);
    expect(ellen()?.dnd).toBe(true);
    expect(await say('forward', '201', '202')).toEqual(DONE);
    expect(ellen()?.forward).toEqual({ to: 'extension', extension: '202' });
    expect(await say('forward', '201', '2125550123')).toEqual(DONE);
    expect(ellen()?.forward).toEqual({ to: 'number', number: '+12125550123', confirm: true });
    expect(await say('forward', '201', 'off')).toEqual(DONE);
    expect(await say('dnd', '201', 'off')).toEqual(DONE);
    expect(ellen()).toMatchObject({ dnd: false, forward: null });
  });

  it.each([
    ['an unknown frame', ['toggle', 'Lnch', 'on'], 'there is no such time frame; did you mean "Lunch"?'],
    ['a private frame as a shared one', ['toggle', 'Nap', 'on'], 'there is no such time frame; there are Lunch'],
    ['a private frame of another', ['toggle', 'Nap', 'on', '--user', '202'], 'there is no such time frame'],
    [
      'a frame that the clock switches',
      ['toggle', 'Always', 'on'],
      'this time frame is not one that is switched by hand',
    ],
    [
      'no time',
      ['toggle', 'Lunch', 'on', '--until', 'noon'],
      '"noon" is no time; expected one such as 2026-12-25T10:00',
    ],
    [
      'a time that is over',
      ['toggle', 'Lunch', 'on', '--until', '2026-11-24T15:00'],
      '2026-11-24T15:00 is over already',
    ],
    ['an unknown user', ['dnd', '209', 'on'], 'there is no such extension'],
    ['an unknown domain', ['dnd', '201', 'on', '--domain', 'b.example'], 'there is no such domain'],
    ['a forward to oneself', ['forward', '201', '201'], '201 is no number that calls can be forwarded to'],
  ])('refuses %s', async (_, words, message) => {
    const { say } = await running();
    expect(await say(...words)).toEqual({ status: 1, out: '', err: `${message}\n` });
  });

  it('a media server is taken out of use and back into it', async () => {
    const { say, drained } = await running();
    expect(await say('drain', '192.0.2.12:8021', 'on')).toEqual(DONE);
    expect(await say('drain', '192.0.2.12:8021', 'off')).toEqual(DONE);
    const unknown = await say('drain', 'nobody', 'on');
    expect(unknown).toEqual({
      status: 1,
      out: '',
      err: 'there is no such media server; `strowger status` shows them\n',
    });
    expect(drained).toEqual([
      ['192.0.2.12:8021', true],
      ['192.0.2.12:8021', false],
      ['nobody', true],
    ]);
  });

  it('tells when nothing runs', async () => {
    const config = folderOf({ 'domains/a.yaml': OFFICE });
    const terminal = recordedTerminal();
    expect(await runCommand(['dnd', '201', 'on', '-c', config, '-d', join(config, 'none')], terminal, {})).toBe(3);
  });

  it('does not take what is no command', async () => {
    const { states, drain } = await running();
    expect(
      [obey('{', states, drain, NOW), obey('{"switch":"off"}', states, drain, NOW)].map(({ status }) => status),
    ).toEqual([400, 400]);
  });
});
