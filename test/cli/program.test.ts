import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/program.js';
import { jsonSchemaText } from '../../src/config/json-schema.js';
import { folderOf } from '../config/config-folder.js';
import { recordedTerminal } from './recorded-terminal.js';

async function ran(...args: string[]) {
  const terminal = recordedTerminal();
  return { status: await runCommand(args, terminal, {}), ...terminal.said() };
}

describe('the command line', () => {
  it.each([
    ['an unknown command', ['chekc'], "error: unknown command 'chekc'\n(Did you mean check?)"],
    ['an unknown option', ['check', '--fast'], "error: unknown option '--fast'"],
    ['what must be given', ['explain'], "error: required option '-t, --to <number>' not specified"],
    ['an unknown schema', ['schema', 'phone'], 'Allowed choices are server, domain, office, calltest.'],
  ])('ends with 2 on %s', async (_, args, message) => {
    const { status, out, err } = await ran(...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
  });

  it('tells its version and its commands', async () => {
    expect(await ran('--version')).toEqual({ status: 0, out: '0.1.0\n', err: '' });
    const { status, out } = await ran('--help');
    expect(status).toBe(0);
    for (const command of ['start', 'check', 'explain', 'status', 'schema']) expect(out).toContain(`\n  ${command} `);
  });

  it('hands arguments and exit status through', async () => {
    const folder = folderOf({
      'good.yaml': 'domain: a.example\nusers: [{ extension: 1 }]\n',
      'bad.yaml': 'domain: 1\n',
    });
    expect((await ran('check', join(folder, 'good.yaml'))).status).toBe(0);
    expect((await ran('check', join(folder, 'bad.yaml'))).status).toBe(1);
    expect((await ran('explain', '-t', '1', '-c', join(folder, 'good.yaml'))).out).toContain('1 rings');
    expect((await ran('status', '-c', join(folder, 'good.yaml'), '-d', folder)).status).toBe(3);
  });

  it('prints the schema of a domain unless another is asked for', async () => {
    expect((await ran('schema')).out).toBe(jsonSchemaText('domain'));
    expect((await ran('schema', 'server')).out).toBe(jsonSchemaText('server'));
  });
});
