import type { Endpoint, EslConnection, EslEvent } from 'drachtio-fsmrf';
import type { Clock } from '../machine/clock.js';
import type { Digit } from '../ports/media.js';
import type { Sdp } from '../ports/signalling.js';
import { sdpOf } from '../sip/session-body.js';
import { readResponse } from './message.js';
import type { SrfDialog } from './srf.js';

/** What a channel tells its leg. */
export interface ChannelUser {
  digit(digit: Digit, durationMs: number): void;
  /** What was played into it has ended, by itself or not. */
  displaced(target: string): void;
  /** `cause`: FreeSWITCH's completion cause. */
  recordingStopped(path: string, cause: string): void;
  /** The far end's report of what it hears of us. */
  reported(lost: number, jitterMs: number): void;
  /** FreeSWITCH ended it, or died. Not told after `hangUp`. */
  gone(cause: string): void;
}

/** A command to FreeSWITCH is answered within this, or the server is looked at. [ms] */
const COMMAND_MS = 5_000;
/** A re-INVITE may take a quarter of a second, when it ends a hold. [ms] */
const REINVITE_MS = 8_000;
/** FreeSWITCH sends re-INVITEs of its own when a leg that was held is bridged; ours may meet with one. [ms] */
const GLARE_MS = 60;
/** Time for a bridge or park to take place. [ms] */
const CHANGE_MS = 1_000;

