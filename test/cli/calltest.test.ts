import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calltest } from '../../src/cli/calltest.js';
import { runCommand } from '../../src/cli/program.js';
import { folderOf } from '../config/config-folder.js';
import { recordedTerminal } from './recorded-terminal.js';

const OFFICE = `domain: a.example
users:
  - { extension: 201, name: Ellen Green, password: quite-long-1, voicemail: true, ringTime: 20s }
  - { extension: 202, password: quite-long-2 }
`;
const CASES = `at: 2026-11-24T10:00
cases:
  - { name: good, from: 202, to: 201, expect: { end: { voicemail: 201, at: 20s } } }
`;
const BAD = `  - name: bad
    from: 202
    to: 201
    expect:
      legs: [{ to: 201, at: 5s }]
      end: { voicemail: 201, at: 25s }
`;

async function tested(files: Readonly<Record<string, string>>, json = false, path?: string) {
  const folder = folderOf({ 'office.yaml': OFFICE, ...files });
  const terminal = recordedTerminal();
  const config = join(folder, 'office.yaml');
  const status = await calltest(path ?? folder, { config, json }, {}, terminal);
  const { out, err } = terminal.said();
  return { status, out: out.replaceAll(`${folder}/`, ''), err: err.replaceAll(`${folder}/`, '') };
}

describe('strowger calltest', () => {
  it('passes the tests of the demo office', async () => {
    const terminal = recordedTerminal();
    expect(await runCommand(['calltest'], terminal, {})).toBe(0);
    expect(terminal.said()).toEqual({ out: expect.stringMatching(/^\d\d passed, 0 failed\n$/), err: '' });
  });

  it('runs every file in the folder and its folders', async () => {
    expect(await tested({ 'a.calltest.yaml': CASES, 'deeper/b.calltest.yml': CASES, 'c.yaml': BAD })).toEqual({
      status: 0,
      out: '2 passed, 0 failed\n',
      err: '',
    });
  });

  it('tells what is not as expected, where that is written, and why it came so', async () => {
    expect(await tested({ 'x.calltest.yaml': CASES + BAD })).toEqual({
      status: 1,
      out: `x.calltest.yaml:4:11: bad
  - expected, + what happened
  +      0s  201 (Ellen Green) is called, until 20s
  -      5s  201 (Ellen Green) is called   x.calltest.yaml:8
  -     25s  the voicemail of 201 (Ellen Green) takes the call   x.calltest.yaml:9
  +     20s  the voicemail of 201 (Ellen Green) takes the call
    because:
             201 is Ellen Green
             rule "default" holds: the Default rule
             ring 201
             when unanswered: voicemail 201

1 passed, 1 failed
`,
      err: '',
    });
  });

  it('tells it to programs', async () => {
    const { status, out } = await tested({ 'x.calltest.yaml': CASES + BAD }, true);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      passed: 1,
      failed: 1,
      errors: [],
      tests: [
        { file: 'x.calltest.yaml', line: 3, name: 'good', domain: 'a.example', passed: true },
        {
          name: 'bad',
          passed: false,
          observed: {
            rule: 'default',
            legs: [{ to: '201', by: null, atMs: 0, untilMs: 20_000 }],
            end: { end: { end: 'voicemail', extension: '201' }, atMs: 20_000 },
            because: [{ why: 'user', text: '201 is Ellen Green' }, {}, {}, {}],
          },
          difference: [
            { as: 'unexpected', atMs: 0, text: '201 (Ellen Green) is called, until 20s', place: null },
            { as: 'expected', atMs: 5000, place: { file: 'x.calltest.yaml', line: 8 } },
            { as: 'expected', atMs: 25_000 },
            { as: 'unexpected', atMs: 20_000 },
          ],
        },
      ],
    });
  });

  it('tells the mistakes of a file, runs the others, and ends with 1', async () => {
    expect(await tested({ 'a.calltest.yaml': CASES, 'b.calltest.yaml': CASES.replace('to: 201', 'two: 201') })).toEqual(
      {
        status: 1,
        out: '1 passed, 0 failed\n',
        err:
          'b.calltest.yaml:3:5: cases[0].to: missing; expected what is dialled, such as 202, "*43" or "+12125550100"\n' +
          'b.calltest.yaml:3:30: cases[0].two: unknown field; did you mean "to"?\n',
      },
    );
  });

  it('ends with 1 where there is nothing to test, or no configuration', async () => {
    expect(await tested({})).toMatchObject({
      status: 1,
      err: expect.stringContaining('there is no *.calltest.yaml here'),
    });
    expect(await tested({ 'office.yaml': 'domain: 7' })).toMatchObject({ status: 1, out: '' });
  });

  it('makes a day of calls in seconds', async () => {
    const many = Array.from({ length: 200 }, () => CASES.split('\n')[2]).join('\n');
    const begun = process.cpuUsage().user;
    expect(await tested({ 'x.calltest.yaml': `at: 2026-11-24T10:00\ncases:\n${many}\n` })).toMatchObject({
      out: '200 passed, 0 failed\n',
    });
    expect((process.cpuUsage().user - begun) / 1_000_000).toBeLessThan(10); // [s], 50 ms for each
  });

  it('has every field of a file in docs/calltest.md', () => {
    const page = readFileSync('docs/calltest.md', 'utf8');
    const schema: unknown = JSON.parse(readFileSync('config/schema/calltest.json', 'utf8'));
    const names = new Set<string>();
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'properties') for (const name of Object.keys(inner)) names.add(name);
        collect(inner);
      }
    };
    collect(schema);
    expect(names.size).toBeGreaterThan(30);
    expect([...names].filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
  });
});
