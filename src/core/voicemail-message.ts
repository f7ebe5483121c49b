import type { EpochMs } from '../machine/machine.js';

/** The index entry of one recorded message; the sound is in `file`. */
export type VoicemailMessage = {
  readonly id: string;
  readonly domain: string;
  /** Extension of the mailbox. */
  readonly mailbox: string;
  /** Path of the WAV. */
  readonly file: string;
  readonly callerName: string;
  readonly callerNumber: string;
  readonly receivedAt: EpochMs;
  readonly lengthMs: number;
  readonly folder: VoicemailFolder;
  /** Played to its owner at least once. */
  readonly heard: boolean;
};

/** */
export type VoicemailFolder = 'new' | 'saved' | 'trash';
