import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Registrar } from '../../src/core/registrar.js';
import type { CallQuery } from '../../src/store/archive.js';
import { connect } from '../../src/store/connection.js';
import { openStore, type Store, type StoreOptions } from '../../src/store/store.js';
import { FakeClock } from '../support/fake-clock.js';
import { binding, call, folder, message } from './sample.js';

function setUp(changes: Partial<StoreOptions> = {}): {
  store: Store;
  file: string;
  errors: string[];
  options: StoreOptions;
} {
  const errors: string[] = [];
  const file = join(folder(), 'strowger.db');
  const options: StoreOptions = { file, inThread: true, onError: ({ code }) => errors.push(code), ...changes };
  return { store: openStore(options), file: options.file, errors, options };
}

describe('Store', () => {
  test('what is saved is found again after a restart', async () => {
    const { store, options, errors } = setUp();
    const missed = call({
      id: 'call2',
      to: null,
      ringingAt: null,
      answeredAt: null,
      rule: null,
      forwards: [],
      legs: [],
    });
    store.saveBinding(binding());
    store.saveBinding(binding({ uri: 'sip:b@192.0.2.9', instance: null, regId: null, path: [] }));
    store.saveCall(call());
    store.saveCall(missed);
    store.saveMessage(message());
    await store.close();
    expect(existsSync(`${options.file}-wal`)).toBe(false);

    const again = openStore(options);
    expect(again.loadBindings(0)).toEqual([
      binding(),
      binding({ uri: 'sip:b@192.0.2.9', instance: null, regId: null, path: [] }),
    ]);
    expect(again.findCall('call1')).toEqual(call());
    expect(again.findCall('call2')).toEqual(missed);
    expect(again.findCall('call3')).toBeNull();
    expect(again.listMessages({ domain: 'acme.example' })).toEqual([message()]);
    expect(again.health()).toEqual({ usable: true, error: null, pending: 1, written: 0, lost: 0 });
    await again.close();
    expect(errors).toEqual([]);
  });

  test('phones that registered before a restart are reached after it', async () => {
    const { store, options } = setUp();
    const clock = new FakeClock(1_000_000);
    const registrar = new Registrar(clock, {
      changed: (changes) => {
        for (const { change, binding } of changes) {
          if (change === 'registered' || change === 'refreshed') store.saveBinding(binding);
          else store.removeBinding(binding);
        }
      },
    });
    const register = (device: string, contact: string, cseq = 1) => {
      const headers: Record<string, string[]> = { CSeq: [`${cseq} REGISTER`], Contact: [contact] };
      const message = { callId: device, source: 'udp/192.0.2.1:5060', header: (name: string) => headers[name] ?? [] };
      expect(registrar.register({ domain: 'acme.example', device, maxContacts: 5 }, message).status).toBe(200);
    };
    register('202', '<sip:202@192.0.2.1>;q=0.5, <sip:202b@192.0.2.1>');
    register('202', '<sip:202@192.0.2.1>;q=0.7', 2);
    register('203', '<sip:203@192.0.2.1>');
    register('203', '<sip:203@192.0.2.1>;expires=0', 2);
    register('204', '<sip:204@192.0.2.1>;expires=60');
    register('205', '<sip:205@192.0.2.1>;expires=3000');
    const before = [...registrar.bindings()];
    await store.close();

    clock.advance(60_000);
    const next = openStore(options);
    const restarted = new Registrar(clock);
    restarted.load(next.loadBindings(clock.now()));
    expect([...restarted.bindings()].sort((a, b) => (a.uri < b.uri ? -1 : 1))).toEqual(
      before.filter(({ device }) => device !== '204').sort((a, b) => (a.uri < b.uri ? -1 : 1)),
    );
    expect(restarted.contactsOf('acme.example', '202').map(({ uri }) => uri)).toEqual([
      'sip:202b@192.0.2.1',
      'sip:202@192.0.2.1',
    ]);
    await next.flush();
    expect(next.loadBindings(0).map(({ device }) => device)).not.toContain('204');
    await next.close();
  });

  test('saving replaces, removing removes', async () => {
    const { store } = setUp();
    store.saveBinding(binding());
    store.saveBinding(binding({ cseq: 3 }));
    store.saveBinding(binding({ device: '203' }));
    store.removeBinding({ domain: 'acme.example', device: '203', uri: 'sip:202@192.0.2.1' });
    store.saveCall(call());
    store.saveCall(call({ dialled: '204', legs: call().legs.slice(0, 1) }));
    store.saveMessage(message());
    store.saveMessage(message({ folder: 'saved', heard: true }));
    store.saveMessage(message({ id: 'm2' }));
    store.removeMessage('m2');
    await store.flush();
    expect(store.loadBindings(0)).toEqual([binding({ cseq: 3 })]);
    expect(store.findCall('call1')).toEqual(call({ dialled: '204', legs: call().legs.slice(0, 1) }));
    expect(store.listMessages({ domain: 'acme.example' })).toEqual([message({ folder: 'saved', heard: true })]);
    await store.close();
  });

  const queries: [string, CallQuery, string[]][] = [
    ['A-206 latest first', {}, ['d', 'c', 'b', 'a']],
    ['by domain', { domain: 'acme.example' }, ['c', 'b', 'a']],
    ['A-204 range includes its start and excludes its end', { since: 2_000, until: 4_000 }, ['c', 'b']],
    ['party that called', { party: '301' }, ['b']],
    ['party that was dialled', { party: '203' }, ['d', 'b', 'a']],
    ['party that took the call', { party: '401', domain: 'acme.example' }, ['c']],
    ['party by device that was rung', { party: '203a', domain: 'acme.example' }, ['a']],
    ['party nobody knows', { party: '999' }, []],
    ['page', { limit: 2, offset: 1 }, ['c', 'b']],
  ];
  test.each(queries)('listCalls: %s', async (_rule, query, expected) => {
    const { store } = setUp();
    const nobody = { name: '', number: '300', device: null };
    store.saveCall(call({ id: 'a', startedAt: 1_000, from: nobody, to: null }));
    store.saveCall(call({ id: 'b', startedAt: 2_000, from: { ...nobody, number: '301' }, to: null, legs: [] }));
    store.saveCall(
      call({ id: 'c', startedAt: 3_000, from: nobody, dialled: '400', to: { kind: 'voicemail', id: '401' }, legs: [] }),
    );
    store.saveCall(call({ id: 'd', startedAt: 4_000, domain: 'other.example', from: nobody, to: null, legs: [] }));
    await store.flush();
    expect(store.listCalls(query).map(({ id }) => id)).toEqual(expected);
    await store.close();
  });

  test('A-177 A-183 messages by mailbox and folder, latest first', async () => {
    const { store } = setUp();
    store.saveMessage(message({ id: 'old', receivedAt: 1 }));
    store.saveMessage(message({ id: 'young', receivedAt: 2 }));
    store.saveMessage(message({ id: 'kept', folder: 'saved', receivedAt: 3 }));
    store.saveMessage(message({ id: 'hers', mailbox: '203', receivedAt: 4 }));
    await store.flush();
    const ids = (query: { mailbox?: string; folder?: 'new' | 'saved' }) =>
      store.listMessages({ domain: 'acme.example', ...query }).map(({ id }) => id);
    expect(ids({})).toEqual(['hers', 'kept', 'young', 'old']);
    expect(ids({ mailbox: '202' })).toEqual(['kept', 'young', 'old']);
    expect(ids({ mailbox: '202', folder: 'new' })).toEqual(['young', 'old']);
    expect(store.listMessages({ domain: 'other.example' })).toEqual([]);
    await store.close();
  });
});

