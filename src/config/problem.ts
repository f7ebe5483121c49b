/** Where something stands in a configuration file. Line and column count from 1. */
export type Place = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The way to it from the top of the file: `users[0].rules[1].when`; empty: the file itself. */
  readonly path: string;
};

/** One thing that is wrong: where, and what is wrong, what was expected. */
export type Problem = Place & { readonly message: string };

/** Everything found so far. Errors refuse the configuration, warnings do not. */
export type Findings = { readonly errors: Problem[]; readonly warnings: Problem[] };

/** `config/domains/acme.yaml:12:9: users[0].ringTime: …`, as compilers print it and editors jump to it. */
export function problemText({ file, line, column, path, message }: Problem): string {
  return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`;
}

/** In the order of the text, file by file. */
export function byPlace(a: Problem, b: Problem): number {
  return a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;
}

/** `; did you mean "Business hours"?`, or nothing when no candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = closest(word, candidates);
  return near === null ? '' : `; did you mean ${JSON.stringify(near)}?`;
}

/** The candidate that a slip of the hand turned into `word`: at most a third of its letters differ. Null: none. */
export function closest(word: string, candidates: Iterable<string>): string | null {
  const typed = word.toLowerCase();
  let best: string | null = null;
  let bestEdits = Math.floor(Math.max(typed.length, 3) / 3) + 1;
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const other = candidate.toLowerCase();
    // What cannot be nearer is not measured: a file may have thousands of mistakes and thousands of candidates.
    if (Math.abs(other.length - typed.length) >= bestEdits || (bestEdits === 1 && other !== typed)) continue;
    const edits = editDistance(typed, other);
    if (edits < bestEdits) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best;
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, (older[j - 2] ?? 0) + 1);
      }
      row.push(edits);
    }
    older = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
