import { resolve } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../config/load.js';
import type { Environment } from '../config/password.js';
import { reportProblems } from './check.js';
import { post, readJson } from './control-socket.js';
import { type ExplainQuestion, type ExplainScope, explainIn } from './explain.js';
import type { Terminal } from './terminal.js';

/** What a running exchange is asked, as JSON on its control socket. */
const liveQuestion = z.strictObject({
  to: z.string(),
  from: z.string().optional(),
  at: z.string().optional(),
  domain: z.string().optional(),
  registered: z.string().optional(),
  json: z.boolean().optional(),
  colour: z.boolean(),
});

/**
 * Explains a call by what the running exchange holds: its configuration with all that was switched, its registrations,
 * calls and trunks. 200 with the text, or 400 with what is wrong about the question.
 */
export function answerLive(
  text: string,
  scope: ExplainScope,
  nowMs: number,
): { readonly status: number; readonly message: string } {
  const asked = liveQuestion.safeParse(readJson(text));
  if (!asked.success) return { status: 400, message: 'this is no question of this version' };
  const { colour, ...options } = asked.data;
  const said: string[] = [];
  const say = (words: string) => said.push(words);
  const code = explainIn(scope, options, nowMs, { out: say, err: say, colour });
  return { status: code === 0 ? 200 : 400, message: said.join('') };
}

/** LSB: the program does not run. */
const NOT_RUNNING = 3;

/** `strowger explain --live`: 0, 1 if the question makes no sense, 3 if nothing runs with this data folder. */
export async function explainLive(
  asked: ExplainQuestion,
  place: { readonly config: string; readonly data?: string | undefined },
  env: Environment,
  terminal: Terminal,
): Promise<number> {
  const loaded = loadConfig(place.config, env, { dataDir: place.data });
  if (!loaded.ok && place.data === undefined) {
    reportProblems(loaded, terminal);
    return 1;
  }
  const socket = loaded.ok ? loaded.config.server.controlSocket : resolve(place.data ?? '', 'control.sock');
  const { to, from, at, domain, registered, json } = asked;
  const question = { to, from, at, domain, registered, json, colour: terminal.colour };
  try {
    const { status, message } = await post(socket, '/explain', question);
    if (status === 200) terminal.out(message);
    else terminal.err(message.endsWith('\n') ? message : `strowger explain: ${message}\n`);
    return status === 200 ? 0 : 1;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    terminal.err(`strowger explain: strowger is not running (${why})\n`);
    return NOT_RUNNING;
  }
}
