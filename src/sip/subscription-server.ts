import type { Clock } from '../machine/clock.js';
import { MachineRunner } from '../machine/runner.js';
import type { AdmissionRequest, SubscriptionId, Watching } from '../ports/signalling.js';
import type { Outlet } from './acknowledger.js';
import { type Dialog, dialogOfRequest, isOfDialog, refreshed } from './dialog.js';
import { DialogRequest } from './dialog-request.js';
import { contactsOf } from './message/address.js';
import { cseqOf } from './message/cseq.js';
import { headerValue, headerValues, listValues } from './message/header.js';
import type { SipRequest } from './message/message.js';
import { type Capabilities, type Refusal, refusal } from './message/validate.js';
import { fieldLines } from './request.js';
import type { Incoming, ServerTransaction } from './server-transaction.js';
import {
  NEW_SUBSCRIPTION,
  type Subscription,
  type SubscriptionEffect,
  type SubscriptionEvent,
  stepSubscription,
} from './subscription.js';

/** What subscriptions need of the stack. */
export type SubscriptionHost = {
  readonly outlet: Outlet;
  readonly clock: Clock;
  /** Does work that begins here. */
  readonly enter: (work: () => void) => void;
};

/** Shorter ones are refused (RFC 6665 §4.2.1.1). [s] */
const SHORTEST_S = 60;
/** Longer ones are cut to it; it also is the package's default (RFC 4235 §3.4). [s] */
const LONGEST_S = 3600;

/** What a subscriber may ask for inside the dialog. */
const IN_DIALOG: Capabilities = {
  methods: ['SUBSCRIBE'],
  extensions: [],
  schemes: ['sip', 'sips', 'tel', 'urn'],
  bodies: {},
};

/** Every subscription to one event package (RFC 6665), by the tag of ours that its dialog has. */
export class SubscriptionServer {
  readonly #host: SubscriptionHost;
  readonly #watching: Watching;
  readonly #watches = new Map<SubscriptionId, Watch>();

  constructor(host: SubscriptionHost, watching: Watching) {
    this.#host = host;
    this.#watching = watching;
  }

  /** A SUBSCRIBE outside a dialog that cannot be served, whoever it is for. */
  refusal(request: SipRequest): Refusal | null {
    const { event, contentType } = this.#watching;
    if (packageOf(request) !== event) {
      return { status: 489, reason: '', headers: [{ name: 'Allow-Events', value: event }] }; // §4.2.1.3
    }
    if (contactsOf(request)?.length !== 1) return { status: 400, reason: 'One Contact Wanted', headers: [] };
    const accepts = listValues(request, 'Accept').map((range) => (range.split(';', 1)[0] ?? '').trim().toLowerCase());
    const taken = [contentType, `${contentType.split('/', 1)[0]}/*`, '*/*'];
    if (accepts.length > 0 && !accepts.some((range) => taken.includes(range))) {
      return { status: 406, reason: '', headers: [{ name: 'Accept', value: contentType }] };
    }
    return tooBrief(request);
  }

  /** One that may be. `tag`: of its transaction. */
  subscribe(
    incoming: Incoming,
    facts: AdmissionRequest,
    identity: string | null,
    to: ServerTransaction,
    tag: string,
  ): void {
    const status = this.#watching.subscribed(tag, facts, identity);
    if (status >= 300) {
      to.respond(status, '', '', '');
      return;
    }
    const watch = new Watch(this.#host, tag, incoming, this.#watching, () => {
      this.#watches.delete(tag);
      this.#watching.unsubscribed(tag);
    });
    this.#watches.set(tag, watch);
    watch.subscribed(incoming, to);
  }

  /** A request with a To tag; false: the tag is none of ours. */
  received(incoming: Incoming, tag: string): boolean {
    const watch = this.#watches.get(tag);
    watch?.received(incoming);
    return watch !== undefined;
  }

  handle(subscription: SubscriptionId, event: SubscriptionEvent): void {
    this.#watches.get(subscription)?.handle(event);
  }

  stop(): void {
    for (const watch of this.#watches.values()) watch.stop();
    this.#watches.clear();
  }
}

/** One subscription with its dialog. */
class Watch {
  readonly #host: SubscriptionHost;
  readonly #id: SubscriptionId;
  readonly #watching: Watching;
  /** Value of Event, which every NOTIFY repeats with its `id` (§8.2.1). */
  readonly #event: string;
  readonly #runner: MachineRunner<Subscription, SubscriptionEvent, SubscriptionEffect>;
  readonly #over: () => void;
  #dialog: Dialog;

