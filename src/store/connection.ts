import Database from 'better-sqlite3';

/**
 * The connections of this thread and their statements, which are kept as long as it lives. Node.js from 24.19 on ends
 * the program when its garbage collection meets one of better-sqlite3 12 that nobody holds (nodejs/node#65446).
 */
const KEPT = new Map<Database.Database, Map<string, Database.Statement>>();

/** Opens a file; `:memory:` is one of its own. Throws what SQLite throws. */
export function connect(file: string, options: Database.Options = {}): Database.Database {
  const db = new Database(file, options);
  KEPT.set(db, new Map());
  return db;
}

/** The one statement of a connection with that text: its result must have been read before it is run again. */
export function prepared<Parameters extends unknown[], Row = unknown>(
  db: Database.Database,
  sql: string,
): Database.Statement<Parameters, Row> {
  const statements = KEPT.get(db);
  if (statements === undefined) throw new Error('not a connection made by `connect`');
  let statement = statements.get(sql);
  if (statement === undefined) {
    statement = db.prepare(sql);
    statements.set(sql, statement);
  }
  return statement as unknown as Database.Statement<Parameters, Row>;
}
