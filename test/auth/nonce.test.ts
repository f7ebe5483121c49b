import { describe, expect, test } from 'vitest';
import { Nonces } from '../../src/auth/nonce.js';

const LIFE = 300_000;
const NOW = 1_700_000_000_000;

function nonces(maxRemembered = 1000): Nonces {
  return new Nonces({ lifeMs: LIFE, maxRemembered });
}

describe('Nonces', () => {
  test('RFC 7616 §3.3 no two are alike', () => {
    const some = nonces();
    const made = Array.from({ length: 1000 }, () => some.make(NOW));
    expect(new Set(made).size).toBe(1000);
    expect(made.every((nonce) => /^[\w-]{32}$/.test(nonce))).toBe(true);
    expect(some.remembered).toBe(0);
  });

  const uses: [string, (number | null)[], boolean[]][] = [
    ['RFC 7616 §3.4 count goes up', [1, 2, 3], [true, true, true]],
    ['RFC 7616 §3.4 the same count is a replay', [1, 1], [true, false]],
    ['RFC 7616 §3.4 a lower count is a replay', [5, 4, 6], [true, false, true]],
    ["gaps are the sender's business", [3, 100], [true, true]],
    ['a count of 0 is never higher', [1, 0], [true, false]],
    ['RFC 2069 without count, once', [null, null], [true, false]],
    ['RFC 2069 without count, then with', [null, 1], [true, false]],
    ['RFC 2069 with count, then without', [1, null], [true, false]],
  ];
  test.each(uses)('%s: %j', (_rule, counts, expected) => {
    const some = nonces();
    const nonce = some.make(NOW);
    expect(counts.map((count) => some.use(nonce, count, NOW))).toEqual(expected);
    expect(some.remembered).toBe(1);
  });

  const lives: [string, number, boolean][] = [
    ['at once', 0, true],
    ['to the last', LIFE - 1, true],
    ['no longer', LIFE, false],
    ['clock set back a little', -1000, true],
    ['clock set back a lot', -LIFE, false],
  ];
  test.each(lives)('expiry: %s', (_rule, afterMs, expected) => {
    const some = nonces();
    expect(some.use(some.make(NOW), 1, NOW + afterMs)).toBe(expected);
  });

  test('a nonce of another process, or changed in any place, is not ours', () => {
    const some = nonces();
    expect(some.use(nonces().make(NOW), 1, NOW)).toBe(false);
    const nonce = some.make(NOW);
    for (let at = 0; at < nonce.length; at++) {
      const changed = nonce.slice(0, at) + (nonce[at] === 'A' ? 'B' : 'A') + nonce.slice(at + 1);
      expect(some.use(changed, 1, NOW)).toBe(false);
    }
    for (const text of ['', 'x', `${nonce}=`, `${nonce}A`, nonce.slice(1), '!'.repeat(32), 'é'.repeat(32)]) {
      expect(some.use(text, 1, NOW)).toBe(false);
    }
    expect(some.use(nonce, 1, NOW)).toBe(true);
  });

  test('what is remembered is bounded, and nothing forgotten can be replayed', () => {
    const some = nonces(100);
    const made: string[] = [];
    for (let n = 0; n < 1000; n++) {
      const nonce = some.make(NOW);
      made.push(nonce);
      expect(some.use(nonce, 1, NOW)).toBe(true);
      expect(some.remembered).toBeLessThanOrEqual(100);
    }
    expect(made.filter((nonce) => some.use(nonce, 1, NOW))).toEqual([]);
    expect(made.slice(-50).filter((nonce) => some.use(nonce, 2, NOW))).toHaveLength(50);
  });

  test('neither after a long time nor after the clock was set back', () => {
    const some = nonces();
    const made: string[] = [];
    for (let ms = 0; ms < 5 * LIFE; ms += 10_000) {
      const nonce = some.make(NOW + ms);
      made.push(nonce);
      expect(some.use(nonce, 1, NOW + ms)).toBe(true);
    }
    expect(some.remembered).toBeLessThanOrEqual(62);
    for (let ms = 0; ms < 5 * LIFE; ms += 10_000) {
      expect(made.filter((nonce) => some.use(nonce, 1, NOW + ms))).toEqual([]);
    }
    expect(some.use(some.make(NOW), 1, NOW)).toBe(true);
  });

  test('a phone that keeps counting is not forgotten', () => {
    const some = nonces(4);
    const kept = some.make(NOW);
    for (let n = 1; n < 100; n++) {
      expect(some.use(kept, n, NOW + n)).toBe(true);
      expect(some.use(some.make(NOW + n), 1, NOW + n)).toBe(true);
    }
  });
});
