import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportLists, importLists } from '../../src/cli/lists.js';
import { readListTable } from '../../src/core/list-table.js';
import { folderOf } from '../config/config-folder.js';
import { recordedTerminal } from './recorded-terminal.js';

const OFFICE = `domain: a.example # ours
lists: { block: ["+12125550666"] }
users:
  - extension: 201 # Ellen
    password: long-enough
    lists: { allow: ["+12125550100", "+1212555*"] }
`;

function office() {
  const config = folderOf({ 'domains/a.yaml': OFFICE });
  const run = (table: string | null, user?: string) => {
    const terminal = recordedTerminal();
    const options = { config, user };
    const file = join(config, 'table.csv');
    if (table !== null) writeFileSync(file, table);
    const status = table === null ? exportLists(options, {}, terminal) : importLists(file, options, {}, terminal);
    const { out, err } = terminal.said();
    return { status, out: out.replaceAll(`${config}/`, ''), err: err.replaceAll(`${config}/`, '') };
  };
  return { run, yaml: () => readFileSync(join(config, 'domains/a.yaml'), 'utf8') };
}

describe('A-102 lists as a table', () => {
  it('are printed', () => {
    const { run } = office();
    expect(run(null).out).toBe('number,allowed\r\n+12125550666,no\r\n');
    expect(run(null, '201').out).toBe('number,allowed\r\n+12125550100,yes\r\n+1212555*,yes\r\n');
  });

  it('are read, and what is there already is not added again; comments stay', () => {
    const { run, yaml } = office();
    const table = 'Number,Allowed?\r\n(212) 555-0100,yes\r\n"2125550777";no\r\n';
    expect(run(table, '201')).toEqual({ status: 0, out: '2 numbers read into domains/a.yaml\n', err: '' });
    expect(yaml()).toContain('extension: 201 # Ellen');
    expect(run(null, '201').out).toBe('number,allowed\r\n+12125550100,yes\r\n+1212555*,yes\r\n+12125550777,no\r\n');
  });

  it('what is printed can be read', () => {
    const { run } = office();
    const printed = run(null, '201').out;
    expect(run(printed).status).toBe(0);
    expect(run(null).out).toBe('number,allowed\r\n+12125550100,yes\r\n+1212555*,yes\r\n+12125550666,no\r\n');
  });

  it.each([
    ['no number', 'number,allowed\nEllen,yes\n', 'table.csv:2: "Ellen" is no number\n'],
    ['neither yes nor no', '2125550100,maybe\n', 'table.csv:1: "maybe" is neither yes nor no\n'],
    ['both', '2125550100,yes\n+12125550100,no\n', 'table.csv:2: +12125550100 is allowed and blocked\n'],
  ])('refuse a table with %s whole', (_, table, err) => {
    const { run, yaml } = office();
    expect(run(`${table}2125550199,no\n`)).toEqual({ status: 1, out: '', err });
    expect(yaml()).toBe(OFFICE);
  });

  it('refuse what contradicts the configuration, and leave it as it was', () => {
    const { run, yaml } = office();
    expect(run('2125550666,yes\n').status).toBe(1);
    expect(yaml()).toBe(OFFICE);
  });

  it('take every way in which a spreadsheet writes them', () => {
    const table = '\uFEFFNumber;Allowed\r"+1 212.555.0100";TRUE\r\r1900*;0\r202;n';
    const { entries, faults } = readListTable(table, 'US', new Map([['202', null]]));
    expect(faults).toEqual([]);
    expect(entries).toEqual([
      { number: '+12125550100', allowed: true },
      { number: '+1900*', allowed: false },
      { number: '202', allowed: false },
    ]);
  });
});
