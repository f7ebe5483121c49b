import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ServerConfig } from '../../src/config/config.js';
import { ConfigWatch, fieldsThatNeedRestart, type WatchFolder } from '../../src/config/watch.js';
import { FakeClock } from '../support/fake-clock.js';
import { folderOf, office } from './config-folder.js';

const FILES = { 'server.yaml': 'log: info\n', 'domains/a.yaml': 'domain: a.example\n' };

/** A watch on these files under a fake clock and by fake eyes; `said` is what it reported. */
function watched(files: Readonly<Record<string, string>>, single = '') {
  const folder = folderOf(files);
  const clock = new FakeClock();
  const eyes = new Map<string, (name: string | null) => void>();
  const watch: WatchFolder = (path, changed) => {
    eyes.set(path, changed);
    return () => eyes.delete(path);
  };
  const said: string[] = [];
  const configWatch = new ConfigWatch(
    join(folder, single),
    {},
    { dataDir: join(folder, 'data') },
    {
      onReload: ({ domains }) => said.push(`reload ${[...domains.keys()].join(' ')}`),
      onRefused: (errors) => said.push(`refused ${errors.map(({ message }) => message).join(' ')}`),
    },
    clock,
    watch,
  );
  onTestFinished(() => configWatch.stop());
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const touch = (path: string, name: string | null) => eyes.get(join(folder, path))?.(name);
  return { folder, clock, eyes, said, configWatch, write, touch };
}

describe('hot reload', () => {
  it('waits until the files have settled, then loads once', () => {
    const { clock, said, write, touch } = watched(FILES);
    write('domains/a.yaml', 'domain: b.example\n');
    touch('domains', 'a.yaml');
    clock.advance(200);
    touch('', 'server.yaml');
    clock.advance(299);
    expect(said).toEqual([]);
    clock.advance(1);
    expect(said).toEqual(['reload b.example']);
    clock.advance(10_000);
    expect(said).toHaveLength(1);
  });

  it('is all or nothing: one mistake in any file refuses all of them', () => {
    const { clock, said, write, touch } = watched(FILES);
    write('domains/b.yaml', 'domain: b.example\n');
    write('domains/c.yaml', 'domain: a.example\n');
    touch('domains', null);
    clock.advance(300);
    expect(said).toEqual([expect.stringMatching(/^refused "a.example" is the name of a domain already/)]);
    write('domains/c.yaml', 'domain: c.example\n');
    touch('domains', 'c.yaml');
    clock.advance(300);
    expect(said[1]).toBe('reload a.example b.example c.example');
  });

  it('does not mind other files', () => {
    const { clock, said, touch } = watched(FILES);
    for (const name of ['.a.yaml.swp', 'README.md', 'a.yaml~']) touch('domains', name);
    expect(clock.pending).toBe(0);
    expect(said).toEqual([]);
  });

  it('loads at once when it is told to (SIGHUP), and only once', () => {
    const { clock, said, configWatch, touch } = watched(FILES);
    touch('domains', 'a.yaml');
    configWatch.reload();
    expect(said).toEqual(['reload a.example']);
    clock.advance(1000);
    expect(said).toHaveLength(1);
  });

  it('watches a single file through its folder', () => {
    const { folder, clock, eyes, said, touch } = watched({ 'office.yaml': 'domain: a.example\n' }, 'office.yaml');
    expect([...eyes.keys()]).toEqual([folder]);
    touch('', 'other.yaml');
    expect(clock.pending).toBe(0);
    touch('', 'office.yaml');
    clock.advance(300);
    expect(said).toEqual(['reload a.example']);
  });

  it('outlives the loss of the folder', () => {
    const { folder, clock, said, touch } = watched(FILES);
    rmSync(join(folder, 'domains'), { recursive: true });
    touch('', 'domains');
    clock.advance(300);
    expect(said).toEqual(['refused cannot be read: there is no such file']);
  });

  it('says nothing any more when it is stopped', () => {
    const { clock, eyes, configWatch, touch } = watched(FILES);
    touch('domains', 'a.yaml');
    configWatch.stop();
    expect([clock.pending, eyes.size]).toEqual([0, 0]);
  });

  it('hears the real file system', async () => {
    const folder = folderOf(FILES);
    const reloaded = new Promise<string[]>((resolve) => {
      const configWatch = new ConfigWatch(
        folder,
        {},
        { dataDir: folder },
        { onReload: ({ domains }) => resolve([...domains.keys()]), onRefused: () => {} },
        { after: runNow },
      );
      onTestFinished(() => configWatch.stop());
    });
    writeFileSync(join(folder, 'domains/b.yaml'), 'domain: b.example\n');
    expect(await reloaded).toContain('a.example');
  });
});

/** The first event will do. */
function runNow(_: number, run: () => void) {
  run();
  return { cancel: () => {} };
}

describe('what needs a restart', () => {
  const settings = (lines: string): ServerConfig =>
    office(`domain: a.example\nserver: { ${lines} }\n`, { dataDir: '/d' }).server;

  it.each([
    ['log: debug', []],
    ['digest: { algorithms: [MD5] }', []],
    ['listen: { tcp: false }', ['listeners']],
    ['advertise: 192.0.2.1', ['advertised', 'media']],
    ['control: other.sock', ['controlSocket']],
  ])('%s: %j', (lines, fields) => {
    expect(fieldsThatNeedRestart(settings(''), settings(lines))).toEqual(fields);
  });
});
