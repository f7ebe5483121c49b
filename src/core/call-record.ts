import type { EpochMs } from '../machine/machine.js';
import type { Reason } from './reason.js';

/** What is kept of a call after it ended: one record per call, one leg record per party that was called or called. */
export type CallRecord = {
  readonly id: string;
  /** Name of the domain whose rules decided the call. */
  readonly domain: string;
  readonly from: CallParty;
  /** As it was dialled, before any rule. */
  readonly dialled: string;
  /** Who or what took the call; null if nobody did. */
  readonly to: CallTaker | null;
  readonly startedAt: EpochMs;
  /** When the first phone rang. */
  readonly ringingAt: EpochMs | null;
  /** When the caller's leg was answered. */
  readonly answeredAt: EpochMs | null;
  readonly endedAt: EpochMs;
  readonly cause: EndCause;
  /** Name of the answering rule that was in force for `dialled`; null if none was asked. */
  readonly rule: string | null;
  /** The reasons of every decision, in order. */
  readonly because: readonly Reason[];
  /** In order; [] for a call that went where it was dialled. */
  readonly forwards: readonly Forward[];
  /** The caller's leg first, then in order of start. */
  readonly legs: readonly LegRecord[];
};

/** `device` is the authenticated device id of one of our phones, null for anybody else. */
export type CallParty = { readonly name: string; readonly number: string; readonly device: string | null };

/** `id`: device id, number outside, extension of the mailbox, or what was dialled for a service or feature, or the queue where the caller waited. */
export type CallTaker = { readonly kind: 'device' | 'number' | 'voicemail' | 'service'; readonly id: string };

export type EndCause = {
  /** Final SIP status; 200 for a call or leg that was answered and hung up. */
  readonly status: number;
  /** Q.850 cause value, for example 16 normal clearing. */
  readonly q850: number;
  /** `lost`: timeout, transport error or silent media. */
  readonly by: 'caller' | 'callee' | 'switch' | 'lost';
};

/** One hop of the routing history (D-46). */
export type Forward = {
  /** The extension that forwarded. */
  readonly from: string;
  /** Destination in words: `extension 203`, `voicemail 202`, `device 202wp`. */
  readonly to: string;
  /** Why, for example `always` or `unanswered`. */
  readonly purpose: string;
  readonly at: EpochMs;
};

export type LegRecord = {
  readonly id: string;
  /** `in`: it called us. */
  readonly direction: 'in' | 'out';
  readonly party: CallParty;
  /** Request-URI of the INVITE. */
  readonly uri: string;
  /** SIP Call-ID; empty if the leg never reached the wire. */
  readonly callId: string;
  readonly startedAt: EpochMs;
  readonly ringingAt: EpochMs | null;
  readonly answeredAt: EpochMs | null;
  readonly endedAt: EpochMs;
  readonly cause: EndCause;
  readonly media: LegMedia | null;
};

/** The shape of the media port's statistics: `received*` is measured here, `reported*` is the far end's RTCP view. */
export type LegMedia = {
  readonly codec: string;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly receivedLost: number;
  readonly receivedJitterMs: number;
  readonly reportedLost: number | null;
  readonly reportedJitterMs: number | null;
};
