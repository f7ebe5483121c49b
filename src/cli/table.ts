import { bold, type Terminal } from './terminal.js';

export type TableColumn = { readonly title: string; readonly align: 'left' | 'right' };

/** `paint` is put around the padded cell. */
export type TableCell = { readonly text: string; readonly paint?: (text: string) => string };

/** Lines of aligned cells below their titles, which are broken at blanks so that they are no wider than need be. */
export function tableText(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  terminal: Terminal,
): string {
  const widths = columns.map(({ title }, i) =>
    Math.max(...title.split(' ').map((word) => word.length), ...rows.map((row) => row[i]?.text.length ?? 0), 1),
  );
  const titles = columns.map(({ title }, i) => broken(title, Math.max(widths[i] ?? 0, 10)));
  titles.forEach((lines, i) => {
    widths[i] = Math.max(widths[i] ?? 0, ...lines.map((line) => line.length));
  });
  const height = Math.max(...titles.map((lines) => lines.length));
  const head = Array.from({ length: height }, (_, line) =>
    titles.map((lines) => ({
      text: lines[line - (height - lines.length)] ?? '',
      paint: (text: string) => bold(text, terminal),
    })),
  );
  const pad = (cell: TableCell, i: number): string => {
    const width = widths[i] ?? 0;
    const padded = columns[i]?.align === 'right' ? cell.text.padStart(width) : cell.text.padEnd(width);
    return cell.paint === undefined || cell.text === '' ? padded : cell.paint(padded);
  };
  return [...head, ...rows].map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('');
}

/** A title in lines of at most `width`, as far as its words allow. */
function broken(title: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of title.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const PAINTS = { green: 32, yellow: 33, red: 31 } as const;

/** A cell in a colour, where the terminal has colours. */
export function painted(text: string, colour: keyof typeof PAINTS | undefined, terminal: Terminal): TableCell {
  if (colour === undefined || !terminal.colour) return { text };
  return { text, paint: (padded) => `\u001b[${PAINTS[colour]}m${padded}\u001b[39m` };
}
