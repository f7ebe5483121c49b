/** Where a command writes, so that it can be run by a test as well as by a person. */
export type Terminal = {
  /** What was asked for. */
  readonly out: (text: string) => void;
  /** What is to be said besides: errors, warnings, progress. */
  readonly err: (text: string) => void;
  readonly colour: boolean;
};

/** The standard streams; colours where a person reads, unless NO_COLOR is set (https://no-color.org). */
export function terminalOf(
  { stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>,
  { NO_COLOR }: Readonly<Record<string, string | undefined>>,
): Terminal {
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    colour: stdout.isTTY === true && (NO_COLOR ?? '') === '',
  };
}

export function bold(text: string, { colour }: Terminal): string {
  return colour ? `\u001b[1m${text}\u001b[22m` : text;
}

export function dim(text: string, { colour }: Terminal): string {
  return colour ? `\u001b[2m${text}\u001b[22m` : text;
}

/** Rows of cells as lines with aligned columns; `indent` stands before each. */
export function columns(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) => `${indent}${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

/** `1 error`, `2 errors`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
