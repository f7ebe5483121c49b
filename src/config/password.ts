import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { PasswordFile } from './domain-file.js';
import { didYouMean } from './problem.js';
import { fail, type Scope, warn } from './scope.js';

export type Environment = { readonly [name: string]: string | undefined };

const SHORTEST = 8;

/**
 * The password that the file gives or names, or null after reporting why there is none. `holder[key]` is where it
 * stands; `id` is whom it belongs to: a user name, or the address of a server.
 */
export function readPassword(
  written: PasswordFile,
  holder: object,
  id: string,
  env: Environment,
  scope: Scope,
  key = 'password',
): string | null {
  const value = typeof written === 'object' ? indirect(written, env, scope) : String(written);
  if (value === null) return null;
  if (value === '') {
    fail(scope, holder, key, 'the password is empty');
  } else if (value === id) {
    fail(scope, holder, key, `the password of ${id} is its own name, which scanners try first`);
  } else if (value.length < SHORTEST) {
    warn(scope, holder, key, `the password of ${id} is weak: it has fewer than ${SHORTEST} characters`);
  }
  return value;
}

function indirect(
  written: { readonly env: string } | { readonly file: string },
  env: Environment,
  scope: Scope,
): string | null {
  if ('env' in written) {
    const value = env[written.env];
    if (value !== undefined) return value;
    const near = didYouMean(written.env, Object.keys(env));
    fail(scope, written, 'env', `the environment variable ${written.env} is not set${near}`);
    return null;
  }
  const path = resolve(dirname(scope.file.name), written.file);
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    fail(scope, written, 'file', `cannot read ${path}: ${reason(error)}`);
    return null;
  }
}

/** `ENOENT` in words that need no manual. */
export function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  return error instanceof Error ? error.message : String(error);
}

/**
 * Passwords made up for devices that were given none. They are kept in `passwords.json` of the data folder, which only
 * its owner may read, so that a phone that was set up once stays set up.
 */
export class MadeUpPasswords {
  readonly #path: string;
  readonly #byDomain: Map<string, Map<string, string>>;
  #changed = false;

  /** `dataDir` need not exist. Throws if the file is there and cannot be read: to make it anew would lock out every phone. */
  constructor(dataDir: string) {
    this.#path = passwordsPath(dataDir);
    this.#byDomain = readStore(this.#path);
  }

  of(domain: string, device: string): string {
    const devices = this.#byDomain.get(domain) ?? new Map<string, string>();
    this.#byDomain.set(domain, devices);
    const known = devices.get(device);
    if (known !== undefined) return known;
    const made = makePassword();
    devices.set(device, made);
    this.#changed = true;
    return made;
  }

  /** Writes what is new. Throws the system's error. */
  save(): void {
    if (!this.#changed) return;
    const text = JSON.stringify(
      Object.fromEntries([...this.#byDomain].map(([k, v]) => [k, Object.fromEntries(v)])),
      null,
      2,
    );
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(`${this.#path}.new`, `${text}\n`, { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
    this.#changed = false;
  }
}

export function passwordsPath(dataDir: string): string {
  return join(dataDir, 'passwords.json');
}

const storeFile = z.record(z.string(), z.record(z.string(), z.string()));

function readStore(path: string): Map<string, Map<string, string>> {
  if (!existsSync(path)) return new Map();
  const stored = storeFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  return new Map(Object.entries(stored).map(([domain, devices]) => [domain, new Map(Object.entries(devices))]));
}

// To be typed into a phone by hand: no upper case, and no two signs that look alike.
const SIGNS = 'abcdefghjkmnpqrstuvwxyz23456789';
const LENGTH = 16; // 79 bits

function makePassword(): string {
  return Array.from({ length: LENGTH }, () => SIGNS[randomInt(SIGNS.length)]).join('');
}
