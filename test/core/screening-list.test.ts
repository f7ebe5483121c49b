import { describe, expect, it } from 'vitest';
import { listEntry } from '../../src/core/screening-list.js';

const users = new Map([
  ['2001', null],
  ['2002', null],
]);

describe('an entry of a list', () => {
  it.each([
    ['a number with its country code', '+1 (212) 555-0100', 'US', '+12125550100'],
    ['a number of the country', '030 123456', 'DE', '+4930123456'],
    ['an extension, though it could be a number of the country', '2001', 'DE', '2001'],
    ['four digits that are no extension', '2003', 'DE', '+492003'],
    ['a short code', '110', 'DE', '110'],
    ['a beginning with its country code', '+1900*', 'DE', '+1900*'],
    ['a beginning as in the country', '0900*', 'DE', '+49900*'],
    ['the same without the trunk prefix', '900*', 'US', '+1900*'],
    ['with the trunk prefix', '1-900*', 'US', '+1900*'],
    ['a beginning abroad', '0044*', 'DE', '+44*'],
    ['a beginning of extensions', '20*', 'DE', '20*'],
    ['everything', '*', 'DE', '*'],
    ['no beginning of anything', '00*', 'DE', '00*'],
  ])('D-4 %s', (_, written, country, expected) => {
    expect(listEntry(written, country, users)).toBe(expected);
  });
});