  constructor(host: SubscriptionHost, id: SubscriptionId, incoming: Incoming, watching: Watching, over: () => void) {
    const { request, source } = incoming;
    this.#host = host;
    this.#id = id;
    this.#watching = watching;
    this.#over = over;
    this.#event = headerValue(request, 'Event') ?? '';
    this.#dialog = dialogOfRequest(request, id, source);
    const { clock: time, enter } = host;
    const clock: Clock = { now: () => time.now(), after: (ms, run) => time.after(ms, () => enter(run)) };
    this.#runner = new MachineRunner<Subscription, SubscriptionEvent, SubscriptionEffect>(
      NEW_SUBSCRIPTION,
      stepSubscription,
      clock,
      (effect) => this.#perform(effect),
    );
  }

  handle(event: SubscriptionEvent): void {
    this.#runner.handle(event);
  }

  stop(): void {
    this.#runner.stop();
  }

  received(incoming: Incoming): void {
    const { request, source } = incoming;
    const { layer } = this.#host.outlet;
    const cseq = cseqOf(request).number;
    if (!isOfDialog(this.#dialog, request)) return layer.refuse(incoming, { status: 481, reason: '', headers: [] });
    const transaction = layer.serve(incoming, null);
    if (cseq < this.#dialog.remoteSeq) {
      transaction.respond(500, '', '', '');
      return;
    }
    this.#dialog = { ...this.#dialog, remoteSeq: cseq };
    const refused = refusal(request, IN_DIALOG) ?? this.#another(request) ?? tooBrief(request);
    if (refused !== null) {
      transaction.respond(refused.status, refused.reason, fieldLines(refused.headers), '');
      return;
    }
    this.#dialog = refreshed(this.#dialog, request, source); // it is a target refresh (§4.1.2.2)
    this.subscribed(incoming, transaction);
  }

  /** Answers, then tells (§4.2.1.2). */
  subscribed({ request, point }: Incoming, transaction: ServerTransaction): void {
    const expiresS = Math.min(expiresOf(request) ?? LONGEST_S, LONGEST_S);
    const routes = headerValues(request, 'Record-Route').map((route) => `Record-Route: ${route}\r\n`);
    transaction.respond(200, '', `${routes.join('')}${point.contactLine}Expires: ${expiresS}\r\n`, '');
    this.#runner.handle({ type: 'subscribed', expiresMs: expiresS * 1000 });
  }

  /** A dialog has one subscription (§4.5). */
  #another(request: SipRequest): Refusal | null {
    const isSame = packageOf(request) === this.#watching.event && idOf(request) === idIn(this.#event);
    return isSame
      ? null
      : { status: 489, reason: '', headers: [{ name: 'Allow-Events', value: this.#watching.event }] };
  }

  #perform(effect: SubscriptionEffect): void {
    if (effect.type === 'over') this.#over();
    else if (effect.type === 'notify') this.#notify(effect.state);
  }

  #notify(state: string): void {
    const lines = `Event: ${this.#event}\r\nSubscription-State: ${state}\r\n`;
    const content = { lines, type: this.#watching.contentType, body: this.#watching.documentOf(this.#id) };
    const advance = (): Dialog => {
      this.#dialog = { ...this.#dialog, localSeq: this.#dialog.localSeq + 1 };
      return this.#dialog;
    };
    const told = ({ status }: { readonly status: number }): void => this.#runner.handle({ type: 'told', status });
    if (!new DialogRequest(this.#host.outlet, advance, 'NOTIFY', content, null, told).send()) told({ status: 503 });
  }
}

/** Too little is told how much it must be; what ends or only asks is not too little. */
function tooBrief(request: SipRequest): Refusal | null {
  const asked = expiresOf(request);
  if (asked === null || asked === 0 || asked >= SHORTEST_S) return null;
  return { status: 423, reason: '', headers: [{ name: 'Min-Expires', value: String(SHORTEST_S) }] };
}

/** Null: it does not say, or not in numbers. [s] */
function expiresOf(request: SipRequest): number | null {
  const digits = /^\s*(\d{1,10})\s*$/.exec(headerValue(request, 'Expires') ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}

function packageOf(request: SipRequest): string {
  return (headerValue(request, 'Event') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function idOf(request: SipRequest): string | null {
  return idIn(headerValue(request, 'Event') ?? '');
}

function idIn(event: string): string | null {
  return /;\s*id\s*=\s*([^\s;]+)/i.exec(event)?.[1] ?? null;
}
