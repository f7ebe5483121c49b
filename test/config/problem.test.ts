import { describe, expect, it } from 'vitest';
import { closest } from '../../src/config/problem.js';

describe('suggestions', () => {
  it.each([
    ['ringtime', ['ringTime', 'rules'], 'ringTime'],
    ['rinGTmie', ['ringTime', 'rules'], 'ringTime'],
    ['Buisness hours', ['Business hours', 'Lunch'], 'Business hours'],
    ['203', ['202', '207'], '202'],
    ['203', ['999'], null],
    ['x', ['y'], 'y'],
    ['colour', ['name', 'rules', 'devices'], null],
    ['', ['a'], 'a'],
    ['when', ['when'], null],
  ])('for "%s" of %j: %s', (word, candidates, expected) => {
    expect(closest(word, candidates)).toBe(expected);
  });
});
