import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { connect } from '../../src/store/connection.js';
import type * as StoreModule from '../../src/store/store.js';
import { call, folder } from './sample.js';

/** src/store as JavaScript in a folder of its own, since a worker is started from compiled code. */
async function compiledStore(): Promise<typeof StoreModule> {
  const root = folder();
  mkdirSync(join(root, 'store'));
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  for (const name of readdirSync('src/store')) {
    const compilerOptions = {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      verbatimModuleSyntax: true,
    };
    const { outputText } = ts.transpileModule(readFileSync(`src/store/${name}`, 'utf8'), { compilerOptions });
    writeFileSync(join(root, 'store', name.replace(/\.ts$/, '.js')), outputText);
  }
  return import(/* @vite-ignore */ pathToFileURL(join(root, 'store', 'store.js')).href);
}

describe('writer thread', () => {
  test('writes in order, is flushed and closed, and outlives trouble with the file', async () => {
    const { openStore } = await compiledStore();
    const file = join(folder(), 'strowger.db');
    const errors: string[] = [];
    const options = { file, busyMs: 1, onError: ({ code }: { code: string }) => errors.push(code) };
    const store = openStore(options);
    for (let n = 0; n < 2_000; n++) store.saveCall(call({ id: `call${n}`, startedAt: n }));
    store.saveCall(call({ id: 'call0', startedAt: 5_000 }));
    await store.flush();
    expect(store.health()).toEqual({ usable: true, error: null, pending: 0, written: 2_001, lost: 0 });
    expect(store.listCalls({ limit: 3 }).map(({ id }) => id)).toEqual(['call0', 'call1999', 'call1998']);
    expect(store.findCall('call7')).toEqual(call({ id: 'call7', startedAt: 7 }));

    const other = connect(file);
    other.exec('BEGIN IMMEDIATE');
    store.saveCall(call({ id: 'kept' }));
    await store.flush();
    expect(store.health()).toMatchObject({ pending: 1, error: { code: 'SQLITE_BUSY' } });
    other.exec('ROLLBACK');
    other.close();
    await store.close();
    expect(errors).toEqual(['SQLITE_BUSY']);

    const again = openStore({ ...options, inThread: true });
    expect(again.findCall('kept')).not.toBeNull();
    await again.close();
  });

  test('a thread that cannot start loses the rows and says so', async () => {
    const { openStore } = await import('../../src/store/store.js'); // uncompiled: there is no writer-thread.js
    const errors: string[] = [];
    const store = openStore({ file: join(folder(), 'strowger.db'), onError: ({ code }) => errors.push(code) });
    store.saveCall(call());
    await store.flush();
    store.saveCall(call());
    await store.flush();
    expect(store.health()).toMatchObject({ written: 0, lost: 2, error: { code: 'WRITER_GONE' } });
    expect(errors).toEqual(['WRITER_GONE']);
    await store.close();
  });
});
