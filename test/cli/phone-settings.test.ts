import { describe, expect, it } from 'vitest';
import { phoneSettings } from '../../src/cli/phone-settings.js';
import { office } from '../config/config-folder.js';
import { recordedTerminal } from './recorded-terminal.js';

const ownAddress = (family: 4 | 6): string => (family === 4 ? '192.168.1.23' : '2001:db8::23');

function shown(text: string, env: Readonly<Record<string, string>> = {}): string {
  const config = office(text, {}, env);
  const passwords = [...config.domains.values()]
    .flatMap(({ users }) => [...users.values()])
    .flatMap(({ devices }) => devices);
  return passwords
    .reduce(
      (card, { id, password }) => card.replace(password, `<${id}>`.padEnd(password.length)),
      phoneSettings(config, config.server.listeners, ownAddress, recordedTerminal()),
    )
    .replaceAll(/ +$/gm, '');
}

describe('what to type into a phone', () => {
  it('is the server, every phone with its made-up password, and what to dial', () => {
    const text = `domain: acme.example
users:
  - { extension: 201, name: Ellen Green, voicemail: true }
  - { extension: 202, devices: ["202", { id: 202wp, password: { env: PHONE } }] }
services: { "*43": echo, "*44": milliwatt, "*60": clock }
`;
    expect(shown(text, { PHONE: 'known-to-its-owner' })).toBe(`
acme.example is ready. Set a phone to

  server  192.168.1.23, port 5060, UDP or TCP

  user   password
  201    <201>             Ellen Green
  202    <202>
  202wp  (as configured)

and dial

  201  Ellen Green, then voicemail
  202  the phone
  *43  echo test: you hear yourself
  *44  test tone of 1004 Hz
  *60  the time

`);
  });

  it.each([
    [
      'the address that the configuration advertises',
      'advertise: 203.0.113.9',
      ['server  203.0.113.9, port 5060, UDP or TCP'],
    ],
    [
      'each address that is listened on',
      'listen: { udp: ["192.0.2.1:5062", "[::]:5060"], tcp: false }',
      ['server  192.0.2.1, port 5062, UDP', 'or      2001:db8::23, port 5060, UDP'],
    ],
  ])('names %s', (_, server, lines) => {
    const card = shown(`domain: acme.example\nserver: { ${server} }\n`);
    expect(card.split('\n').map((line) => line.trim())).toEqual(expect.arrayContaining(lines));
  });

  it('says that nobody is reached as long as no drachtio-server is up', () => {
    const terminal = recordedTerminal();
    const card = phoneSettings(office('domain: acme.example\n'), [], ownAddress, terminal);
    expect(card).toContain('server  the drachtio-server, which is not up yet');
  });

  it('does not fill the screen with a large office', () => {
    const users = Array.from({ length: 200 }, (_, n) => `{ extension: ${1000 + n} }`);
    const card = shown(`domain: acme.example\nusers: [${users.join(', ')}]\n`);
    expect(card).toContain('and 188 more');
    expect(card.split('\n').length).toBeLessThan(40);
  });
});
