import { readFileSync } from 'node:fs';
import { Argument, Command, CommanderError } from 'commander';
import { schemaNames } from '../config/json-schema.js';
import type { Environment } from '../config/password.js';
import { check } from './check.js';
import { type ExplainOptions, explain } from './explain.js';
import { schema } from './schema.js';
import { type StatusOptions, status } from './status.js';
import type { Terminal } from './terminal.js';

const CONFIG = ['-c, --config <path>', 'folder or file of the configuration', 'config'] as const;
const DATA = ['-d, --data <folder>', 'data folder, in place of what the configuration says'] as const;

/** Something is wrong with the command line itself. */
const USAGE = 2;

/** Runs one command line (without node and script) to its end; the exit status. */
export async function runCommand(args: readonly string[], terminal: Terminal, env: Environment): Promise<number> {
  let exitStatus = 0;
  const program = commands(terminal, env, (code) => {
    exitStatus = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : USAGE; // commander has said what
  }
  return exitStatus;
}

function commands(terminal: Terminal, env: Environment, done: (code: number) => void): Command {
  const program = new Command('strowger')
    .description('A telephone exchange: phones register to it over SIP, calls go by the rules of their domain.')
    .version(version(), '-V, --version')
    .showHelpAfterError('(strowger --help tells more)')
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .addHelpText('after', '\nExit status: 0 well, 1 not well, 2 wrong usage, 3 (status) not running.');

  program
    .command('start')
    .description('run the exchange in the foreground')
    .option(...CONFIG)
    .option(...DATA)
    .action(async (options: { config: string; data?: string }) => {
      const { start } = await import('./start.js'); // with all of the exchange, which no other command needs
      done(await start(options, terminal));
    });

  program
    .command('check')
    .description('read the configuration and tell every mistake in it')
    .argument('[path]', CONFIG[1], CONFIG[2])
    .action((path: string) => done(check(path, env, terminal)));

  program
    .command('explain')
    .description('tell what happens to a call that nobody answers, and why')
    .requiredOption('-t, --to <number>', 'the number that is dialled')
    .option('-f, --from <caller>', 'device that calls, or an outside number')
    .option('--at <time>', "when, by the domain's wall clock, such as 2026-12-25T10:00 (default: now)")
    .option('--domain <name>', 'domain of the number (default: the default domain)')
    .option('--registered <devices>', 'devices that are registered, such as 202,202wp (default: all)')
    .option('--json', 'for programs')
    .option(...CONFIG)
    .action((options: ExplainOptions) => done(explain(options, env, Date.now(), terminal)));

  program
    .command('status')
    .description('show the registrations and calls of the running exchange')
    .option('--json', 'for programs')
    .option(...CONFIG)
    .option(...DATA)
    .action(async (options: StatusOptions) => done(await status(options, env, Date.now, terminal)));

  program
    .command('schema')
    .description('print the JSON Schema of a configuration file, for editors')
    .addArgument(new Argument('[name]', 'which file').choices(schemaNames).default('domain'))
    .action((name: (typeof schemaNames)[number]) => done(schema(name, terminal)));
  return program;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}
