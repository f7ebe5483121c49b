import { describe, expect, it } from 'vitest';
import { seeded } from '../../src/machine/random.js';
import { statelessTag, TokenSource } from '../../src/sip/token.js';

describe('tokens (RFC 3261 §19.3)', () => {
  it('are tokens of one length, all different, even if chance repeats itself', () => {
    const source = new TokenSource(() => 0.999999999);
    const tokens = Array.from({ length: 5000 }, () => source.next());
    expect(new Set(tokens).size).toBe(5000);
    expect(tokens.filter((token) => !/^[0-9a-v]{16}$/.test(token))).toEqual([]);
  });

  it('share no more than chance would have it', () => {
    const source = new TokenSource(seeded(3));
    const heads = Array.from({ length: 5000 }, () => source.next().slice(0, 10));
    expect(new Set(heads).size).toBe(5000);
  });

  it('§8.1.1.7 branches begin with the magic cookie', () => {
    expect(new TokenSource(seeded(3)).branch()).toMatch(/^z9hG4bK[0-9a-v]{16}$/);
  });
});

describe('tags of stateless answers (RFC 3261 §8.2.7)', () => {
  it('are the same for the same request and secret, and for no other', () => {
    expect(statelessTag('a', 1)).toBe(statelessTag('a', 1));
    expect(statelessTag('a', 1)).not.toBe(statelessTag('a', 2));
    const tags = Array.from({ length: 5000 }, (_, index) => statelessTag(`call-${index} from`, 7));
    expect(new Set(tags).size).toBe(5000);
    expect(tags.filter((tag) => !/^s[0-9a-z]+$/.test(tag))).toEqual([]);
  });
});
