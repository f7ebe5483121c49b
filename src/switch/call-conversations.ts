import type { Conversation as Talk } from '../core/call.js';
import type { CallParty } from '../core/call-record.js';
import { type Domain, isQueueFeature, type QueueFeature, type UserFeature } from '../core/domain.js';
import type { RingTarget } from '../core/plan.js';
import { wallMinute } from '../core/wall-clock.js';
import type { Clock } from '../machine/clock.js';
import type { Digit, Media, MediaEvent } from '../ports/media.js';
import type { LegId } from '../ports/signalling.js';
import { type Confirmation, callTaken, confirm } from '../scripts/confirm.js';
import type { Conversing, Say } from '../scripts/conversation.js';
import { announceFeature, type FeatureOutcome } from '../scripts/feature.js';
import { announceSlot, queueInWords, regret } from '../scripts/queue.js';
import { recordName } from '../scripts/screen.js';
import { echoTest, milliwatt, talkingClock } from '../scripts/test-line.js';
import { depositVoicemail } from '../scripts/voicemail.js';
import { Conversation, type ConversationHost, type LegConversation } from './conversation.js';
import type { VoicemailFiles } from './voicemail-files.js';

export type ConversationParts = {
  readonly media: Media;
  readonly voicemail: VoicemailFiles;
  readonly prompts: string;
  /** Does what the feature code says. */
  readonly switchFeature: (domain: string, extension: string, feature: UserFeature, digits: string) => FeatureOutcome;
  /** As above for what concerns agents and park; `slot`: where the call that the user had on hold is parked now. */
  readonly queueFeature: (
    domain: string,
    extension: string,
    feature: QueueFeature,
    digits: string,
  ) => FeatureOutcome | { readonly slot: string };
};

/** What the conversations of a call bring about. */
export type ConversationEvents = {
  readonly answer: (leg: LegId) => void;
  /** Opens early media; false: it cannot be. */
  readonly early: (leg: LegId) => boolean;
  /** The script with the caller is over. */
  readonly conversed: () => void;
  readonly confirmed: (leg: LegId, outcome: Confirmation) => void;
  /** A leg that lost has been told so. */
  readonly dismissed: (leg: LegId) => void;
};

/** A queue whose agent is asked; `confirmMs`: how long he may take. */
export type AskingQueue = { readonly extension: string; readonly confirmMs: number };

/** Every script of one call: with the caller, and with those who are asked whether they take the call. */
export class CallConversations {
  readonly #domain: Domain;
  readonly #caller: CallParty;
  readonly #parts: ConversationParts;
  readonly #clock: Clock;
  readonly #events: ConversationEvents;
  readonly #running = new Map<LegId, LegConversation>();
  /** Recording of the caller's name. */
  #nameFile: string | null = null;

  constructor(domain: Domain, caller: CallParty, parts: ConversationParts, clock: Clock, events: ConversationEvents) {
    this.#domain = domain;
    this.#caller = caller;
    this.#parts = parts;
    this.#clock = clock;
    this.#events = events;
  }

  /** With the caller. */
  converse(leg: LegId, answered: boolean, talk: Talk): void {
    const { conversed } = this.#events;
    if (talk.with === 'screen') {
      const host = this.#host(leg, talk.extension, conversed);
      this.#start(leg, new Conversation(leg, 'screen', answered, this.#keepingName(recordName()), host));
      return;
    }
    const mailbox = talk.with === 'voicemail' ? talk.extension : '';
    const host = this.#host<void>(leg, mailbox, conversed);
    this.#start(leg, new Conversation(leg, talk.with, answered, this.#script(talk), host));
  }

