import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/program.js';
import { folderOf } from '../config/config-folder.js';
import { recordedTerminal } from './recorded-terminal.js';

const OFFICE = `domain: a.example # ours
numbers:
  "+12125550100": 202 # Ellen
  (212) 555-0101: available
  "+12125550102": { voicemail: 203, notes: "the old office, closed" }
users:
  - { extension: 202, password: long-enough }
  - { extension: 203, password: long-enough, voicemail: true }
`;

const TABLE = `number,treatment,destination,notes,introduction\r
+12125550100,user,202,,\r
+12125550101,available,,,\r
+12125550102,voicemail,203,"the old office, closed",\r
`;

function office() {
  const config = folderOf({ 'domains/a.yaml': OFFICE });
  const say = async (...words: string[]) => {
    const terminal = recordedTerminal();
    const status = await runCommand(['numbers', ...words, '-c', config], terminal, {});
    const { out, err } = terminal.said();
    return { status, out: out.replaceAll(`${config}/`, ''), err: err.replaceAll(`${config}/`, '') };
  };
  const read = (table: string) => {
    writeFileSync(join(config, 'table.csv'), table);
    return say('import', join(config, 'table.csv'));
  };
  return { say, read, yaml: () => readFileSync(join(config, 'domains/a.yaml'), 'utf8') };
}

describe('A-104 phone numbers as a table', () => {
  it('are printed', async () => {
    expect(await office().say('export')).toEqual({ status: 0, out: TABLE, err: '' });
  });

  it('what is printed changes nothing', async () => {
    const { read, yaml } = office();
    expect(await read(TABLE)).toEqual({
      status: 0,
      out: 'domains/a.yaml: 0 numbers added, 0 changed, 3 as they were\n',
      err: '',
    });
    expect(yaml()).toBe(OFFICE);
  });

  it('are read: new ones are added, others changed, and what the table does not have stays', async () => {
    const { say, read, yaml } = office();
    const table =
      'Number;Treatment;Destination;Notes\n(212) 555-0101;User;203;for Max\n2125550103;available;;\n+12125550100;user;202;\n2125550104;user;0203;\n';
    expect((await read(table)).err).toContain('there is no extension "0203"');
    expect(yaml()).toBe(OFFICE);
    expect(await read(table.replace('0203', '203'))).toEqual({
      status: 0,
      out: 'domains/a.yaml: 2 numbers added, 1 changed, 1 as they were\n',
      err: '',
    });
    expect(yaml()).toContain('"+12125550100": 202 # Ellen\n  (212) 555-0101: { user: 203, notes: for Max }\n');
    expect((await say('export')).out).toBe(
      `${TABLE.replace('available,,,', 'user,203,for Max,')}+12125550103,available,,,\r\n+12125550104,user,203,,\r\n`,
    );
  });

  it.each([
    ['no number', 'Ellen,user,202', '"Ellen" is no telephone number of US'],
    [
      'no treatment',
      '2125550103,fax,202',
      '"fax" is no treatment; expected available, user, voicemail, conference, attendant, queue',
    ],
    ['no destination', '2125550103,user,', '"" is no destination; expected an extension of 1 to 15 digits'],
    ['a destination too many', '2125550103,available,202', 'an available number has no destination, but here is "202"'],
    ['an introduction too many', '2125550103,user,202,,wait', 'an introduction goes with a queue only'],
    ['no introduction', '2125550103,queue,202,,music', '"music" is no introduction; expected none, callers, wait'],
    ['a number twice', '2125550103,user,202\n+12125550103,user,203', '+12125550103 is in this table already'],
  ])('a table with %s is refused whole', async (_, lines, message) => {
    const { read, yaml } = office();
    const count = lines.split('\n').length;
    const refused = await read(`2125550109,available\n${lines}\n`);
    expect(refused).toEqual({ status: 1, out: '', err: `table.csv:${1 + count}: ${message}\n` });
    expect(yaml()).toBe(OFFICE);
  });

  it('a table that is not there, and a domain that is not there', async () => {
    const { say } = office();
    expect((await say('import', '/nowhere.csv')).err).toBe(
      'strowger numbers: cannot read /nowhere.csv: there is no such file\n',
    );
    expect((await say('export', '--domain', 'b.example')).err).toBe(
      'strowger numbers: there is no such domain; choose one with --domain: a.example\n',
    );
  });
});
