import { readFileSync } from 'node:fs';
import { Argument, Command, CommanderError } from 'commander';
import { schemaNames } from '../config/json-schema.js';
import type { Environment } from '../config/password.js';
import { type CalendarOptions, calendar } from './calendar.js';
import type { CalltestOptions } from './calltest.js';
import { check } from './check.js';
import { type ExplainOptions, explain } from './explain.js';
import { exportLists, importLists, type ListsOptions } from './lists.js';
import { explainLive } from './live-explanation.js';
import { exportNumbers, importNumbers, type NumbersOptions } from './numbers.js';
import { explainPastCall } from './past-call.js';
import { queueCommands } from './queue-commands.js';
import { schema } from './schema.js';
import { type StatusOptions, status } from './status.js';
import { drainRunning, type RunningCommand, type SwitchOptions, tellRunning } from './switching.js';
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
    .action((path: string) => done(check(path, env, Date.now(), terminal)));

  program
    .command('explain')
    .description('tell what happens to a call that nobody answers, and why')
    .option('-t, --to <number>', 'the number that is dialled')
    .option('--call <id>', 'a past call, from its record: an id, or last')
    .option('-f, --from <caller>', 'device that calls, or an outside number')
    .option('--at <time>', "when, by the domain's wall clock, such as 2026-12-25T10:00 (default: now)")
    .option('--domain <name>', 'domain of the number (default: the default domain)')
    .option('--registered <devices>', 'devices that are registered, such as 202,202wp (default: all)')
    .option(
      '--live',
      'as the running exchange would do it now: with its registrations, calls and all that was switched',
    )
    .option('--json', 'for programs')
    .option(...CONFIG)
    .option(...DATA)
    .action(async (options: ExplainWords) => done(await explaining(options, env, terminal)));

  program
    .command('status')
    .description('show the registrations and calls of the running exchange')
    .option('--json', 'for programs')
    .option(...CONFIG)
    .option(...DATA)
    .action(async (options: StatusOptions) => done(await status(options, env, Date.now, terminal)));

  program
    .command('calendar')
    .description('show when which rule of a user, or a time frame, holds')
    .argument('<subject>', 'an extension, or the name of a time frame')
    .option('--user <extension>', 'whose private time frame it is')
    .option('--from <day>', 'such as 2026-12-24 (default: today)')
    .option('--to <day>', 'the last day (default: two weeks)')
    .option('--domain <name>', 'default: the default domain')
    .option('--json', 'for programs')
    .option('--svg', 'the whole year on one page')
    .option(...CONFIG)
    .action((subject: string, options: CalendarOptions) => done(calendar(subject, options, env, Date.now(), terminal)));

  program
    .command('calltest')
    .description('make the calls of *.calltest.yaml in virtual time and compare what comes of them')
    .argument('[path]', 'a file, or a folder and its folders (default: where the configuration is)')
    .option('--json', 'for programs')
    .option(...CONFIG)
    .action(async (path: string | undefined, options: CalltestOptions) => {
      const { calltest } = await import('./calltest.js'); // with all of the exchange, which few commands need
      done(await calltest(path, options, env, terminal));
    });

  switching(program, terminal, env, done);
  lists(program, terminal, env, done);
  numbers(program, terminal, env, done);
  queueCommands(program, terminal, env, done);

  program
    .command('schema')
    .description('print the JSON Schema of a configuration file, for editors')
    .addArgument(new Argument('[name]', 'which file').choices(schemaNames).default('domain'))
    .action((name: (typeof schemaNames)[number]) => done(schema(name, terminal)));
  return program;
}

type ExplainWords = Omit<ExplainOptions, 'to'> & { to?: string; call?: string; live?: boolean; data?: string };

async function explaining(options: ExplainWords, env: Environment, terminal: Terminal): Promise<number> {
  const { to, call, live, data, ...others } = options;
  if (call !== undefined) return explainPastCall(call, options, env, terminal);
  if (to === undefined) {
    terminal.err("error: required option '-t, --to <number>' not specified, or --call <id>\n");
    return USAGE;
  }
  if (live !== true) return explain({ ...others, to }, env, Date.now(), terminal);
  return explainLive({ ...others, to }, { config: options.config, data }, env, terminal);
}

