/** What somebody hears who waits: a class of music on hold. Files are absolute paths. */
export type MusicClass = {
  /** Unique in its domain. */
  readonly name: string;
  /** Played round and round, the same for all who listen; at least one. */
  readonly files: readonly string[];
  readonly order: 'listed' | 'random';
  /** Heard once by everybody, before the music; null: none. */
  readonly intro: string | null;
  /** Cut into the music, one after the other; null: none. */
  readonly messages: { readonly files: readonly string[]; readonly everyMs: number } | null;
};

/** The classes of a domain by name, and which one is heard where nothing else is said; null: the hold tone. */
export type HoldMusic = { readonly classes: ReadonlyMap<string, MusicClass>; readonly standard: string | null };

export const NO_MUSIC: HoldMusic = { classes: new Map(), standard: null };

/** The class of this name, else the domain's own; null: there is none, and the hold tone is played. */
export function musicNamed({ classes, standard }: HoldMusic, name: string | null): MusicClass | null {
  const own = name === null ? undefined : classes.get(name);
  return own ?? (standard === null ? null : (classes.get(standard) ?? null));
}
