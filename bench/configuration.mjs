// How long a configuration takes: a domain of 10,000 users with 10 rules each and 1,000 time frames, from its file to the
// domain, with all checks and lints, and the memory that the process comes to. Seconds are those of the processor, which
// on a machine that does nothing else are no fewer than those of the clock on the wall. `npm run bench configuration`, or by itself
// after `npm run build`: `node bench/configuration.mjs`. The yardstick is JSON.parse of the same data.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const title = 'A configuration of 10,000 users is read, checked and linted';
export const columns = ['run', 'seconds', 'on the wall', 'MB', 'times JSON.parse'];
/** It needs no running exchange. */
export const standsAlone = true;

const LIMITS = { seconds: 5, megabytes: 500 };
const RUNS = 3;
const PARSES = 10;
const NOW = Date.UTC(2026, 10, 24, 15, 30);
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const two = (number) => String(number).padStart(2, '0');

function frames() {
  return Array.from({ length: 1000 }, (_, i) => {
    const hour = i % 22;
    if (i % 10 === 9) return [`Closed ${i}`, `{ dates: ["2027-${two(1 + (i % 12))}-${two(1 + (i % 28))}"] }`];
    const day = DAYS[i % 7];
    return [`Hours ${i}`, `{ days: { ${day}: "${two(hour)}:00-${two(hour + 1)}:30" } }`];
  });
}

/** Users forward upwards, so that the walk after circles is a long one and finds none. */
function office() {
  const all = frames();
  const lines = ['domain: big.example', 'timezone: America/New_York', 'timeFrames:'];
  for (const [name, frame] of all) lines.push(`  ${name}: ${frame}`);
  lines.push('users:');
  for (let i = 0; i < 10_000; i++) {
    const extension = 10_000 + i;
    lines.push(`  - extension: ${extension}`, `    name: User ${extension}`, `    password: long-enough-${extension}`);
    lines.push('    voicemail: true', '    rules:');
    for (let r = 0; r < 9; r++) {
      const [frame] = all[(i * 7 + r * 13) % all.length];
      const to = extension + 1 + ((i + r) % 17);
      const unanswered = r % 3 === 0 && to < 20_000 ? to : 'voicemail';
      lines.push(`      - { when: ${frame}, ring: all, unanswered: ${unanswered} }`);
    }
    lines.push('      - { when: default, unanswered: voicemail }');
  }
  return `${lines.join('\n')}\n`;
}

/** In a process of its own, whose memory is that of this work alone. */
function once(file) {
  return JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), file], { encoding: 'utf8' }));
}

async function load(file) {
  const { loadConfig } = await import('../dist/config/load.js');
  const began = { cpu: process.cpuUsage(), wall: performance.now() };
  const loaded = loadConfig(file, {}, { dataDir: join(file, '..', 'data'), lintAt: NOW });
  const seconds = cpuSeconds(began.cpu);
  const wall = (performance.now() - began.wall) / 1000;
  if (!loaded.ok) throw new Error(loaded.errors[0]?.message);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  const { load: plain } = await import('js-yaml');
  const json = JSON.stringify(plain(readFileSync(file, 'utf8')));
  const parsing = process.cpuUsage();
  for (let i = 0; i < PARSES; i++) JSON.parse(json);
  return { seconds, wall, megabytes, times: seconds / (cpuSeconds(parsing) / PARSES) };
}

function cpuSeconds(since) {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

export async function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-bench-'));
  try {
    const file = join(folder, 'big.yaml');
    writeFileSync(file, office());
    const runs = Array.from({ length: RUNS }, () => once(file)).sort((a, b) => a.seconds - b.seconds);
    const { seconds, megabytes, times } = runs[RUNS >> 1];
    const isOver = seconds > LIMITS.seconds || megabytes > LIMITS.megabytes;
    return {
      lines: runs.map((run, i) => [
        i + 1,
        run.seconds.toFixed(2),
        run.wall.toFixed(2),
        run.megabytes.toFixed(0),
        run.times.toFixed(1),
      ]),
      figures: { 'seconds (at most 5)': seconds, 'MB (at most 500)': megabytes, 'times JSON.parse': times },
      isOver,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , file] = process.argv;
  if (file !== undefined) console.log(JSON.stringify(await load(file)));
  else {
    const { lines, isOver } = await measure();
    for (const line of [columns, ...lines]) console.log(line.map((cell) => String(cell).padStart(18)).join(''));
    process.exit(isOver ? 1 : 0);
  }
}
