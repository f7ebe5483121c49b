/** A line of a table; `line` is where it begins in the text, from 1. */
export type CsvRow = { readonly line: number; readonly cells: readonly string[] };

/** Which of the signs that spreadsheets put between cells the first line has outside of quotes. */
export function separatorOf(text: string): string {
  const [first = ''] = text.replace(/"[^"]*"/g, '').split(/[\r\n]/, 1);
  return [';', '\t'].find((sign) => first.includes(sign)) ?? ',';
}

/**
 * Reads a table as spreadsheets write it (RFC 4180), with any of `separators` between cells. Cells lose the spaces
 * around them; empty lines are left out. A quote that is not closed runs to the end.
 */
export function readCsv(text: string, separators: string): readonly CsvRow[] {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let line = 1;
  let start = 1;
  const end = () => {
    cells.push(cell.trim());
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: start, cells });
    cells = [];
    cell = '';
  };
  const signs = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  for (let at = 0; at < signs.length; at++) {
    const sign = signs.charAt(at);
    if (sign === '\n') line++;
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (signs.charAt(at + 1) === '"') cell += signs.charAt(at++);
      else isQuoted = false;
    } else if (sign === '"' && cell.trim() === '') {
      cell = '';
      isQuoted = true;
    } else if (separators.includes(sign)) {
      cells.push(cell.trim());
      cell = '';
    } else if (sign === '\n') {
      end();
      start = line;
    } else cell += sign;
  }
  end();
  return rows;
}

/** A table with commas and the line ends of RFC 4180. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

function quoted(cell: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
