import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/program.js';
import type { CallRecord } from '../../src/core/call-record.js';
import { openStore } from '../../src/store/store.js';
import { folderOf } from '../config/config-folder.js';
import { call } from '../store/sample.js';
import { recordedTerminal } from './recorded-terminal.js';

async function kept(domain = 'acme.example', more: Partial<CallRecord> = {}) {
  const config = folderOf({ 'domains/a.yaml': 'domain: acme.example\nusers: [{ extension: 203 }]\n' });
  const data = join(config, 'd');
  mkdirSync(data);
  const store = openStore({ file: join(data, 'strowger.db'), inThread: true, onError: () => undefined });
  const record = call({ id: 'one' });
  store.saveCall({ ...record, domain, ...more });
  await store.close();
  return async (...words: string[]) => {
    const terminal = recordedTerminal();
    const status = await runCommand(['explain', ...words, '-c', config, '-d', data], terminal, {});
    return { status, ...terminal.said() };
  };
}

describe('strowger explain --call', () => {
  it('tells a past call from its record, and says where a time frame is gone since', async () => {
    const explain = await kept();
    const { status, out } = await explain('--call', 'one');
    expect(status).toBe(0);
    expect(out).toContain('203 is Bob\n');
    expect(out).toContain('rule "Business hours" holds: its time frame is gone since\n');
  });

  it('tells a rule as it was told then, though the time frame and the whole domain are gone', async () => {
    const because = [
      {
        why: 'rule',
        extension: '203',
        rule: 'Hours',
        frame: 'Hours',
        holds: false,
        at: 0,
        zone: 'UTC',
        told: 'it is 20:00',
      },
      { why: 'ring', target: '203', delayMs: 0, confirm: null },
    ] as const;
    const explain = await kept('gone.example', { because });
    expect((await explain('--call', 'one')).out).toContain(
      'rule "Hours" does not hold: it is 20:00\n          ring 203\n',
    );
    const { because: told } = JSON.parse((await explain('--call', 'one', '--json')).out);
    expect(told.map(({ text }: { text: string }) => text)).toEqual([
      'rule "Hours" does not hold: it is 20:00',
      'ring 203',
    ]);
  });

  it('tells programs the same', async () => {
    const explain = await kept();
    const { out } = await explain('--call', 'one', '--json');
    expect(JSON.parse(out).because[0]).toEqual({ why: 'user', extension: '203', name: 'Bob', text: '203 is Bob' });
  });

  it('knows no other call', async () => {
    const explain = await kept();
    expect(await explain('--call', 'two')).toEqual({
      status: 1,
      out: '',
      err:
        'strowger explain: there is no record of a call "two"\n' +
        'The latest calls are\n  one  Thu 1970-01-01 00:16 UTC  202 to 203 of acme.example\n',
    });
  });

  it('knows the last one without its id', async () => {
    const explain = await kept();
    expect(await explain('--call', 'last')).toEqual(await explain('--call', 'one'));
  });

  it('--live needs an exchange that runs', async () => {
    const explain = await kept();
    expect((await explain('--to', '203', '--live')).status).toBe(3);
  });

  it('needs to know which call', async () => {
    const explain = await kept();
    expect((await explain()).status).toBe(2);
  });
});
