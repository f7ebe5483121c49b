/** Where voicemail recordings go. `main.ts` ties it to the data folder and the store. */
export interface VoicemailFiles {
  /** Path for a new recording of this mailbox; its folder exists. */
  newRecording(domain: string, extension: string): string;
  deposit(message: {
    readonly domain: string;
    readonly extension: string;
    readonly file: string;
    readonly lengthMs: number;
    readonly callerName: string;
    readonly callerNumber: string;
    readonly receivedAt: number;
  }): void;
  discard(file: string): void;
}
