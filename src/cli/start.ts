import { ConfigError, ownAddress, type Running, run } from '../main.js';
import { createLog } from './log.js';
import { phoneSettings } from './phone-settings.js';
import { counted, type Terminal } from './terminal.js';

export type StartOptions = { readonly config: string; readonly data?: string | undefined };

/** `strowger start`: runs until SIGINT or SIGTERM. 0 after an orderly stop, 1 if it cannot start. */
export async function start(options: StartOptions, terminal: Terminal): Promise<number> {
  let running: Running;
  try {
    running = await run({ configDir: options.config, dataDir: options.data, log: createLog(process.stderr) });
  } catch (error) {
    terminal.err(`${refusal(error)}\n`);
    return 1;
  }
  terminal.out(phoneSettings(running.config(), running.listeners(), ownAddress, terminal));
  process.on('SIGHUP', () => running.reload());
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  // A second signal ends the process at once, by the system's own default.
  await running.stop();
  return 0;
}

/** Why it does not start, as a person would say it. */
function refusal(error: unknown): string {
  if (error instanceof ConfigError) {
    const { length } = error.message.split('\n');
    return `${error.message}\nstrowger start: the configuration has ${counted(length, 'error')}`;
  }
  if (!(error instanceof Error)) return `strowger start: ${String(error)}`;
  const { code, address, port } = { code: null, address: '', port: '', ...error };
  if (code === 'EADDRINUSE') {
    return `strowger start: ${address} port ${port} is in use by another program; choose another with \`listen\` in server.yaml`;
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') return `strowger start: cannot listen: ${error.message}`;
  return `strowger start: ${error.message}`;
}
