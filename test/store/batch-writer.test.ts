import { describe, expect, test } from 'vitest';
import { BatchWriter } from '../../src/store/batch-writer.js';
import { connect, prepared } from '../../src/store/connection.js';
import { configure, migrate } from '../../src/store/schema.js';
import { binding, call, message } from './sample.js';

function setUp() {
  const db = connect(':memory:');
  configure(db, 0);
  expect(migrate(db)).toBeNull();
  const count = (table: string) => prepared(db, `SELECT count(*) FROM ${table}`).pluck().get();
  return { db, writer: new BatchWriter(db), count };
}

describe('BatchWriter', () => {
  test('a row that the schema refuses is lost alone', () => {
    const { writer, count } = setUp();
    const result = writer.write([
      { type: 'saveBinding', binding: binding() },
      { type: 'saveMessage', message: JSON.parse(JSON.stringify(message()).replace('"new"', '"attic"')) },
      { type: 'saveBinding', binding: binding({ uri: 'sip:b@192.0.2.1', cseq: 1.5 }) },
      { type: 'saveMessage', message: message() },
    ]);
    expect(result).toMatchObject({ written: 2, lost: 2, error: { code: expect.stringMatching(/^SQLITE_CONSTRAINT/) } });
    expect([count('bindings'), count('messages')]).toEqual([1, 1]);
    expect(writer.write([{ type: 'saveCall', record: call() }])).toEqual({ written: 1, lost: 0, error: null });
  });

  test('a full disk costs the batch, whole, and the next one is written when there is room', () => {
    const { db, writer, count } = setUp();
    db.exec(`PRAGMA max_page_count = ${prepared(db, 'PRAGMA page_count').pluck().get()}`);
    const batch = Array.from(
      { length: 2000 },
      (_, n) => ({ type: 'saveCall', record: call({ id: String(n) }) }) as const,
    );
    expect(writer.write(batch)).toMatchObject({ written: 0, lost: 2000, error: { code: 'SQLITE_FULL' } });
    expect([count('calls'), count('legs')]).toEqual([0, 0]);
    db.exec('PRAGMA max_page_count = 100000');
    expect(writer.write(batch)).toEqual({ written: 2000, lost: 0, error: null });
    expect([count('calls'), count('legs')]).toEqual([2000, 4000]);
  });

  test('removals', () => {
    const { writer, count } = setUp();
    writer.write([
      { type: 'saveBinding', binding: binding({ expiresAt: 100 }) },
      { type: 'saveBinding', binding: binding({ uri: 'sip:b@192.0.2.1', expiresAt: 101 }) },
      { type: 'saveBinding', binding: binding({ uri: 'sip:c@192.0.2.1', expiresAt: 102 }) },
      { type: 'removeExpired', at: 100 },
      { type: 'removeBinding', domain: 'acme.example', device: '202', uri: 'sip:b@192.0.2.1' },
      { type: 'saveMessage', message: message() },
      { type: 'removeMessage', id: 'm1' },
    ]);
    expect([count('bindings'), count('messages')]).toEqual([1, 0]);
  });
});
