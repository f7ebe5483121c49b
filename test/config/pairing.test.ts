import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { folderOf, itFinds, office, type Row } from './config-folder.js';

const DAEMONS =
  'drachtio: { address: 127.0.0.1, secret: long-enough }, freeswitch: { address: 127.0.0.1, password: long-enough }';
const server = (fields: string) => `domain: a.example\nserver: { ${fields} }\n`;
const drachtio = (fields: string) => server(`pairing: drachtio, ${DAEMONS}, ${fields}`);
const SIP = "is drachtio-server's to say: its <contacts> (docs/drachtio.md)";
const SPEECH = "is FreeSWITCH's to say: its profile and switch.conf (docs/drachtio.md)";

const mistakes: readonly Row[] = [
  [
    'an unknown pairing',
    server('pairing: freeswitch'),
    'office.yaml:2:20: server.pairing: "freeswitch" is not right; expected embedded or drachtio',
  ],
  [
    'daemons without the pairing that needs them',
    server(DAEMONS),
    'office.yaml:2:21: server.drachtio: means nothing without `pairing: drachtio`',
    'office.yaml:2:78: server.freeswitch: means nothing without `pairing: drachtio`',
  ],
  [
    'codecs without it',
    server('codecs: [PCMU]'),
    'office.yaml:2:19: server.codecs: means nothing without `pairing: drachtio`',
  ],
  [
    'the pairing without its daemons',
    server('pairing: drachtio'),
    'office.yaml:2:20: server.pairing: drachtio needs `drachtio`: where it is',
    'office.yaml:2:20: server.pairing: drachtio needs `freeswitch`: where it is',
  ],
  ['a listener that only the embedded pairing has', drachtio('listen: { udp: 5060 }'), said('listen', SIP)],
  ['an advertised address that only it has', drachtio('advertise: 203.0.113.9'), said('advertise', SIP)],
  [
    'a session timer that only it has',
    drachtio('sessionTimer: 30m'),
    said('sessionTimer', 'drachtio-server asks no phone; a silent one is noticed by FreeSWITCH (`media.silence`)'),
  ],
  ['media ports that only it has', drachtio('media: { ports: 20000-30000 }'), said('media.ports', SPEECH, 9)],
  ['a media address that only it has', drachtio('media: { address: 0.0.0.0 }'), said('media.address', SPEECH, 11)],
  [
    'a daemon twice',
    server(`pairing: drachtio, ${DAEMONS}`).replace(
      '{ address: 127.0.0.1, secret: long-enough }',
      '[{ address: 127.0.0.1, secret: long-enough }, { address: "127.0.0.1:9022", secret: long-enough }]',
    ),
    'office.yaml:2:97: server.drachtio[1].address: 127.0.0.1:9022 is listed already',
  ],
  [
    'a port that is none',
    server(`pairing: drachtio, ${DAEMONS}`).replace('address: 127.0.0.1', 'address: 127.0.0.1:99999'),
    'office.yaml:2:51: server.drachtio.address: 99999 is not a port from 0 to 65535',
  ],
  [
    'a secret that is not there',
    server(`pairing: drachtio, ${DAEMONS}`).replace('secret: long-enough', 'secret: { env: NOBODY_SET_THIS }'),
    'office.yaml:2:77: server.drachtio.secret.env: the environment variable NOBODY_SET_THIS is not set',
  ],
  [
    'a field that a FreeSWITCH does not have',
    server(`pairing: drachtio, ${DAEMONS}`).replace('password:', 'maxleg: 2, password:'),
    'office.yaml:2:119: server.freeswitch.maxleg: unknown field; did you mean "maxLegs"?',
  ],
];

/** Where the field stands that `drachtio` appends. */
function said(field: string, message: string, inner = 0): string {
  const column = server('').indexOf('{') + 3 - server('').indexOf('\n') - 1;
  const before = `pairing: drachtio, ${DAEMONS}, `.length;
  const outer = field.split('.')[0] ?? '';
  const within = inner === 0 ? 0 : `{ ${field.split('.')[1]}: `.length;
  return `office.yaml:2:${column + before + outer.length + 2 + within}: server.${field}: ${message}`;
}

describe('mistakes', () => {
  itFinds(mistakes);
});

describe('the pairing', () => {
  it('is the embedded one unless another is named', () => {
    expect(office('domain: a.example\n').server.pairing).toEqual({ kind: 'embedded' });
    expect(office(server('pairing: embedded')).server.pairing).toEqual({ kind: 'embedded' });
  });

  it('needs no more than two addresses and two secrets', () => {
    const { pairing, listeners } = office(server(`pairing: drachtio, ${DAEMONS}`)).server;
    expect(listeners).toEqual([]);
    expect(pairing).toEqual({
      kind: 'drachtio',
      drachtio: [{ host: '127.0.0.1', port: 9022, secret: 'long-enough' }],
      freeswitch: [
        {
          ...{
            host: '127.0.0.1',
            port: 8021,
            password: 'long-enough',
            profile: 'drachtio_mrf',
            weight: 1,
            maxLegs: 200,
          },
          ...{ listen: { host: '127.0.0.1', port: 0 }, advertised: null, paths: [] },
        },
      ],
      codecs: ['PCMU', 'PCMA', 'G722', 'opus'],
    });
  });

  it('may have everything said, of several daemons', () => {
    const text = `domain: a.example
server:
  pairing: drachtio
  drachtio:
    - { address: sip1.example, secret: { env: SECRET } }
    - { address: "[2001:db8::1]:9023", secret: 12345678 }
  freeswitch:
    - address: 192.0.2.12:8022
      password: { env: SECRET }
      profile: mrf
      weight: 3
      maxLegs: 500
      listen: 192.0.2.10:8085
      advertise: 203.0.113.9
      paths: { data/: /mnt/strowger/data/, /srv/prompts: /mnt/prompts }
  codecs: [G722, PCMA]
  media: { silence: 20s }
`;
    const folder = folderOf({ 'office.yaml': text });
    const loaded = loadConfig(`${folder}/office.yaml`, { SECRET: 'from-outside' }, { dataDir: '/nowhere' });
    if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
    expect(loaded.config.server.media.silenceMs).toBe(20_000);
    expect(loaded.config.server.pairing).toEqual({
      kind: 'drachtio',
      drachtio: [
        { host: 'sip1.example', port: 9022, secret: 'from-outside' },
        { host: '2001:db8::1', port: 9023, secret: '12345678' },
      ],
      freeswitch: [
        {
          ...{ host: '192.0.2.12', port: 8022, password: 'from-outside', profile: 'mrf', weight: 3, maxLegs: 500 },
          ...{ listen: { host: '192.0.2.10', port: 8085 }, advertised: { host: '203.0.113.9', port: 0 } },
          paths: [
            { ours: `${folder}/data/`, theirs: '/mnt/strowger/data/' },
            { ours: '/srv/prompts/', theirs: '/mnt/prompts/' },
          ],
        },
      ],
      codecs: ['G722', 'PCMA'],
    });
  });

  it('config/drachtio.example.yaml is right as it stands', () => {
    const folder = folderOf({
      'server.yaml': readFileSync('config/drachtio.example.yaml', 'utf8'),
      'domains/a.yaml': 'domain: a.example\n',
    });
    const env = { DRACHTIO_SECRET: 'quite-secret', FREESWITCH_PASSWORD: 'quite-secret' };
    const loaded = loadConfig(folder, env, { dataDir: '/nowhere' });
    expect(loaded.ok && loaded.warnings).toEqual([]);
    expect(loaded.ok && loaded.config.server.pairing.kind).toBe('drachtio');
  });
});
