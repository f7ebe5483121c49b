/** What went wrong with the database. `code`: SQLite's (`SQLITE_FULL`, `SQLITE_NOTADB` …), or one of ours. */
export type StoreError = { readonly code: StoreErrorCode; readonly message: string };

/** `NEWER_SCHEMA`: written by a newer version of this program. `WRITER_GONE`: the writer thread died. `OVERFLOW`: rows come faster than the disk takes them. */
export type StoreErrorCode = `SQLITE_${string}` | 'NEWER_SCHEMA' | 'WRITER_GONE' | 'OVERFLOW';

/** `otherwise`: the code of an error that SQLite did not raise itself. */
export function storeErrorOf(error: unknown, otherwise: StoreErrorCode = 'SQLITE_ERROR'): StoreError {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return { code: code.startsWith('SQLITE_') ? `SQLITE_${code.slice(7)}` : otherwise, message };
}
