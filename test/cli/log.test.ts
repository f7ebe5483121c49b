import { describe, expect, it } from 'vitest';
import { plainLine } from '../../src/cli/log.js';

const TIME = new Date(2026, 10, 22, 9, 5, 7).getTime();

describe('a line of the log for a person', () => {
  it.each([
    [{ level: 'info', time: TIME, msg: 'ready' }, '09:05:07 info  ready\n'],
    [
      { level: 'warn', time: TIME, msg: 'refused', status: 403 },
      '09:05:07 \u001b[33mwarn \u001b[0m refused {"status":403}\n',
    ],
    [
      { level: 'error', time: TIME, msg: 'defect', err: { message: 'x', stack: 'Error: x\n    at y' } },
      '09:05:07 \u001b[31merror\u001b[0m defect\nError: x\n    at y\n',
    ],
    [{ level: 'info', time: TIME, count: 1 }, '09:05:07 info   {"count":1}\n'],
  ])('%j', (entry, line) => {
    expect(plainLine(`${JSON.stringify(entry)}\n`)).toBe(line);
  });

  it('is left alone when it is of another kind', () => {
    expect(plainLine('{"a":1}\n')).toBe('{"a":1}\n');
  });
});
