import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { folderOf } from './config-folder.js';

const OFFICE = 'domain: a.example\nusers:\n  - extension: 202\n    devices: ["202", 202wp]\n  - extension: 203\n';

function passwords(folder: string, dataDir: string, keepPasswords: boolean): (readonly [string, string])[] {
  const loaded = loadConfig(join(folder, 'office.yaml'), {}, { dataDir, keepPasswords });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const users = [...(loaded.config.domains.get('a.example')?.users.values() ?? [])];
  return users.flatMap(({ devices }) => devices.map(({ id, password }) => [id, password] as const));
}

describe('made-up passwords', () => {
  it('are long, easy to type and each another', () => {
    const folder = folderOf({ 'office.yaml': OFFICE });
    const made = passwords(folder, join(folder, 'data'), false);
    expect(made.map(([id]) => id)).toEqual(['202', '202wp', '203']);
    for (const [, password] of made) expect(password).toMatch(/^[a-km-np-z2-9]{16}$/);
    expect(new Set(made.map(([, password]) => password)).size).toBe(3);
  });

  it('stay as they are once they are kept, in a file that is nobody else’s to read', () => {
    const folder = folderOf({ 'office.yaml': OFFICE });
    const data = join(folder, 'deep', 'data');
    const made = passwords(folder, data, true);
    expect(passwords(folder, data, true)).toEqual(made);
    expect(passwords(folder, data, false)).toEqual(made);
    expect(JSON.parse(readFileSync(join(data, 'passwords.json'), 'utf8'))).toEqual({
      'a.example': Object.fromEntries(made),
    });
    expect(statSync(join(data, 'passwords.json')).mode & 0o777).toBe(0o600);
  });

  it('are not written when the configuration is only checked, nor when it is refused', () => {
    const folder = folderOf({ 'office.yaml': OFFICE, 'bad.yaml': `${OFFICE}countri: US\n` });
    const data = join(folder, 'data');
    expect(passwords(folder, data, false)).not.toEqual(passwords(folder, data, false));
    expect(loadConfig(join(folder, 'bad.yaml'), {}, { dataDir: data, keepPasswords: true }).ok).toBe(false);
    expect(() => statSync(data)).toThrow('ENOENT');
  });

  it('leave those in peace that are given', () => {
    const folder = folderOf({
      'office.yaml': 'domain: a.example\nusers: [{ extension: 202, password: given-by-hand }]\n',
    });
    const data = join(folder, 'data');
    expect(passwords(folder, data, true)).toEqual([['202', 'given-by-hand']]);
    expect(() => statSync(data)).toThrow('ENOENT');
  });

  it('refuse the configuration when they cannot be kept', () => {
    const folder = folderOf({ 'office.yaml': OFFICE, data: 'a file, not a folder' });
    const loaded = loadConfig(join(folder, 'office.yaml'), {}, { dataDir: join(folder, 'data'), keepPasswords: true });
    expect(loaded.ok ? [] : loaded.errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^cannot be written: /),
    ]);
  });
});
