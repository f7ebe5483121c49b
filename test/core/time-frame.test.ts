import { expect, test } from 'vitest';
import { isActive, type TimeFrame } from '../../src/core/time-frame.js';

const office: TimeFrame = {
  name: 'office hours',
  timeZone: 'inherit',
  owner: null,
  kind: 'week',
  days: { mon: [{ start: 540, end: 1020 }], fri: [{ start: 1320, end: 360 }] },
  recurrence: null,
};

test.each([
  ['D-40: 17:00 still matches', '2026-11-23T17:00:59+01:00', true],
  ['D-40: 17:01 does not', '2026-11-23T17:01+01:00', false],
  ['D-51: Friday night reaches Saturday 06:00', '2026-11-28T06:00+01:00', true],
  ['D-51: not Friday 05:00', '2026-11-27T05:00+01:00', false],
])('%s', (_, at, active) => {
  expect(isActive(office, Date.parse(at), 'Europe/Berlin').active).toBe(active);
});
