/** One place where a device can be reached now. */
export type Contact = {
  readonly uri: string;
  readonly flow: string | null;
  /** What a call to it passes on its way, nearest first (RFC 3327). */
  readonly path?: readonly string[];
};

/** The live registrations of a device; [] if it has none. */
export type ContactsOf = (device: string) => readonly Contact[];

/** What a decision looks up outside the snapshot: how things are at this moment. */
export type World = {
  readonly contactsOf: ContactsOf;
  /** In how many calls the user is: talking, held or dialling out; not those that only ring (D-8). */
  readonly callsOf: (extension: string) => number;
  /** Whether a trunk is known not to answer: it is tried after the others. */
  readonly isDown: (trunk: string) => boolean;
};

/** A world in which nobody is in a call and every trunk answers. */
export function quietWorld(contactsOf: ContactsOf): World {
  return { contactsOf, callsOf: () => 0, isDown: () => false };
}
