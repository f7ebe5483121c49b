/** US ringback, for a caller who hears us already. */
export const RINGBACK = [{ tone: [440, 480], onMs: 2000, offMs: 4000, times: 0, dbm0: -19 }] as const;

/** What the far end hears while it is held: a soft beep every four seconds. */
export const HOLD_TONE = [{ tone: [440], onMs: 200, offMs: 3800, times: 1 }] as const;