describe('Store in trouble', () => {
  test('a file that is no database: told once, rows lost, nothing thrown', async () => {
    const file = join(folder(), 'strowger.db');
    writeFileSync(file, randomBytes(8192));
    const { store, errors } = setUp({ file });
    expect(errors).toEqual(['SQLITE_NOTADB']);
    for (let n = 0; n < 1000; n++) store.saveCall(call());
    expect(store.listCalls({})).toEqual([]);
    expect(store.loadBindings(0)).toEqual([]);
    expect(store.health()).toMatchObject({ usable: false, lost: 1000, error: { code: 'SQLITE_NOTADB' } });
    await store.flush();
    await store.close();
    expect(errors).toHaveLength(1);
  });

  test('a folder that is not there', () => {
    const { store, errors } = setUp({ file: join(folder(), 'missing', 'strowger.db') });
    expect(errors).toEqual(['SQLITE_CANTOPEN']);
    expect(store.health().error?.message).toContain('missing');
  });

  test("another program's lock: told once, rows wait and are written when it is gone", async () => {
    const { store, errors, file } = setUp({ busyMs: 1 });
    const other = connect(file);
    other.exec('BEGIN EXCLUSIVE');
    for (let n = 0; n < 600; n++) store.saveCall(call({ id: String(n), legs: [] }));
    await store.flush();
    await store.flush();
    expect(errors).toEqual(['SQLITE_BUSY']);
    expect(store.health()).toMatchObject({ pending: 600, written: 0, lost: 0 });
    other.exec('ROLLBACK');
    other.close();
    await store.flush();
    expect(store.health()).toMatchObject({ pending: 0, written: 600, lost: 0, error: null });
    expect(store.listCalls({ limit: 1000 })).toHaveLength(600);
    await store.close();
  });

  test('a lock that outlives us: closing ends, and counts what is lost', async () => {
    const { store, file } = setUp({ busyMs: 1 });
    const other = connect(file);
    other.exec('BEGIN EXCLUSIVE');
    store.saveCall(call());
    await store.close();
    other.close();
    store.saveCall(call());
    expect(store.health()).toMatchObject({ usable: false, pending: 0, written: 0, lost: 2 });
  });

  test('read-only: reads what the writer has written, writes nothing', async () => {
    const { store, options } = setUp();
    store.saveCall(call());
    await store.flush();
    const reader = openStore({ ...options, readOnly: true });
    reader.saveCall(call({ id: 'x' }));
    await reader.flush();
    expect(reader.listCalls({})).toEqual([call()]);
    expect(reader.health()).toMatchObject({ usable: true, lost: 1 });
    await reader.close();
    await store.close();
    const { errors } = setUp({ readOnly: true });
    expect(errors).toEqual(['SQLITE_CANTOPEN']);
  });
});
