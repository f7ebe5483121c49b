import { describe, expect, it } from 'vitest';
import { playScenario, sippScenarios } from './sipp-scenario.js';

/** Most of a scenario is waiting, so that a few can be played at once, each against an exchange of its own. */
describe.concurrent('SIPp against the built exchange', () => {
  it.each(sippScenarios.map(({ name }) => name))('%s', async (name) => {
    const { code, output } = await playScenario(name);
    expect(code, `${output}\nAgain: npm run sipp ${name}`).toBe(0);
  });
});
