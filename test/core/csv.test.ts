import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvText, readCsv, separatorOf } from '../../src/core/csv.js';

const cellsOf = (text: string, separators = ',') => readCsv(text, separators).map(({ cells }) => cells);

describe('RFC 4180', () => {
  it.each([
    [
      '2.1 lines end in CRLF',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      '2.2 the last may have no end',
      'a,b\r\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['2.5 quotes', '"a","b b"\r\n', [['a', 'b b']]],
    ['2.6 line breaks, quotes and commas in quotes', '"a\nb","c,d"\r\n', [['a\nb', 'c,d']]],
    ['2.7 a quote in quotes', '"a ""b"" c"\r\n', [['a "b" c']]],
    [
      'a byte order mark and the line ends of others',
      '\uFEFFa,b\nc,d\re,f',
      [
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
      ],
    ],
    [
      'empty lines and empty cells',
      'a,\n\n,b\n',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['spaces around cells, and a quote inside of one', ' a , "b" , 5" \n', [['a', 'b', '5"']]],
    ['a quote that is not closed', '"a,b\nc', [['a,b\nc']]],
  ])('§%s', (_, text, expected) => {
    expect(cellsOf(text)).toEqual(expected);
  });

  it('lines are counted as editors do, with those inside of quotes', () => {
    expect(readCsv('a\n\n"b\nc"\nd\n', ',').map(({ line }) => line)).toEqual([1, 3, 5]);
  });

  it.each([
    ['number,notes', ','],
    ['number;notes', ';'],
    ['number\tnotes', '\t'],
    ['"a;b",c\nx;y', ','],
    ['number', ','],
  ])('the separator of %j is %j', (text, separator) => {
    expect(separatorOf(text)).toBe(separator);
  });

  it('what is written is read again', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', ' ', 'é') });
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(rows, (table) => {
        expect(cellsOf(csvText(table))).toEqual(table.map((cells) => cells.map((text) => text.trim())));
      }),
    );
  });
});
