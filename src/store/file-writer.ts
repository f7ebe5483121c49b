import type { Database } from 'better-sqlite3';
import { type BatchResult, BatchWriter, type Operation } from './batch-writer.js';
import { connect } from './connection.js';
import { configure } from './schema.js';
import { storeErrorOf } from './store-error.js';

/** Writes batches to a file that has the schema, on a connection of its own; opens it when there is something to write. */
export class FileWriter {
  readonly #file: string;
  readonly #busyMs: number;
  #db: Database | null = null;
  #writer: BatchWriter | null = null;

  constructor(file: string, busyMs: number) {
    this.#file = file;
    this.#busyMs = busyMs;
  }

  /** Never throws. */
  write(operations: readonly Operation[]): BatchResult {
    try {
      this.#writer ??= this.#open();
    } catch (error) {
      this.close();
      return { written: 0, lost: operations.length, error: storeErrorOf(error) };
    }
    return this.#writer.write(operations);
  }

  close(): void {
    this.#writer = null;
    this.#db?.close();
    this.#db = null;
  }

  #open(): BatchWriter {
    this.#db = connect(this.#file, { fileMustExist: true });
    configure(this.#db, this.#busyMs);
    return new BatchWriter(this.#db);
  }
}
