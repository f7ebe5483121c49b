import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { YamlFile } from '../../src/config/yaml-file.js';

describe('the configurations that come with the program', () => {
  it.each(['config', 'config/minimal.yaml'])('%s has no mistake, nothing to warn of and no password in it', (path) => {
    const loaded = loadConfig(path, {}, { dataDir: '/nowhere' });
    expect(loaded.warnings).toEqual([]);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
    const [domain] = loaded.config.domains.values();
    const devices = [...(domain?.users.values() ?? [])].flatMap((user) =>
      user.devices.map(({ id }) => `${id}@office.example`),
    );
    expect([...loaded.config.madeUpPasswords]).toEqual(devices);
  });

  it.each([
    ['config/server.yaml', 'schema/server.json'],
    ['config/domains/office.yaml', '../schema/domain.json'],
    ['config/minimal.yaml', 'schema/office.json'],
    ['config/office.calltest.yaml', 'schema/calltest.json'],
  ])('%s names its schema for editors', (file, schema) => {
    expect(readFileSync(file, 'utf8').split('\n')[0]).toBe(`# yaml-language-server: $schema=${schema}`);
  });

  it('server.yaml shows in its comments what holds by default', () => {
    const text = readFileSync('config/server.yaml', 'utf8');
    const uncommented = text.replace(/^# (?=( *)[a-z]+: |( *)[a-z]+:$)/gm, '').replace(/^advertise.*$/m, '');
    const { value, syntaxErrors } = new YamlFile('server.yaml', uncommented);
    expect(syntaxErrors).toEqual([]);
    expect(value).toEqual({
      listen: { udp: 5060, tcp: 5060 },
      media: { ports: '16384-32767' },
      registration: { minimum: '1m', default: '1h', maximum: '2h' },
      digest: { algorithms: ['MD5'], nonceLife: '5m' },
      log: 'info',
    });
  });
});
