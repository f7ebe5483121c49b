import { describe, expect, it } from 'vitest';
import { playScenario, sippScenarios } from '../../system/sipp-scenario.js';

/** One after the other: exchanges that are connected to one drachtio-server at once would share its calls. */
describe('SIPp against the built exchange on drachtio-server and FreeSWITCH', () => {
  const possible = sippScenarios.filter(({ notOnDrachtio }) => notOnDrachtio === null);
  it.each(possible.map(({ name }) => name))('%s', async (name) => {
    const { code, output } = await playScenario(name);
    expect(code, `${output}\nAgain: npm run sipp ${name}`).toBe(0);
  });
});