  /** Asks who answered whether to take the call (D-17, D-25); of a queue's call he hears which queue (D-15). */
  confirm(leg: LegId, target: RingTarget, extension: string | null, queue: AskingQueue | null): void {
    const script =
      queue === null
        ? confirm(this.#offer(target, extension))
        : confirm(queueInWords(queue.extension), queue.confirmMs);
    this.run(leg, 'confirm', true, script, (outcome) => this.#events.confirmed(leg, outcome));
  }

  /** Tells one who was being asked that the call is taken (D-20). */
  dismiss(leg: LegId): void {
    this.run(leg, 'dismiss', true, callTaken(), () => this.#events.dismissed(leg));
  }

  /** Any script with a leg, in the place of the one that runs. `name` tells it from others that follow each other there. */
  run<Outcome>(
    leg: LegId,
    name: string,
    answered: boolean,
    script: Conversing<Outcome>,
    ended: (outcome: Outcome) => void,
  ): void {
    const host = this.#host<Outcome>(leg, '', (outcome) => {
      this.#running.delete(leg);
      ended(outcome);
    });
    this.#start(leg, new Conversation(leg, name, answered, script, host));
  }

  /** Breaks off what runs with the leg. */
  stop(leg: LegId): void {
    this.#running.get(leg)?.abandon();
    this.#running.delete(leg);
  }

  answered(leg: LegId): void {
    this.#running.get(leg)?.answered();
  }

  early(leg: LegId): void {
    this.#running.get(leg)?.early();
  }

  digit(leg: LegId, digit: Digit): void {
    this.#running.get(leg)?.digit(digit);
  }

  played(leg: LegId, token: string): void {
    this.#running.get(leg)?.played(token);
  }

  recorded(leg: LegId, event: Extract<MediaEvent, { type: 'recorded' }>): void {
    this.#running.get(leg)?.recorded(event);
  }

  hungUp(leg: LegId): void {
    this.#running.get(leg)?.hungUp();
  }

  /** The call is over: the caller's name is not kept. */
  end(): void {
    for (const conversation of this.#running.values()) conversation.abandon();
    this.#running.clear();
    if (this.#nameFile !== null) this.#parts.voicemail.discard(this.#nameFile);
    this.#nameFile = null;
  }

  #start(leg: LegId, conversation: LegConversation): void {
    this.#running.get(leg)?.abandon();
    this.#running.set(leg, conversation);
    conversation.start();
  }

  #host<Outcome>(leg: LegId, mailbox: string, ended: (outcome: Outcome) => void): ConversationHost<Outcome> {
    const { media, prompts, voicemail } = this.#parts;
    const clock = this.#clock;
    const { name: domain, timeZone } = this.#domain;
    const { name: callerName, number: callerNumber } = this.#caller;
    return {
      media,
      clock,
      prompts,
      ended,
      answer: () => this.#events.answer(leg),
      early: () => this.#events.early(leg),
      newRecording: () => {
        const file = voicemail.newRecording(domain, mailbox);
        this.#lastRecording = file;
        return file;
      },
      deposit: (extension, file, lengthMs) =>
        voicemail.deposit({ domain, extension, file, lengthMs, callerName, callerNumber, receivedAt: clock.now() }),
      discard: (file) => voicemail.discard(file),
      wallClock: () => {
        const minute = wallMinute(clock.now(), timeZone) % (24 * 60);
        return { hour: Math.floor(minute / 60), minute: minute % 60 };
      },
    };
  }

  #lastRecording: string | null = null;

  /** Remembers the recording if the caller said something. */
  *#keepingName(script: ReturnType<typeof recordName>): Conversing {
    const { named } = yield* script;
    if (named) this.#nameFile = this.#lastRecording;
  }

  /** "Call for 202" or "Call from" the caller's own voice, or the number if he said nothing. */
  #offer({ confirm: asks }: RingTarget, extension: string | null): readonly Say[] {
    const { number } = this.#caller;
    if (asks === 'callFor' && extension !== null) return [{ prompt: 'confirm-call-for' }, { digits: extension }];
    if (this.#nameFile !== null) return [{ prompt: 'confirm-call-from' }, { file: this.#nameFile }];
    if (number === '') return [{ prompt: 'confirm-call-from' }, { prompt: 'confirm-unknown-caller' }];
    return [{ prompt: 'confirm-call-from' }, { digits: number }];
  }

  #script(talk: Exclude<Talk, { with: 'screen' }>): Conversing {
    switch (talk.with) {
      case 'voicemail': {
        const box = this.#domain.users.get(talk.extension)?.voicemail ?? null;
        const { greeting, maxMessageMs } = box ?? { greeting: null, maxMessageMs: 0 };
        return depositVoicemail({ extension: talk.extension, greeting, maxMessageMs });
      }
      case 'feature': {
        const { extension, feature, digits } = talk;
        const { name } = this.#domain;
        if (!isQueueFeature(feature))
          return announceFeature(this.#parts.switchFeature(name, extension, feature, digits));
        const outcome = this.#parts.queueFeature(name, extension, feature, digits);
        return typeof outcome === 'string' ? announceFeature(outcome) : announceSlot(outcome.slot);
      }
      case 'regret':
        return regret(talk.why);
      case 'service':
        switch (talk.service) {
          case 'echo':
            return echoTest();
          case 'milliwatt':
            return milliwatt();
          case 'clock':
            return talkingClock();
        }
    }
  }
}
