import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { folderOf, itFinds, office, type Row } from './config-folder.js';

const server = (lines: string) => `domain: a.example\nserver:\n  ${lines}\n`;

const machine: readonly Row[] = [
  [
    'an unknown transport',
    server('listen: { utp: 5060 }'),
    'office.yaml:3:13: server.listen.utp: unknown field; did you mean "udp"?',
  ],
  [
    'an address of speech that is none',
    server('media: { address: 10.0.0 }'),
    'office.yaml:3:21: server.media.address: "10.0.0" is not a numeric address',
  ],
  [
    'RFC 3261 §20.19 an expiry between two seconds',
    server('registration: { minimum: 10s500ms }'),
    'office.yaml:3:17: server.registration: registrations last whole seconds',
  ],
  [
    'an address that is none',
    server('listen: { udp: "10.0.0.999:5060" }'),
    'office.yaml:3:18: server.listen.udp: "10.0.0.999:5060" is not an address and a port from 0 to 65535',
  ],
  [
    'a port that is none',
    server('listen: { udp: [5060, 70000] }'),
    'office.yaml:3:25: server.listen.udp[1]: 70000 is not an address and a port from 0 to 65535',
  ],
  [
    'a listener twice',
    server('listen: { udp: [5060, "0.0.0.0:5060"] }'),
    'office.yaml:3:25: server.listen.udp[1]: udp 0.0.0.0 port 5060 is listed already',
  ],
  [
    'no listener at all',
    server('listen: { udp: false, tcp: false }'),
    'office.yaml:3:11: server.listen: nothing is listened on; expected udp or tcp',
  ],
  [
    'media ports the wrong way round',
    server('media: { ports: 30000-20000 }'),
    'office.yaml:3:19: server.media.ports: 30000-20000 is not a range of at least four ports between 1024 and 65535',
  ],
  [
    'a host name for the media',
    server('media: { address: fe80::g }'),
    'office.yaml:3:21: server.media.address: "fe80::g" is not right; expected a numeric address, such as 192.0.2.1 or "::"',
  ],
  [
    'a default domain that is none',
    server('domain: b.example'),
    'office.yaml:3:11: server.domain: there is no domain "b.example"; did you mean "a.example"?',
  ],
  [
    'an unknown algorithm',
    server('digest: { algorithms: [SHA256] }'),
    'office.yaml:3:26: server.digest.algorithms[0]: "SHA256" is not right; expected SHA-256 or MD5; did you mean "SHA-256"?',
  ],
  [
    'registrations that never fit',
    server('registration: { minimum: 2h, maximum: 1h }'),
    'office.yaml:3:17: server.registration: the minimum is longer than the maximum',
  ],
  [
    'a usual registration out of bounds',
    server('registration: { default: 5h }'),
    'office.yaml:3:28: server.registration.default: 5h is not between the minimum and the maximum',
  ],
  [
    'a session timer that is too short (RFC 4028 §4)',
    server('sessionTimer: 30s'),
    'office.yaml:3:17: server.sessionTimer: "30s" is not right; expected a duration from 1m30s to 1d, such as 1m30s or 12h',
  ],
  [
    'an unknown log level',
    server('log: verbose'),
    'office.yaml:3:8: server.log: "verbose" is not right; expected trace, debug, info, warn, error, fatal or silent',
  ],
];

describe('mistakes', () => {
  itFinds(machine);
});

describe('the server', () => {
  it('may be left out altogether', () => {
    const { server: settings } = office('domain: a.example\n', { dataDir: '/var/lib/strowger' });
    expect(settings).toEqual({
      pairing: { kind: 'embedded' },
      listeners: [
        { transport: 'udp', address: '0.0.0.0', port: 5060 },
        { transport: 'tcp', address: '0.0.0.0', port: 5060 },
      ],
      advertised: null,
      media: {
        address: '0.0.0.0',
        advertised: null,
        portMin: 16_384,
        portMax: 32_767,
        mode: 'anchored',
        silenceMs: 60_000,
      },
      sessionMs: 1_800_000,
      defaultDomain: 'a.example',
      digest: { algorithms: ['MD5'], nonceLifeMs: 300_000 },
      registration: { minMs: 60_000, defaultMs: 3_600_000, maxMs: 7_200_000 },
      logLevel: 'info',
      keep: { queueEventsMs: 400 * 86_400_000, rankingsMs: 30 * 86_400_000 },
      dataDir: '/var/lib/strowger',
      controlSocket: '/var/lib/strowger/control.sock',
    });
  });

  it('may set everything', () => {
    const text = `domain: a.example
aliases: [pbx.a.example]
server:
  listen: { udp: [5062, "192.0.2.1:5070", "[::1]:5060"], tcp: false }
  advertise: 203.0.113.9
  media: { address: 192.0.2.1, ports: 20001-20100, mode: direct, silence: 20s }
  domain: PBX.a.example
  sessionTimer: 10m
  registration: { minimum: 90s, default: 2m, maximum: 10m }
  digest: { algorithms: [SHA-256, MD5, MD5], nonceLife: 30s }
  log: debug
  keep: { queueEvents: 1d, rankings: 2h }
  data: elsewhere
  control: /run/strowger.sock
`;
    const folder = folderOf({ 'office.yaml': text });
    const loaded = loadConfig(join(folder, 'office.yaml'), {});
    expect(loaded.ok && loaded.config.server).toEqual({
      pairing: { kind: 'embedded' },
      listeners: [
        { transport: 'udp', address: '0.0.0.0', port: 5062 },
        { transport: 'udp', address: '192.0.2.1', port: 5070 },
        { transport: 'udp', address: '::1', port: 5060 },
      ],
      advertised: '203.0.113.9',
      media: {
        address: '192.0.2.1',
        advertised: '203.0.113.9',
        portMin: 20_002,
        portMax: 20_100,
        mode: 'direct',
        silenceMs: 20_000,
      },
      sessionMs: 600_000,
      defaultDomain: 'a.example',
      digest: { algorithms: ['SHA-256', 'MD5'], nonceLifeMs: 30_000 },
      registration: { minMs: 90_000, defaultMs: 120_000, maxMs: 600_000 },
      logLevel: 'debug',
      keep: { queueEventsMs: 3_600 * 24_000, rankingsMs: 7_200_000 },
      dataDir: join(folder, 'elsewhere'),
      controlSocket: '/run/strowger.sock',
    });
  });

  it('keeps the usual registration within bounds that were moved past it', () => {
    const { server: settings } = office(server('registration: { maximum: 30m }'));
    expect(settings.registration).toEqual({ minMs: 60_000, defaultMs: 1_800_000, maxMs: 1_800_000 });
  });

  it('has no default domain when there are several and none is named', () => {
    const domains = { 'domains/a.yaml': 'domain: a.example\n', 'domains/b.yaml': 'domain: b.example\n' };
    const of = (files: Readonly<Record<string, string>>) => {
      const loaded = loadConfig(folderOf(files), {}, { dataDir: '/nowhere' });
      return loaded.ok ? loaded.config.server.defaultDomain : loaded.errors;
    };
    expect(of(domains)).toBeNull();
    expect(of({ ...domains, 'server.yaml': 'domain: b.example\n' })).toBe('b.example');
  });
});
