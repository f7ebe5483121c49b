import { expect, it } from 'vitest';
import { AcdStage, type StageOptions } from './acd-stage.js';

/** A row of a table test: its name begins with the rule; what is done on the stage; what it must have caused, with times. */
export type Transcript = readonly [
  name: string,
  options: StageOptions,
  script: (stage: AcdStage) => void,
  lines: readonly string[],
];

/** Plays each row on a stage of its own, where the invariants are checked after every event. */
export function play(rows: readonly Transcript[]): void {
  it.each(rows)('%s', (_name, options, script, lines) => {
    const stage = new AcdStage(options);
    script(stage);
    expect(stage.lines).toEqual(lines);
  });
}
