import { describe, expect, it } from 'vitest';
import { durationMs, durationText } from '../../src/config/duration.js';

describe('durations', () => {
  it.each([
    ['25s', 25_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['2h', 7_200_000],
    ['1d12h', 129_600_000],
    ['1s500ms', 1500],
    ['5m', 300_000],
    ['5m20ms', 300_020],
    ['0s', 0],
  ])('%s is %d ms, and back', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
    expect(durationText(ms)).toBe(text);
  });

  it.each(['', '25', 's', '25 s', '1.5s', '-5s', '30s1m', '1h1h', '25S', 'm5s'])('"%s" is no duration', (text) => {
    expect(durationMs(text)).toBeNull();
  });

  it('writes the longest units', () => {
    expect(durationText(90_061_001)).toBe('1d1h1m1s1ms');
  });
});
