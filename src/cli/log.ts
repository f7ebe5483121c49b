import { type Logger, pino } from 'pino';
import { z } from 'zod';

const COLOURS: Readonly<Record<string, string>> = { warn: '\u001b[33m', error: '\u001b[31m', fatal: '\u001b[31m' };
const RESET = '\u001b[0m';

/** The program's log: JSON lines for a collector, plain lines for a person. */
export function createLog(stream: NodeJS.WriteStream): Logger {
  const options = { base: null, formatters: { level: (label: string) => ({ level: label }) } };
  if (stream.isTTY !== true) return pino(options, stream);
  return pino(options, { write: (line: string) => stream.write(plainLine(line)) });
}

const entry = z.looseObject({ level: z.string(), time: z.number(), msg: z.string().optional() });
const failure = z.looseObject({ message: z.string(), stack: z.string().optional() });

/** `10:32:11 warn  request refused {"status":403}`; what is no log line stays as it is. */
export function plainLine(line: string): string {
  const parsed = entry.safeParse(JSON.parse(line));
  if (!parsed.success) return line;
  const { level, time, msg, err, ...rest } = parsed.data;
  const clock = new Date(time).toTimeString().slice(0, 8);
  const detail = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`;
  const thrown = failure.safeParse(err);
  const trace = thrown.success ? `\n${thrown.data.stack ?? thrown.data.message}` : '';
  const colour = COLOURS[level];
  const label = level.padEnd(5);
  return `${clock} ${colour === undefined ? label : `${colour}${label}${RESET}`} ${msg ?? ''}${detail}${trace}\n`;
}
