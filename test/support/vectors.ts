import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A torture message of RFC 4475 or RFC 5118 and what may become of it; see test/vectors/README.md. */
export type Vector = {
  /** `rfc4475/wsinv.dat` */
  readonly file: string;
  readonly bytes: Buffer;
  readonly rfc: number;
  readonly section: string;
  readonly title: string;
  readonly kind: 'request' | 'response';
  readonly method: string | null;
  readonly over: 'UDP' | 'TCP' | 'TLS';
  readonly class: 'valid' | 'invalid' | 'semantic';
  /** Status codes one of which a server is to answer. */
  readonly must: readonly number[];
  /** Codes that are tolerable besides. */
  readonly may: readonly number[];
  readonly silent_ok: boolean;
  readonly never: readonly string[];
  /** A server that challenges first may answer 401 or 407. */
  readonly auth_ok: boolean;
  readonly rfc_says: string;
};

const FOLDER = join(import.meta.dirname, '../vectors');

/** Every `.dat` file in the folder with its entry in expected.json. Throws if a file has none, or an entry no file. */
export function loadVectors(): readonly Vector[] {
  const entries: Omit<Vector, 'bytes'>[] = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')).messages;
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.dat'))
    .map((file) => file.replaceAll('\\', '/'));
  const orphan = entries.find((entry) => !files.includes(entry.file));
  if (orphan !== undefined) throw new Error(`${orphan.file} is expected and missing`);
  return files.sort().map((file) => {
    const entry = entries.find((candidate) => candidate.file === file);
    if (entry === undefined) throw new Error(`${file} has no entry in expected.json`);
    return { ...entry, bytes: readFileSync(join(FOLDER, file)) };
  });
}
