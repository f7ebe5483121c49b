import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Which folders of src/ a folder may import, besides itself; or parts of a folder, by the beginning of the path. This
 * table is the architecture; a new edge is a decision to write down in docs/architecture.md.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  machine: [],
  ports: [],
  sdp: [],
  auth: [],
  core: ['machine'],
  scripts: ['machine', 'core'],
  sip: ['machine', 'ports'],
  rtp: ['machine', 'ports', 'sdp'],
  drachtio: [
    'machine',
    'ports',
    'sdp',
    'sip/message',
    'sip/session',
    'sip/digest-answer',
    'sip/leg-referral',
    'sip/referral-subscription',
  ],
  config: ['core'],
  store: ['core'],
  switch: ['machine', 'core', 'scripts', 'ports', 'auth'],
  calltest: ['machine', 'core', 'scripts', 'ports', 'sdp', 'sip', 'auth', 'config', 'switch', 'rtp/wav'],
  cli: ['core', 'config', 'store', 'switch', 'calltest'],
  api: ['core', 'config', 'store', 'switch'],
};

/** Folders where time, chance and the world come in by the door. */
const PURE = ['machine/', 'core/', 'scripts/', 'ports/', 'sdp/', 'sip/transaction/'];
const PURE_PACKAGES = ['luxon', 'libphonenumber-js', 'sdp-transform', 'date-holidays', 'rrule'];
const IMPURE_WORDS =
  /\b(?:Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|setImmediate|process\.|performance\.)/;
const CLOCK = 'machine/clock.ts'; // the door itself

const MAX_LINES = 500;
const DUST = /(?:^|\/)(?:index|utils?|helpers?|common|[\w-]*(?:manager|service))\.ts$/;
const IMPORT = /\b(?:from\s+|import\s+|import\(\s*)'([^']+)'/g;

type Source = { readonly path: string; readonly text: string };

function sources(folder: string, extension: RegExp): Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => extension.test(path))
    .map((path) => ({ path, text: readFileSync(`${folder}/${path}`, 'utf8') }));
}

/** The text without its comments; good enough for a word search. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

function imports(text: string): string[] {
  return [...code(text).matchAll(IMPORT)].map((match) => match[1] ?? '');
}

const src = sources('src', /\.ts$/);
const tests = sources('test', /\.ts$/);
const others = [...sources('bench', /\.m?[jt]s$/), ...sources('tools', /\.m?[jt]s$/)];

describe('architecture', () => {
  it('has a row in the import table for every folder of src/', () => {
    const folders = new Set(src.filter(({ path }) => path.includes('/')).map(({ path }) => path.split('/')[0] ?? ''));
    expect([...folders].filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
  });

  describe.each(src.filter(({ path }) => path.includes('/')))('$path', ({ path, text }) => {
    const folder = path.split('/')[0] ?? '';
    const outside = imports(text).filter((name) => !name.startsWith('.'));
    const inside = imports(text).filter((name) => name.startsWith('.'));

    it('imports only what its folder may', () => {
      const allowed = [folder, ...(MAY_IMPORT[folder] ?? [])];
      const refused = inside.filter((name) => {
        const target = posix.join(posix.dirname(path), name);
        // Starting the whole program is one of the commands, so cli/ alone may reach up to the composition root.
        const isAllowed = allowed.some((each) => target.startsWith(each.includes('/') ? each : `${each}/`));
        return !isAllowed && !(folder === 'cli' && target === 'main.js');
      });
      expect(refused).toEqual([]);
    });

    if (PURE.some((pure) => path.startsWith(pure))) {
      it('is pure: nothing from outside, and no clock, chance or environment of its own', () => {
        expect(outside.filter((name) => !PURE_PACKAGES.includes(name))).toEqual([]);
        if (path !== CLOCK) expect(code(text)).not.toMatch(IMPURE_WORDS);
      });
    }
  });

  it('keeps every file at or under 500 lines', () => {
    const long = [...src, ...tests, ...others].filter(({ text }) => text.split('\n').length > MAX_LINES + 1);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('names files for the noun that they define', () => {
    expect([...src, ...tests].map(({ path }) => path).filter((path) => DUST.test(path))).toEqual([]);
    expect(src.map(({ path }) => path).filter((path) => !/^[a-z0-9/-]+(?:\.d)?\.ts$/.test(path))).toEqual([]);
  });

  it('skips no test and leaves none to be written', () => {
    const skipping = /\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|todo|only|skipIf|runIf|fails)\b|\b(?:xit|xdescribe)\(/;
    expect(tests.filter(({ text }) => skipping.test(code(text))).map(({ path }) => path)).toEqual([]);
  });

  it('leaves nothing to do', () => {
    const todo = /\b(?:TODO|FIXME|XXX)\b/;
    expect(src.filter(({ text }) => todo.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
