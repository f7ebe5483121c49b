import type { Terminal } from '../../src/cli/terminal.js';

/** A terminal that remembers what was written to it. */
export function recordedTerminal(): Terminal & { readonly said: () => { readonly out: string; readonly err: string } } {
  let out = '';
  let err = '';
  return {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    colour: false,
    said: () => ({ out, err }),
  };
}
