import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connect, prepared } from '../../src/store/connection.js';
import { migrate, SCHEMA_VERSION } from '../../src/store/schema.js';
import { folder } from './sample.js';

describe('migrate', () => {
  test('an empty file gets every table, once', () => {
    const db = connect(':memory:');
    expect(migrate(db)).toBeNull();
    expect(migrate(db)).toBeNull();
    expect(prepared(db, 'PRAGMA user_version').pluck().get()).toBe(SCHEMA_VERSION);
    const tables = prepared(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
    expect(tables).toEqual(['agents', 'bindings', 'calls', 'legs', 'messages', 'park_log', 'queue_log', 'state']);
  });

  test('a file of a newer version is left alone', () => {
    const db = connect(':memory:');
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    expect(migrate(db)).toMatchObject({ code: 'NEWER_SCHEMA' });
    expect(prepared(db, 'SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0);
  });

  test('an older file that may only be read is refused', () => {
    const file = join(folder(), 'old.db');
    connect(file).exec('CREATE TABLE t (x)').close();
    const db = connect(file, { readonly: true });
    expect(migrate(db)).toMatchObject({ code: 'SQLITE_READONLY' });
    db.close();
  });

  test('a migration that fails changes nothing', () => {
    const db = connect(':memory:');
    db.exec('CREATE TABLE messages (x)'); // the last of the first version's tables is in the way
    expect(migrate(db)).toMatchObject({ code: 'SQLITE_ERROR', message: expect.stringContaining('messages') });
    expect(prepared(db, 'PRAGMA user_version').pluck().get()).toBe(0);
    expect(prepared(db, "SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()).toEqual(['messages']);
  });
});
