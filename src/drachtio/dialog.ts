import type { Sdp } from '../ports/signalling.js';
import { cseqOf } from '../sip/message/cseq.js';
import { headerValue } from '../sip/message/header.js';
import type { SipRequest } from '../sip/message/message.js';
import { type Capabilities, refusal } from '../sip/message/validate.js';
import type { ReferralChannel } from '../sip/referral-subscription.js';
import { sdpOf } from '../sip/session-body.js';
import type { LegEvents } from './call-in.js';
import { readRequest, readResponse, reasonsOf } from './message.js';
import { type Answer, sendAnswer } from './reply.js';
import type { DrachtioServer } from './server.js';
import {
  reasonHeaders,
  type SrfDialog,
  type SrfDialogRequest,
  type SrfReply,
  type SrfRequest,
  srfHeaders,
} from './srf.js';

/** What the dialog's requests tell the leg. */
export interface DialogUser extends LegEvents {
  informed(contentType: string, body: string): void;
  /** A REFER, and how it is answered and its outcome told. */
  refer(request: SipRequest, channel: ReferralChannel): void;
  /** The outcome of a REFER is not wanted any more. */
  unreferred(): void;
  /** In [0, 1). */
  readonly random: () => number;
  readonly allow: readonly [string, string];
}

/** What we serve inside a dialog; everything else is refused as the embedded stack refuses it. */
const IN_DIALOG: Capabilities = {
  methods: ['INVITE', 'BYE', 'UPDATE', 'INFO', 'REFER', 'OPTIONS'],
  extensions: ['norefersub'],
  schemes: ['sip', 'sips', 'tel', 'urn'],
  bodies: {
    INVITE: ['application/sdp', 'multipart/mixed', 'multipart/alternative', 'multipart/related'],
    UPDATE: ['application/sdp', 'multipart/mixed', 'multipart/alternative', 'multipart/related'],
  },
};

/** Without a listener srf says 200 to each of them, and to a re-INVITE with the old SDP. */
const REQUESTS: readonly SrfDialogRequest[] = [
  'modify',
  'update',
  'info',
  'refer',
  'options',
  'message',
  'notify',
  'publish',
  'subscribe',
];

/** An established dialog of srf. Its `modify` hangs for ever after one refusal and is not used. */
export class LegDialog {
  readonly #server: DrachtioServer;
  readonly #dialog: SrfDialog;
  readonly #user: DialogUser;
  #arriving: SrfReply | null = null; // re-INVITE or UPDATE that the session is judging
  #pending: SrfReply | null = null; // the same, until our answer

  constructor(server: DrachtioServer, dialog: SrfDialog, user: DialogUser) {
    this.#server = server;
    this.#dialog = dialog;
    this.#user = user;
    dialog.on('destroy', (bye) => this.#destroyed(bye));
    dialog.on('ack', (ack) => {
      const message = readRequest(ack);
      if (message === null) return;
      user.handle({ type: 'acknowledged', cseq: cseqOf(message).number, sdp: sdpOf(message) });
    });
    for (const event of REQUESTS) dialog.on(event, (request, reply) => this.#requested(request, reply));
  }

  /** Every provisional response is told too, and the 2xx is acknowledged by srf. */
  reinvite(offer: Sdp, retryMs: number): void {
    const headers = { Contact: this.#dialog.local.contact, [this.#user.allow[0]]: this.#user.allow[1] };
    this.#dialog.request({ method: 'INVITE', headers, body: offer }, (error, response) => {
      if (response === undefined || error) this.#user.handle({ type: 'disagreed', status: 481, retryMs });
      else if (response.status >= 300) this.#user.handle({ type: 'disagreed', status: response.status, retryMs });
      else if (response.status >= 200) {
        const message = readResponse(response);
        this.#user.handle({ type: 'agreed', sdp: message === null ? null : sdpOf(message) });
      }
    });
  }

  /** To the re-INVITE or UPDATE that waits for it. */
  reply(status: number, sdp: Sdp | null): void {
    const pending = this.#pending ?? this.#arriving;
    this.#pending = null;
    this.#arriving = null;
    if (pending === null) return;
    const { allow } = this.#user;
    const headers = status < 300 ? [allow, ['Contact', this.#dialog.local.contact] as const] : [];
    this.#send(pending, { status, headers, body: sdp ?? '' });
  }

  /** To the one that the session is judging. */
  turnDown(status: number): void {
    const arriving = this.#arriving;
    this.#arriving = null;
    if (arriving === null) return;
    // 0 to 10 seconds (RFC 3261 §14.2)
    const later = status === 500 ? [['Retry-After', `${Math.floor(this.#user.random() * 11)}`] as const] : [];
    this.#send(arriving, { status, headers: later });
  }

  inform(contentType: string, body: string): void {
    this.#dialog.request({ method: 'INFO', headers: { 'Content-Type': contentType }, body }, (_error, response) => {
      const status = response?.status ?? 481;
      if (status === 408 || status === 481) this.#user.handle({ type: 'forgotten', status });
    });
  }

  /** `done` when the BYE is answered, or cannot be. */
  bye(reasons: readonly string[], done: () => void): void {
    if (this.#server.srf === null) {
      this.#server.orphan(this.#dialog.id);
      done();
    } else this.#dialog.destroy({ headers: reasonHeaders(reasons) }, done);
  }

  /** Theirs, or one that drachtio-server has sent on its own account and calls theirs. */
  #destroyed(bye: SrfRequest): void {
    const message = readRequest(bye);
    const reasons = reasonsOf(message);
    const isLost = bye.source === 'application' && !reasons.some((reason) => reason.includes('CANCEL'));
    if (isLost)
      this.#user.handle({ type: 'forgotten', status: 408 }); // no ACK came, or the session timer ran out
    else this.#user.handle({ type: 'left', reasons });
  }

