import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SCENARIOS = fileURLToPath(new URL('../../sipp-scenarios/', import.meta.url));
const RUNNER = fileURLToPath(new URL('../../tools/sipp.mjs', import.meta.url));

const names = readdirSync(SCENARIOS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

/** Most of a scenario is waiting, so that a few can be played at once, each against an exchange of its own. */
describe.concurrent('SIPp against the built exchange', () => {
  it.each(names)('%s', async (name) => {
    const { code, output } = await play(name);
    expect(code, `${output}\nAgain: npm run sipp ${name}`).toBe(0);
  });
});

function play(name: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [RUNNER, name], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const hear = (text: string) => {
    output += text;
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, output })));
}
