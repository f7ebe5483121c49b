import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/cli/check.js';
import { folderOf } from '../config/config-folder.js';
import { recordedTerminal } from './recorded-terminal.js';

const NOW = Date.UTC(2026, 10, 24, 15, 30);

function checked(text: string) {
  const folder = folderOf({ 'office.yaml': text });
  const terminal = recordedTerminal();
  const status = check(join(folder, 'office.yaml'), {}, NOW, terminal);
  const { out, err } = terminal.said();
  return { status, out: out.replaceAll(`${folder}/`, ''), err: err.replaceAll(`${folder}/`, '') };
}

describe('strowger check', () => {
  it('counts what is there and ends with 0', () => {
    expect(checked('domain: a.example\nusers: [{ extension: 1, password: long-enough }]\n')).toEqual({
      status: 0,
      out: 'office.yaml: no mistake found in 1 domain, 1 user, 1 device\n',
      err: '',
    });
  });

  it('tells warnings and still ends with 0', () => {
    expect(checked('domain: a.example\nusers: [{ extension: 1, password: short }]\n')).toEqual({
      status: 0,
      out: 'office.yaml: no mistake found in 1 domain, 1 user, 1 device\n',
      err: 'office.yaml:2:35: users[0].password: warning: the password of 1 is weak: it has fewer than 8 characters\n',
    });
  });

  it('tells every error where it is and ends with 1', () => {
    expect(checked('domain: a.example\ncountri: US\nusers: [{ extension: x }]\n')).toEqual({
      status: 1,
      out: '',
      err:
        'office.yaml:2:1: countri: unknown field; did you mean "country"?\n' +
        'office.yaml:3:22: users[0].extension: "x" is not right; expected an extension of 1 to 15 digits, such as 202\n' +
        'office.yaml: 2 errors, 0 warnings\n',
    });
  });

  const office = (users: string) => `domain: a.example
timezone: UTC
timeFrames:
  Days: { days: { mon-fri: "09:00-17:00" } }
  Nights: { days: { mon-fri: "17:01-08:59" } }
  Morning: { days: { tue: "10:00-11:00" } }
  Past: { dates: ["2020-01-01"] }
users:
${users}
`;
  const user = (extension: number, rules: string) =>
    `  - { extension: ${extension}, password: long-enough, rules: [${rules}] }`;

  it.each([
    [
      'D-50 A to B and B to A at the same time',
      [user(201, '{ when: Days, always: 202 }'), user(202, '{ when: Morning, unanswered: 201 }')],
      'office.yaml:9:76: users[0].rules[0].always: warning: calls that nobody takes go in a circle, for example Tue 2026-12-01 10:00 UTC: 201 → 202 → 201; let one of them end in voicemail\n',
    ],
    [
      'D-50 A to B by day and B to A by night',
      [user(201, '{ when: Days, always: 202 }'), user(202, '{ when: Nights, always: 201 }')],
      '',
    ],
    [
      'D-50 a circle of three',
      [
        user(201, '{ when: default, always: 202 }'),
        user(202, '{ when: default, unanswered: 203 }'),
        user(203, '{ when: default, always: 201 }'),
      ],
      'office.yaml:9:79: users[0].rules[0].always: warning: calls that nobody takes go in a circle, for example Tue 2026-11-24 15:30 UTC: 201 → 202 → 203 → 201; let one of them end in voicemail\n',
    ],
    [
      'a rule that another one covers',
      [user(201, '{ when: Days, ring: all }, { when: Morning, ring: main }')],
      'office.yaml:9:89: users[0].rules[1].when: warning: never decides within a year, because whenever it holds, a rule above it does, such as "Days" on Tue 2026-12-01 10:00 UTC; move it up, or remove it\n',
    ],
    [
      'a rule whose frame is over',
      [user(201, '{ when: Past, ring: all }')],
      'office.yaml:9:62: users[0].rules[0].when: warning: never decides within a year, because its time frame never holds in it; remove the rule, or give the frame other dates\n',
    ],
    [
      'a rule below one that is disabled',
      [user(201, '{ when: Days, enabled: false, ring: all }, { when: Morning, ring: main }')],
      '',
    ],
  ])('looks at all rules together: %s', (_, users, err) => {
    const said = checked(office(users.join('\n')));
    expect(said.err).toBe(err);
    expect(said.status).toBe(0);
  });
});
