import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const SCENARIOS = fileURLToPath(new URL('../../sipp-scenarios/', import.meta.url));
const RUNNER = fileURLToPath(new URL('../../tools/sipp.mjs', import.meta.url));

export type SippScenario = {
  readonly name: string;
  /** Why the drachtio pairing cannot do it; null: it can. */
  readonly notOnDrachtio: string | null;
};

/** Every folder of sipp-scenarios/, by name. */
export const sippScenarios: readonly SippScenario[] = readdirSync(SCENARIOS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    const written: unknown = parse(readFileSync(join(SCENARIOS, name, 'scenario.yaml'), 'utf8'));
    const why: unknown = typeof written === 'object' && written !== null ? Reflect.get(written, 'notOnDrachtio') : null;
    return { name, notOnDrachtio: typeof why === 'string' ? why : null };
  })
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** Plays it to its end; code 0 if everything went as written. */
export function playScenario(name: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [RUNNER, name], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const hear = (text: string) => {
    output += text;
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, output })));
}
