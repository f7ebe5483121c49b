import type { CallRecord } from '../core/call-record.js';
import type { Domain } from '../core/domain.js';
import type { ContactsOf } from '../core/route.js';
import type { Clock } from '../machine/clock.js';
import type { Media, MediaEvent } from '../ports/media.js';
import type { Invitation, LegId, Signalling, SignallingEvent, SignallingHandlers } from '../ports/signalling.js';
import { hangUpCause } from './hang-up-cause.js';
import { LiveCall } from './live-call.js';
import type { VoicemailFiles } from './voicemail-files.js';

export type SwitchParts = {
  readonly signalling: Signalling;
  readonly media: Media;
  readonly clock: Clock;
  /** The domain that an admitted INVITE belongs to, by today's configuration; null: none of ours. */
  readonly domainOf: (invitation: Invitation) => Domain | null;
  /** Live registrations of a domain. */
  readonly contactsOf: (domain: string) => ContactsOf;
  readonly admit: SignallingHandlers['admit'];
  /** Answers REGISTER, OPTIONS and every other request outside a dialog. */
  readonly onRequest: (request: Extract<SignallingEvent, { type: 'requested' }>) => void;
  readonly voicemail: VoicemailFiles;
  /** Folder of the prompt catalogue. */
  readonly prompts: string;
  readonly saveCall: (record: CallRecord) => void;
  /** Something of ours is broken: the call it happened in has been ended, the rest goes on. */
  readonly onDefect: (error: unknown, context: unknown) => void;
};

/** The imperative shell: port events go into the machines of calls and legs, what they want comes out as port commands. */
export class Switch {
  readonly #parts: SwitchParts;
  readonly #calls = new Map<string, LiveCall>();
  /** Every leg from its INVITE to the last word of both ports. */
  readonly #callOfLeg = new Map<LegId, LiveCall>();
  #inbox: (() => void)[] = [];
  #busy = false;
  #draining = false;
  #idle: (() => void) | null = null;

  constructor(parts: SwitchParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { media, signalling, admit } = this.#parts;
    await media.start((event) => this.#run(() => this.#onMedia(event)));
    await signalling.start({ admit, onEvent: (event) => this.#run(() => this.#onSignalling(event)) });
  }

  /** Takes no new call, ends the live ones, waits for their records (at most `withinMs`), then stops both ports. */
  async stop(withinMs = 2_000): Promise<void> {
    this.#draining = true;
    const { clock, signalling, media } = this.#parts;
    await new Promise<void>((resolve) => {
      if (this.#calls.size === 0) return resolve();
      this.#idle = resolve;
      clock.after(withinMs, resolve);
      this.#run(() => {
        for (const call of this.#calls.values()) call.endBySwitch();
      });
    });
    await signalling.stop();
    await media.stop();
  }

  get calls(): number {
    return this.#calls.size;
  }

  /** Every live call with its legs and their states, as JSON. */
  snapshot(): unknown[] {
    return [...this.#calls.values()].map((call) => call.snapshot());
  }

  /** The devices of a domain that are in a call now. */
  liveCallsOf(domain: string): readonly LiveCall[] {
    return [...this.#calls.values()].filter((c) => c.domain.name === domain);
  }

  /** Run to completion: what an event causes is done before the next event is looked at. */
  #run(work: () => void): void {
    if (this.#busy) {
      this.#inbox.push(work);
      return;
    }
    this.#busy = true;
    try {
      for (let next: (() => void) | undefined = work; next !== undefined; next = this.#inbox.shift()) next();
    } finally {
      this.#busy = false;
    }
  }

  #onSignalling(event: SignallingEvent): void {
    if (event.type === 'invited') this.#invited(event);
    else if (event.type === 'requested') this.#parts.onRequest(event);
    else this.#onLeg(event);
  }

  #onMedia(event: MediaEvent): void {
    this.#onLeg(event);
  }

  #onLeg(event: Parameters<LiveCall['onLeg']>[0]): void {
    const call = this.#callOfLeg.get(event.leg);
    if (call !== undefined) this.#guard(call, event, () => call.onLeg(event));
  }

  #invited(event: Extract<SignallingEvent, { type: 'invited' }>): void {
    const { signalling, clock, domainOf } = this.#parts;
    const domain = domainOf(event);
    if (domain === null || this.#draining) {
      signalling.hangUp(event.leg, hangUpCause(this.#draining ? 'congestion' : 'unknownNumber'));
      return;
    }
    const call = new LiveCall(event, domain, {
      ...this.#parts,
      clock: { now: () => clock.now(), after: (ms, run) => clock.after(ms, () => this.#runFor(call, run)) },
      legAdded: (leg) => this.#callOfLeg.set(leg, call),
      legGone: (leg) => this.#callOfLeg.delete(leg),
      finished: () => this.#finished(call),
    });
    this.#calls.set(call.id, call);
    this.#guard(call, event, () => call.start());
  }

  #runFor(call: LiveCall, run: () => void): void {
    this.#run(() => this.#guard(call, 'timer', run));
  }

  /** A defect ends its call and is told with the state it was met in; no other call notices. */
  #guard(call: LiveCall, event: unknown, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#parts.onDefect(error, { event, call: call.snapshot() });
      call.abort();
    }
  }

  #finished(call: LiveCall): void {
    this.#calls.delete(call.id);
    if (this.#calls.size === 0) this.#idle?.();
  }
}
