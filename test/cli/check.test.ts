import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/cli/check.js';
import { folderOf } from '../config/config-folder.js';
import { recordedTerminal } from './recorded-terminal.js';

function checked(text: string) {
  const folder = folderOf({ 'office.yaml': text });
  const terminal = recordedTerminal();
  const status = check(join(folder, 'office.yaml'), {}, terminal);
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
});
