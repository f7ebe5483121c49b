import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { obeyCall } from '../../src/cli/call.js';
import { startControlServer } from '../../src/cli/control-server.js';
import { runCommand } from '../../src/cli/program.js';
import { loadConfig } from '../../src/config/load.js';
import { folderOf } from '../config/config-folder.js';
import { recordedTerminal } from './recorded-terminal.js';

const OFFICE = `domain: a.example
timezone: UTC
trunks: { carrier: { host: 192.0.2.1 } }
users:
  - { extension: 201, devices: [{ id: 201, password: long-enough }, { id: 201wp, password: long-enough }] }
  - { extension: 202, password: long-enough }
services: { "*43": echo }
`;

/** What `strowger call` says before an exchange that makes calls, or says why it does not; and what it was told. */
async function say(words: readonly string[], refusal: string | null = null) {
  const folder = folderOf({ 'config/domains/a.yaml': OFFICE, 'd/empty': '' });
  const [config, data] = [join(folder, 'config'), join(folder, 'd')];
  const loaded = loadConfig(config, {});
  if (!loaded.ok) throw new Error('the office is wrong');
  const made: unknown[] = [];
  const nothing = {
    ...{ startedAt: 0, pairing: 'embedded', domains: [], listeners: [], daemons: [] },
    ...{ timers: 0, registrations: [], users: [], trunks: [], calls: [] },
  };
  const server = await startControlServer(join(data, 'control.sock'), () => nothing, {
    call: (command) =>
      obeyCall(command, {
        domain: (name) => loaded.config.domains.get(name) ?? null,
        summon: (_, user, from, to) => {
          made.push([user.extension, from, to]);
          return refusal ?? { record: 'k1' };
        },
      }),
  });
  onTestFinished(() => server.stop());
  const terminal = recordedTerminal();
  const status = await runCommand(['call', ...words, '-c', config, '-d', data], terminal, {});
  return { status, ...terminal.said(), made };
}

it.each<[string, string[], unknown, string]>([
  ['his main device', ['201', '202'], { to: 'device', device: '201' }, '201'],
  ['another device', ['201', '*43', '--from', '201wp'], { to: 'device', device: '201wp' }, '201wp'],
  [
    'a number outside',
    ['201', '202', '--from', '+12125550123'],
    { to: 'number', number: '+12125550123', confirm: false },
    '+12125550123',
  ],
])('A-45 from %s', async (_, words, from, named) => {
  expect(await say(words)).toEqual({
    status: 0,
    out: `${named} rings; who answers is connected to ${words[1]} (call k1)\n`,
    err: '',
    made: [[words[0], from, words[1]]],
  });
});

it.each([
  ['there is no such user', ['209', '202'], 'there is no user 209'],
  ['the phone of somebody else', ['201', '202', '--from', '202'], '202 is neither a phone of 201 nor a number outside'],
  ['a code that there is not', ['201', '*99'], 'there is no number *99'],
  ['another domain', ['201', '202', '--domain', 'b.example'], 'there is no such domain'],
] as const)('A-45 %s', async (_, words, why) => {
  expect(await say(words)).toEqual({ status: 1, out: '', err: `${why}\n`, made: [] });
});

it('A-45 why nothing rings', async () => {
  expect(await say(['201', '202'], '201 is not registered')).toMatchObject({
    status: 1,
    err: '201 is not registered\n',
  });
});

it('what is no command is refused', () => {
  const nothing = { domain: () => null, summon: () => 'never' };
  expect(obeyCall('{', nothing)).toEqual({ status: 400, message: 'this is no command of this version' });
});
