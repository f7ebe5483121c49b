import { describe, expect, test } from 'vitest';
import type { BatchResult, Operation } from '../../src/store/batch-writer.js';
import type { Sink } from '../../src/store/sink.js';
import type { StoreErrorCode } from '../../src/store/store-error.js';
import { WriteQueue } from '../../src/store/write-queue.js';

/** Keeps what it is given, and fails as it is told to. */
class MemorySink implements Sink {
  readonly batches: string[][] = [];
  failure: StoreErrorCode | null = null;
  closed = false;

  async write(operations: readonly Operation[]): Promise<BatchResult> {
    await Promise.resolve();
    const error = this.failure === null ? null : { code: this.failure, message: 'told to fail' };
    if (error !== null) return { written: 0, lost: operations.length, error };
    this.batches.push(
      operations.map((operation) => (operation.type === 'removeMessage' ? operation.id : operation.type)),
    );
    return { written: operations.length, lost: 0, error };
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

function setUp(options: { delayMs?: number; retryMs?: number } = {}) {
  const sink = new MemorySink();
  const errors: string[] = [];
  const queue = new WriteQueue(sink, {
    delayMs: 60_000,
    retryMs: 60_000,
    ...options,
    onError: ({ code }) => errors.push(code),
  });
  const add = (from: number, to: number) => {
    for (let n = from; n < to; n++) queue.add({ type: 'removeMessage', id: String(n) });
  };
  const sizes = () => sink.batches.map((batch) => batch.length);
  const isInOrder = () => sink.batches.flat().every((id, index) => id === String(index));
  return { sink, errors, queue, add, sizes, isInOrder };
}

describe('WriteQueue', () => {
  test('few rows wait for more, many go at once, what comes meanwhile goes together', async () => {
    const { queue, add, sizes, isInOrder } = setUp();
    add(0, 499);
    expect(queue.health.pending).toBe(499);
    expect(sizes()).toEqual([]);
    add(499, 3_000);
    await queue.flush();
    expect(sizes()).toEqual([500, 2_500]);
    expect(isInOrder()).toBe(true);
    await queue.close();
  });

  test('a row does not wait longer than the delay', async () => {
    const { queue, add, sink } = setUp({ delayMs: 1 });
    add(0, 1);
    while (sink.batches.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await queue.flush();
    expect(queue.health).toMatchObject({ pending: 0, written: 1 });
    await queue.close();
  });

  test('an error loses the batch, is told once, and again after it had gone', async () => {
    const { queue, add, sink, errors } = setUp();
    for (const failure of ['SQLITE_FULL', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE', null, 'SQLITE_FULL'] as const) {
      sink.failure = failure;
      add(0, 10);
      await queue.flush();
    }
    expect(errors).toEqual(['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_FULL']);
    expect(queue.health).toMatchObject({ pending: 0, written: 10, lost: 40, error: { code: 'SQLITE_FULL' } });
    await queue.close();
  });

  test('a lock loses nothing, keeps the order and is tried again by itself', async () => {
    const { queue, add, sink, errors, isInOrder } = setUp({ delayMs: 1, retryMs: 1 });
    sink.failure = 'SQLITE_BUSY';
    add(0, 700);
    await queue.flush();
    add(700, 1_400);
    expect(queue.health).toMatchObject({ pending: 1_400, written: 0, lost: 0 });
    sink.failure = null;
    while (queue.health.written < 1_400) await new Promise((resolve) => setImmediate(resolve));
    expect(isInOrder()).toBe(true);
    expect(errors).toEqual(['SQLITE_BUSY']);
    await queue.close();
  });

  test('what waits is bounded; the rest is lost', async () => {
    const { queue, add, sink, errors } = setUp();
    sink.failure = 'SQLITE_BUSY';
    add(0, 10);
    await queue.flush();
    add(10, 100_005);
    expect(queue.health).toMatchObject({ pending: 100_000, lost: 5, error: { code: 'OVERFLOW' } });
    sink.failure = null;
    await queue.flush();
    expect(queue.health).toMatchObject({ pending: 0, written: 100_000, lost: 5, error: null });
    expect(errors).toEqual(['SQLITE_BUSY', 'OVERFLOW']);
    await queue.close();
  });

  test('closing writes what waits', async () => {
    const { queue, add, sink, sizes } = setUp();
    add(0, 7);
    await queue.close();
    expect(sizes()).toEqual([7]);
    expect(sink.closed).toBe(true);
  });
});
