import { expect, it } from 'vitest';
import { tellParking } from '../../../src/core/queue/park-story.js';

it('D-42 to D-44 tells what happened to a parked call', () => {
  const row = { slot: '8851', call: 'c1', ms: 0 };
  const rows = [
    { ...row, at: 1_000, type: 'parked', by: '201' },
    { ...row, at: 121_000, type: 'rangBack', by: '201' },
    { ...row, at: 151_000, type: 'reparked', by: null },
    { ...row, at: 160_500, type: 'retrieved', by: '203' },
  ] as const;
  expect(tellParking(rows, (extension) => `<${extension}>`)).toEqual([
    '    0.0 s  was parked at 8851 by <201>',
    '  120.0 s  was rung back from 8851, parked by <201>',
    '  150.0 s  went back to 8851, since nobody answered',
    '  159.5 s  was retrieved from 8851 by <203>',
  ]);
});