/** What a running exchange can be told to switch. */
function switching(program: Command, terminal: Terminal, env: Environment, done: (code: number) => void): void {
  const onOff = (): Argument => new Argument('<state>', 'on or off').choices(['on', 'off']);
  const tell = async (options: SwitchOptions, make: (domain: string) => RunningCommand): Promise<void> =>
    done(await tellRunning(options, make, env, terminal));
  const common = (command: Command): Command =>
    command
      .option('--domain <name>', 'default: the default domain')
      .option(...CONFIG)
      .option(...DATA);
  common(
    program
      .command('toggle')
      .description('switch a time frame of the running exchange')
      .argument('<frame>', 'name of the time frame')
      .addArgument(onOff())
      .option('--user <extension>', 'whose private time frame it is (default: a shared one)')
      .option('--until <time>', "by the domain's wall clock, such as 2026-12-25T10:00"),
  ).action((frame: string, state: string, options: SwitchOptions & { user?: string; until?: string }) => {
    const { user: owner = null, until = null } = options;
    return tell(options, (domain) => ({ switch: 'toggle', domain, frame, owner, on: state === 'on', until }));
  });
  common(
    program.command('dnd').description('switch do not disturb for a user').argument('<extension>').addArgument(onOff()),
  ).action((extension: string, state: string, options: SwitchOptions) =>
    tell(options, (domain) => ({ switch: 'dnd', domain, extension, on: state === 'on' })),
  );
  common(
    program
      .command('forward')
      .description('forward every call of a user')
      .argument('<extension>')
      .argument('<to>', 'an extension or a number, or off'),
  ).action((extension: string, to: string, options: SwitchOptions) =>
    tell(options, (domain) => ({ switch: 'forward', domain, extension, to: to === 'off' ? null : to })),
  );
  common(
    program
      .command('call')
      .description('call a number for a user: a phone of his rings first, and who answers there is connected')
      .argument('<extension>', 'for whom')
      .argument('<to>', 'as it is dialled there')
      .option('--from <phone>', 'a device id, or a number outside (default: the main device)'),
  ).action((extension: string, to: string, options: SwitchOptions & { from?: string }) =>
    tell(options, (domain) => ({ domain, extension, to, from: options.from ?? null })),
  );
  common(
    program
      .command('resync')
      .description('tell the phones of a user to fetch their settings again')
      .argument('<extension>')
      .option('--device <id>', 'this phone alone (default: every one that is registered)')
      .option('--reboot', 'they start anew'),
  ).action((extension: string, options: SwitchOptions & { device?: string; reboot?: boolean }) =>
    tell(options, (domain) => ({
      resync: extension,
      domain,
      device: options.device ?? null,
      reboot: options.reboot === true,
    })),
  );
  program
    .command('drain')
    .description('take a media server out of use for new calls, or back into it (pairing: drachtio)')
    .argument('<server>', 'its address, as `status` shows it')
    .addArgument(onOff())
    .option(...CONFIG)
    .option(...DATA)
    .action(async (server: string, state: string, options: SwitchOptions) =>
      done(await drainRunning(options, server, state === 'on', env, terminal)),
    );
}

function lists(program: Command, terminal: Terminal, env: Environment, done: (code: number) => void): void {
  const group = program.command('lists').description('allowed and blocked numbers as a table (CSV)');
  const common = (command: Command): Command =>
    command
      .option('--user <extension>', 'of this user (default: of the domain)')
      .option('--domain <name>', 'default: the default domain')
      .option(...CONFIG);
  common(group.command('export').description('print the table')).action((options: ListsOptions) =>
    done(exportLists(options, env, terminal)),
  );
  common(
    group.command('import').description('add the numbers of a table to the configuration').argument('<file>'),
  ).action((file: string, options: ListsOptions) => done(importLists(file, options, env, terminal)));
}

function numbers(program: Command, terminal: Terminal, env: Environment, done: (code: number) => void): void {
  const group = program
    .command('numbers')
    .description('phone numbers and what becomes of their calls, as a table (CSV)');
  const common = (command: Command): Command =>
    command.option('--domain <name>', 'default: the default domain').option(...CONFIG);
  common(group.command('export').description('print the table')).action((options: NumbersOptions) =>
    done(exportNumbers(options, env, terminal)),
  );
  common(
    group.command('import').description('bring the numbers of a table into the configuration').argument('<file>'),
  ).action((file: string, options: NumbersOptions) => done(importNumbers(file, options, env, terminal)));
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}
