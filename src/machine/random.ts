/** A source of chance: uniform in [0, 1). */
export type Random = () => number;

/** mulberry32: 32 bits of state, the same sequence for the same seed on every machine. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A whole number from `min` to `max`, both included. */
export function between(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1));
}

/** One of the choices, each as likely as its weight says. */
export function choose<Choice>(random: Random, choices: readonly (readonly [weight: number, Choice])[]): Choice {
  let at = random() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, choice] of choices) {
    at -= weight;
    if (at < 0) return choice;
  }
  const last = choices.at(-1);
  if (last === undefined) throw new Error('nothing to choose from');
  return last[1];
}

/** `length` hexadecimal digits. */
export function hex(random: Random, length: number): string {
  let text = '';
  while (text.length < length)
    text += Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, length);
}

/** The same in another order, every order as likely (Fisher and Yates), but not beginning with `unlike` if that can be. */
export function shuffled<Item>(list: readonly Item[], random: Random, unlike: Item | null = null): readonly Item[] {
  const left = [...list];
  const drawn: Item[] = [];
  while (left.length > 0) {
    const at = Math.floor(random() * left.length);
    drawn.push(...left.splice(at, 1));
  }
  const [first, ...others] = drawn;
  return first !== undefined && first === unlike ? [...others, first] : drawn;
}
