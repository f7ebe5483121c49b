import { type DifferenceLine, difference, secondsText } from '../calltest/difference.js';
import { type Observed, observe } from '../calltest/trial.js';
import { type WiredDomain, wiredDomain } from '../calltest/wired-domain.js';
import type { CallTest } from '../config/call-test.js';
import { loadCallTests } from '../config/call-tests.js';
import { loadConfig } from '../config/load.js';
import type { Environment } from '../config/password.js';
import { type Problem, problemText } from '../config/problem.js';
import type { Domain } from '../core/domain.js';
import { tell } from '../core/reason.js';
import { reportProblems } from './check.js';
import { bold, dim, type Terminal } from './terminal.js';

export type CalltestOptions = { readonly config: string; readonly json?: boolean | undefined };

type Trial = {
  readonly test: CallTest;
  readonly observed: Observed;
  readonly lines: readonly DifferenceLine[];
  readonly passed: boolean;
};

/** `strowger calltest [DIR]`: 0 if every test in the files there passes, else 1. `path` undefined: where the configuration is. */
export async function calltest(
  path: string | undefined,
  { config, json }: CalltestOptions,
  env: Environment,
  terminal: Terminal,
): Promise<number> {
  const loaded = loadConfig(config, env);
  if (!loaded.ok) {
    reportProblems(loaded, terminal);
    return 1;
  }
  const { tests, errors } = loadCallTests(path ?? config, loaded.config);
  const trials = await runAll(tests);
  const failed = trials.filter((trial) => !trial.passed);
  if (json === true) {
    terminal.out(`${JSON.stringify(report(trials, errors), null, 2)}\n`);
  } else {
    for (const problem of errors) terminal.err(`${problemText(problem)}\n`);
    for (const trial of failed) terminal.out(failureText(trial, terminal));
    terminal.out(`${trials.length - failed.length} passed, ${failed.length} failed\n`);
  }
  return failed.length + errors.length === 0 ? 0 : 1;
}

async function runAll(tests: readonly CallTest[]): Promise<Trial[]> {
  const wired = new Map<Domain, WiredDomain>();
  const trials: Trial[] = [];
  for (const test of tests) {
    const domain = wired.get(test.domain) ?? wiredDomain(test.domain);
    wired.set(test.domain, domain);
    const observed = await observe(test, domain);
    const lines = difference(test, observed);
    const passed = observed.defects.length === 0 && lines.every(({ as }) => as === 'both');
    trials.push({ test, observed, lines, passed });
  }
  return trials;
}

const SIGNS = { both: ' ', expected: '-', unexpected: '+' } as const;

/** Expected lines with `-`, those that came instead with `+`, and the reasons of the decisions. */
function failureText({ test, observed, lines }: Trial, terminal: Terminal): string {
  const { file, line, column } = test.place;
  const rows = lines.map(({ as, atMs, text, place }) => {
    const time = (atMs === null ? '' : secondsText(atMs)).padStart(8);
    const where = as === 'expected' && place !== null ? dim(`   ${place.file}:${place.line}`, terminal) : '';
    return `  ${SIGNS[as]}${time}  ${text}${where}\n`;
  });
  const why = observed.because.map((reason) => dim(`             ${tell(reason, test.domain)}\n`, terminal));
  const defects = observed.defects.map((defect) => `  ! ${defect}\n`);
  const head = `${file}:${line}:${column}: ${bold(test.name, terminal)}\n`;
  const legend = '  - expected, + what happened\n';
  return `${head}${legend}${rows.join('')}${why.length === 0 ? '' : dim('    because:\n', terminal)}${why.join('')}${defects.join('')}\n`;
}

/** For programs. */
function report(trials: readonly Trial[], errors: readonly Problem[]): unknown {
  const passed = trials.filter((trial) => trial.passed).length;
  return {
    passed,
    failed: trials.length - passed,
    errors,
    tests: trials.map(({ test, observed, lines, passed: hasPassed }) => ({
      file: test.place.file,
      line: test.place.line,
      name: test.name,
      domain: test.domain.name,
      passed: hasPassed,
      observed: {
        ...observed,
        because: observed.because.map((reason) => ({ ...reason, text: tell(reason, test.domain) })),
      },
      difference: lines,
    })),
  };
}
