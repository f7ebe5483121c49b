import type { Loaded } from '../config/load.js';
import { loadConfig } from '../config/load.js';
import type { Environment } from '../config/password.js';
import { problemText } from '../config/problem.js';
import { lineOf } from '../core/queue/line-index.js';
import { counted, type Terminal } from './terminal.js';

/** `strowger check`: 0 if the configuration can be run, else 1. */
export function check(path: string, env: Environment, nowMs: number, terminal: Terminal): number {
  const loaded = loadConfig(path, env, { lintAt: nowMs });
  reportProblems(loaded, terminal);
  if (!loaded.ok) {
    const { errors, warnings } = loaded;
    terminal.err(`${path}: ${counted(errors.length, 'error')}, ${counted(warnings.length, 'warning')}\n`);
    return 1;
  }
  const domains = [...loaded.config.domains.values()];
  const users = domains.flatMap((domain) =>
    [...domain.users.values()].filter(({ extension }) => lineOf(domain, extension) === null),
  );
  const devices = users.flatMap((user) => user.devices);
  const sizes = [counted(domains.length, 'domain'), counted(users.length, 'user'), counted(devices.length, 'device')];
  terminal.out(`${path}: no mistake found in ${sizes.join(', ')}\n`);
  return 0;
}

/** Every error and warning on a line of its own, as compilers write them. */
export function reportProblems(loaded: Loaded, terminal: Terminal): void {
  for (const problem of loaded.warnings) {
    const { file, line, column, path, message } = problem;
    terminal.err(`${problemText({ file, line, column, path, message: `warning: ${message}` })}\n`);
  }
  if (!loaded.ok) for (const problem of loaded.errors) terminal.err(`${problemText(problem)}\n`);
}