  #requested(request: SrfRequest, reply: SrfReply): void {
    const message = readRequest(request);
    const refused = message === null ? { status: 400, reason: '', headers: [] } : refusalOf(message);
    if (message === null || refused !== null) {
      const { status = 400, reason = '', headers = [] } = refused ?? {};
      this.#send(reply, { status, reason, headers: headers.map(({ name, value }) => [name, value] as const) });
      return;
    }
    switch (message.method) {
      case 'INVITE':
      case 'UPDATE':
        this.#changed(message, message.method, reply);
        break;
      case 'INFO':
        this.#send(reply, { status: 200 });
        this.#user.informed(headerValue(message, 'Content-Type') ?? '', message.body);
        break;
      case 'REFER':
        this.#user.refer(message, this.#referralChannel(reply));
        break;
      case 'OPTIONS':
        this.#send(reply, { status: 200, headers: [this.#user.allow, ['Accept', 'application/sdp']] });
        break;
    }
  }

  #referralChannel(reply: SrfReply): ReferralChannel {
    const contact = ['Contact', this.#dialog.local.contact] as const;
    return {
      respond: (status, reason, headers) => this.#send(reply, { status, reason, headers: [contact, ...headers] }),
      notify: (headers, type, body) => {
        const all = srfHeaders([contact, ['Content-Type', type], ...headers]);
        this.#dialog.request({ method: 'NOTIFY', headers: all, body }, (error, response) => {
          if (error || (response?.status ?? 481) >= 300) this.#user.unreferred();
        });
      },
    };
  }

  /** A re-INVITE, or an UPDATE, which without an offer is no more than a target refresh (RFC 3311 §5.2). */
  #changed(message: SipRequest, method: 'INVITE' | 'UPDATE', reply: SrfReply): void {
    const sdp = sdpOf(message);
    if (method === 'UPDATE' && sdp === null) {
      this.#send(reply, { status: 200, headers: [this.#user.allow] });
      return;
    }
    this.#arriving = reply;
    this.#user.handle({ type: 'offered', method, cseq: cseqOf(message).number, sdp });
    if (this.#arriving === null) return; // turned down, or answered at once
    this.#pending = this.#arriving;
    this.#arriving = null;
  }

  #send(reply: SrfReply, answer: Answer): void {
    sendAnswer(this.#server, reply, answer);
  }
}

function refusalOf(message: SipRequest): ReturnType<typeof refusal> {
  switch (message.method) {
    case 'NOTIFY': // no subscription (RFC 6665 §4.1.3)
    case 'PRACK': // no reliable provisional response (RFC 3262 §3)
      return { status: 481, reason: '', headers: [] };
    case 'INFO':
      if (headerValue(message, 'Info-Package') !== undefined) {
        return { status: 469, reason: 'Bad Info Package', headers: [{ name: 'Recv-Info', value: '' }] }; // RFC 6086 §4.2.2
      }
  }
  return refusal(message, IN_DIALOG);
}
