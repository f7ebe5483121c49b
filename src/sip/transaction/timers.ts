/**
 * Timers of the transaction layer, RFC 3261 §17 and table 4, RFC 6026 §7 (L, M), RFC 4320 §4 [ms]. Timer ids are the
 * letters of the RFC.
 */

/** Estimate of the round trip. */
export const T1_MS = 500;
/** Longest interval between retransmissions of a non-INVITE request or a response to an INVITE. */
export const T2_MS = 4_000;
/** How long a message can stay in the network. */
export const T4_MS = 5_000;

/** Timers B, F, H, J, L and M: a transaction is given up, or stray retransmissions are absorbed, for 64·T1. */
export const LIFETIME_MS = 64 * T1_MS;
/** Timer D over UDP: "at least 32 seconds" (RFC 3261 §17.1.1.2). */
export const TIMER_D_MS = 32_000;

/**
 * When a client over UDP has slowed its retransmissions of a non-INVITE request to T2 (timer E fires at T1, 3·T1 and
 * 7·T1): a 100 Trying sent earlier would make things worse (RFC 4320 §4.1).
 */
export const TRYING_AFTER_MS = 7 * T1_MS;