const EVENTS = [
  'CHANNEL_BRIDGE',
  'CHANNEL_PARK',
  'CHANNEL_HANGUP',
  'DTMF',
  'MEDIA_BUG_STOP',
  'RECORD_STOP',
  'RECV_RTCP_MESSAGE',
];
/** How long FreeSWITCH keeps the connection after a hang-up, so that we hear of its cause. [s] */
const LINGER_S = 5;
const DIGITS = /^[0-9*#A-D]$/;
const SAMPLES_PER_MS = 8;

/**
 * One channel of FreeSWITCH, from fsmrf. It is driven by API commands, which answer at once, and not by executing
 * applications, which nest where they should follow one another.
 */
export class Channel {
  readonly uuid: string;
  readonly #conn: EslConnection;
  readonly #dialog: SrfDialog;
  readonly #clock: Clock;
  readonly #hung: () => void;
  /** What FreeSWITCH was told last of the other end, and how often it was told something. */
  #told: Sdp;
  #version = 1;
  #user: ChannelUser | null = null;
  #cause = '';
  #isGone = false;
  #leaving: Promise<void> | null = null;
  /** Commands without an answer yet, and what waits for a change. */
  readonly #open = new Set<() => void>();
  #waiting: { readonly event: string; readonly happened: () => void }[] = [];

  /** `told`: the offer that made it. `hung`: the server did not answer a command in time. */
  constructor(endpoint: Endpoint, told: Sdp, clock: Clock, hung: () => void) {
    this.uuid = endpoint.uuid;
    this.#told = told;
    this.#conn = endpoint.conn;
    this.#dialog = endpoint.dialog as SrfDialog; // of our own srf
    this.#clock = clock;
    this.#hung = hung;
    // srf would answer with the SDP of the first INVITE, whatever has been agreed since.
    this.#dialog.on('modify', (_request, reply) => {
      reply.send(200, undefined, { headers: { Contact: this.#dialog.local.contact }, body: this.#told }, () => {});
    });
    const { conn } = endpoint; // the endpoint itself forgets it when it closes
    conn.socket?.setNoDelay(true); // a command is several small writes, 40 ms each without it
    conn.subscribe(EVENTS);
    conn.sendRecv(`linger ${LINGER_S}`);
    conn.on('esl::end', () => this.#ended());
    for (const name of EVENTS) conn.on(`esl::event::${name}::${this.uuid}`, (event) => this.#heard(name, event));
  }

  /** FreeSWITCH's answer to our INVITE. */
  get answer(): Sdp {
    return this.#dialog.remote.sdp;
  }

  set user(user: ChannelUser) {
    this.#user = user;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** FreeSWITCH's answer; null if the channel or the server is gone or does not answer. */
  command(text: string): Promise<string | null> {
    return new Promise((resolve) => {
      if (this.#isGone || /[\r\n]/.test(text)) return resolve(null);
      const settle = (answer: string | null) => {
        timer.cancel();
        this.#open.delete(give);
        resolve(answer);
      };
      const give = () => settle(null);
      const timer = this.#clock.after(COMMAND_MS, () => {
        give();
        this.#hung();
      });
      this.#open.add(give);
      this.#conn.api(text, (answer) => settle((answer.getBody() ?? '').trim()));
    });
  }

  /** True if FreeSWITCH did as it was told. */
  async order(text: string): Promise<boolean> {
    return (await this.command(text))?.startsWith('+OK') === true;
  }

  /** Resolves when the channel has been bridged or parked, or after a second. Call it before the command that does it. */
  change(event: 'CHANNEL_BRIDGE' | 'CHANNEL_PARK'): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isGone) return resolve();
      const waiter = {
        event,
        happened: () => {
          timer.cancel();
          this.#waiting = this.#waiting.filter((other) => other !== waiter);
          resolve();
        },
      };
      const timer = this.#clock.after(CHANGE_MS, waiter.happened);
      this.#waiting.push(waiter);
    });
  }

  /** A new offer to FreeSWITCH: its answer, `refused` if it has no such codec, null if it is gone. */
  async reinvite(offer: Sdp): Promise<Sdp | 'refused' | null> {
    // FreeSWITCH takes nothing new from an SDP that it knows.
    const told = offer.replace(/^o=- 1 \d+/m, `o=- 1 ${++this.#version}`);
    this.#told = told;
    let isOver = false;
    const deadline = this.#clock.after(REINVITE_MS, () => {
      isOver = true;
    });
    let result = await this.#invite(told);
    while (result === 'glare' && !isOver) {
      await new Promise<void>((resolve) => this.#clock.after(GLARE_MS, resolve));
      result = await this.#invite(told);
    }
    deadline.cancel();
    return result === 'glare' ? null : result;
  }

  #invite(offer: Sdp): Promise<Sdp | 'refused' | 'glare' | null> {
    return new Promise((resolve) => {
      if (this.#isGone) return resolve(null);
      const settle = (answer: Sdp | 'refused' | 'glare' | null) => {
        timer.cancel();
        this.#open.delete(give);
        resolve(answer);
      };
      const give = () => settle(null);
      const timer = this.#clock.after(REINVITE_MS, give);
      this.#open.add(give);
      try {
        this.#dialog.request({ method: 'INVITE', headers: {}, body: offer }, (_error, response) => {
          if (response === undefined) give();
          else if (response.status >= 300) settle(refusalOf(response.status));
          else if (response.status >= 200) {
            const message = readResponse(response);
            settle(message === null ? null : sdpOf(message));
          }
        });
      } catch {
        give(); // the drachtio-server that made it is away
      }
    });
  }

  /** Ends it. FreeSWITCH's BYE, or our own if it is dead, clears the dialog. */
  hangUp(): Promise<void> {
    this.#leaving ??= this.command(`uuid_kill ${this.uuid}`).then(() => {});
    return this.#leaving;
  }

  /** Nothing will come of it any more, though its connection may stay open. */
  abandon(): void {
    this.#conn.socket?.destroy();
    this.#ended();
  }

  #heard(name: string, event: EslEvent): void {
    const user = this.#leaving === null ? this.#user : null;
    switch (name) {
      case 'CHANNEL_BRIDGE':
      case 'CHANNEL_PARK':
        for (const waiter of this.#waiting) if (waiter.event === name) waiter.happened();
        break;
      case 'CHANNEL_HANGUP':
        this.#cause = event.getHeader('Hangup-Cause') ?? '';
        this.abandon();
        break;
      case 'DTMF': {
        const digit = event.getHeader('DTMF-Digit')?.toUpperCase() ?? '';
        const durationMs = Math.round(Number(event.getHeader('DTMF-Duration') ?? 0) / SAMPLES_PER_MS);
        if (DIGITS.test(digit)) user?.digit(digit as Digit, durationMs);
        break;
      }
      case 'MEDIA_BUG_STOP':
        if (event.getHeader('Media-Bug-Function') === 'displace') {
          user?.displaced(event.getHeader('Media-Bug-Target') ?? '');
        }
        break;
      case 'RECORD_STOP':
        this.#user?.recordingStopped(
          event.getHeader('Record-File-Path') ?? '',
          event.getHeader('Record-Completion-Cause') ?? '',
        );
        break;
      case 'RECV_RTCP_MESSAGE': {
        const lost = event.getHeader('Source0-Lost');
        if (lost !== null)
          user?.reported(Number(lost), Number(event.getHeader('Source0-Jitter') ?? 0) / SAMPLES_PER_MS);
        break;
      }
    }
  }

  #ended(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    for (const give of [...this.#open]) give();
    for (const { happened } of [...this.#waiting]) happened();
    if (this.#cause === '') this.#forsake();
    if (this.#leaving === null) this.#user?.gone(this.#cause);
  }

  /** The connection went without a word: FreeSWITCH may be dead and send no BYE, so the dialog to it is ended from here. */
  #forsake(): void {
    try {
      this.#dialog.destroy({ headers: {} }, () => {});
    } catch {
      // The drachtio-server is away, and the dialog with it.
    }
  }
}

function refusalOf(status: number): 'refused' | 'glare' | null {
  if (status === 488) return 'refused';
  return status === 491 || status === 500 ? 'glare' : null;
}
