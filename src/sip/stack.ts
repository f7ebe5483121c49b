import type { Clock } from '../machine/clock.js';
import type {
  Admission,
  AdmissionRequest,
  HangUpCause,
  InviteTarget,
  LegId,
  Notifier,
  OwnRequest,
  OwnResponse,
  Requester,
  RequestId,
  Response,
  Sdp,
  Signalling,
  SignallingEvent,
  SignallingHandlers,
  SubscriptionId,
  Watching,
} from '../ports/signalling.js';
import { admissionRequest } from './admission-request.js';
import { Leg, type LegHost, type LegSnapshot } from './leg.js';
import { type ListeningPoint, listeningPoint } from './listening-point.js';
import { toTagOf } from './message/address.js';
import { headerValue } from './message/header.js';
import type { Header, SipRequest } from './message/message.js';
import { type Capabilities, outsideRefusal, type Refusal, refusal } from './message/validate.js';
import { numericRemote } from './next-hop.js';
import { OwnRequestClient } from './own-request.js';
import { fieldLines, headerLines, MAX_FORWARDS } from './request.js';
import type { Incoming, ServerTransaction } from './server-transaction.js';
import type { SessionEvent } from './session.js';
import { sdpOf } from './session-body.js';
import { SHORTEST_S, tooBrief } from './session-expires.js';
import { SubscriptionServer } from './subscription-server.js';
import { TokenSource } from './token.js';
import { TransactionLayer, type TransactionSnapshot } from './transaction-layer.js';
import { flowOf, type Remote, remoteOf, type Transport } from './transport/transport.js';

export type StackOptions = {
  /** One per protocol and address family; the first that fits a remote is used. */
  readonly transports: readonly Transport[];
  readonly clock: Clock;
  /** In [0, 1). Tags and branches are made of it: in production it must not be predictable. */
  readonly random: () => number;
  /** Addresses of a SIP URI whose host is a name, best first (RFC 3263); [] if there are none. May reject, which is the same. */
  readonly resolve: (uri: string) => Promise<readonly Remote[]>;
  /** A fault of this program: what was thrown, and the state it was in as JSON. The leg concerned has ended. */
  readonly onDefect: (error: unknown, context: string) => void;
  /** Methods outside a dialog beside those of calls. Default: REGISTER and OPTIONS. */
  readonly allow?: readonly string[];
  /** User-Agent of requests and Server of responses inside transactions. Default: none, and strangers are never told. */
  readonly userAgent?: string;
  /** How long a session lasts without a refresh (RFC 4028 §4), 90 s or more. Default null: for ever. [ms] */
  readonly sessionMs?: number | null;
};

export type StackSnapshot = {
  readonly transactions: readonly TransactionSnapshot[];
  readonly legs: readonly LegSnapshot[];
  /** Requests that wait for `respond`. */
  readonly requests: readonly RequestId[];
};

export type Stack = Signalling & Requester & Notifier & { snapshot(): StackSnapshot };

/** The embedded Signalling. */
export function createStack(options: StackOptions): Stack {
  return new EmbeddedStack(options);
}

const CALL_METHODS = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'INFO', 'UPDATE'];
/** `Allow` of requests and responses that establish a dialog: what may come inside it. */
const SESSION_METHODS = [...CALL_METHODS, 'REFER', 'OPTIONS'];
/** How much of a message is shown with a fault that it laid bare. */
const DEFECT_CHARS = 1024;
const SDP_TYPES = ['application/sdp', 'multipart/mixed', 'multipart/alternative', 'multipart/related'];

class EmbeddedStack implements Stack, LegHost {
  readonly clock: Clock;
  readonly random: () => number;
  readonly tokens: TokenSource;
  readonly layer: TransactionLayer;
  readonly requestLines: string;
  readonly responseLines: string;
  readonly sessionS: number | null;
  readonly #options: StackOptions;
  #able: Capabilities;
  readonly #legs = new Map<LegId, Leg>();
  readonly #byTag = new Map<string, Leg>();
  readonly #requests = new Map<RequestId, ServerTransaction>();
  readonly #referring = new Map<LegId, Leg>(); // some of which have ended
  #subscriptions: SubscriptionServer | null = null;
  #events: readonly Header[] = [];
  #points: readonly ListeningPoint[] = [];
  #handlers: SignallingHandlers | null = null;
  #outbox: SignallingEvent[] = []; // events wait until the work that caused them is done
  #depth = 0;

  constructor(options: StackOptions) {
    const { clock, random, userAgent } = options;
    const methods = [...CALL_METHODS, ...(options.allow ?? ['REGISTER', 'OPTIONS'])];
    const agent = userAgent === undefined ? [] : [['User-Agent', userAgent] as const];
    const server = userAgent === undefined ? [] : [['Server', userAgent] as const];
    this.#options = options;
    this.clock = clock;
    this.random = random;
    this.tokens = new TokenSource(random);
    const { sessionMs = null } = options;
    this.sessionS = sessionMs === null ? null : Math.max(SHORTEST_S, Math.round(sessionMs / 1000));
    const extensions = this.sessionS === null ? [] : ['timer'];
    this.#able = { methods, extensions, schemes: ['sip', 'sips', 'tel', 'urn'], bodies: { INVITE: SDP_TYPES } };
    const supported = extensions.map((tag) => `Supported: ${tag}\r\n`).join('');
    this.responseLines = `Allow: ${SESSION_METHODS.join(', ')}\r\n${supported}`;
    this.requestLines = this.responseLines + headerLines(agent);
    this.layer = new TransactionLayer({
      clock,
      user: this,
      serverLine: headerLines(server),
      secret: Math.floor(random() * 0x100000000) | 0,
    });
  }

  get points(): readonly ListeningPoint[] {
    return this.#points;
  }

  async start(handlers: SignallingHandlers): Promise<void> {
    this.#handlers = handlers;
    const points: ListeningPoint[] = [];
    for (const transport of this.#options.transports) {
      const { protocol, family } = transport;
      const isFirst = !points.some(
        (other) => other.transport.protocol === protocol && other.transport.family === family,
      );
      const listener = points.length;
      let point: ListeningPoint | null = null;
      await transport.start({
        received: (bytes, from) => {
          if (point !== null) this.#received(bytes, isFirst ? from : { ...from, listener }, point);
        },
        failed: (remote) => this.#enter(() => this.layer.failed(isFirst ? remote : { ...remote, listener })),
      });
      point = listeningPoint(transport);
      points.push(point);
    }
    this.#points = points;
  }

  async stop(): Promise<void> {
    this.#handlers = null;
    for (const leg of this.#byTag.values()) leg.stop();
    this.#subscriptions?.stop();
    this.layer.stop();
    this.#legs.clear();
    this.#byTag.clear();
    this.#requests.clear();
    this.#referring.clear();
    await Promise.all(this.#points.map(({ transport }) => transport.stop()));
    this.#points = [];
  }

  invite(id: LegId, target: InviteTarget, offer: Sdp | null): void {
    this.#enter(() => {
      const leg = Leg.calling(this, id, target, offer);
      this.#legs.set(id, leg);
      this.#byTag.set(leg.localTag, leg);
      const remote = target.flow === null ? numericRemote(target.uri) : remoteOf(target.flow);
      if (remote !== null) leg.reach([remote]);
      else if (target.flow !== null) leg.reach([]);
      else void this.#resolve((remotes) => leg.reach(remotes), target.uri);
    });
  }

  request(request: OwnRequest, answered: (response: OwnResponse) => void): void {
    this.#enter(() => {
      const client = new OwnRequestClient(this, request, answered);
      const { uri, flow } = request;
      const remote = flow === undefined ? numericRemote(uri) : remoteOf(flow);
      if (remote !== null) client.reach([remote]);
      else if (flow !== undefined) client.reach([]);
      else void this.#resolve((remotes) => client.reach(remotes), uri);
    });
  }

  progress(leg: LegId, status: 180 | 181 | 182 | 183, answer: Sdp | null): void {
    this.#command(leg, { type: 'progress', status, sdp: answer });
  }

  answer(leg: LegId, sdp: Sdp): void {
    this.#command(leg, { type: 'answer', sdp });
  }

  refuse(leg: LegId, status: number): void {
    this.#command(leg, { type: 'refuse', status });
  }

  modify(leg: LegId, offer: Sdp): void {
    this.#command(leg, { type: 'modify', offer });
  }

  inform(leg: LegId, contentType: string, body: string): void {
    this.#enter(() => this.#legs.get(leg)?.inform(contentType, body));
  }

  notify(leg: LegId, status: number): void {
    this.#enter(() => this.#referring.get(leg)?.notify(status));
  }

  hangUp(leg: LegId, cause: HangUpCause): void {
    this.#command(leg, { type: 'hangUp', cause });
  }

  respond(request: RequestId, response: Response): void {
    this.#enter(() => {
      const transaction = this.#requests.get(request);
      const { status, reason, headers, body } = response;
      if (status >= 200) this.#requests.delete(request);
      const isOptions = transaction?.method === 'OPTIONS' && status >= 200 && status < 300;
      const more = isOptions ? fieldLines(this.#capabilities) : '';
      transaction?.respond(status, reason, more + headerLines(headers), body);
    });
  }

  watch(watching: Watching): void {
    const enter = (work: () => void): void => this.#enter(work);
    this.#subscriptions = new SubscriptionServer({ outlet: this, clock: this.clock, enter }, watching);
    this.#able = { ...this.#able, methods: [...this.#able.methods, 'SUBSCRIBE'] };
    this.#events = [{ name: 'Allow-Events', value: watching.event }]; // RFC 6665 §8.2.2
  }

  changed(subscription: SubscriptionId): void {
    this.#enter(() => this.#subscriptions?.handle(subscription, { type: 'changed' }));
  }

  terminate(subscription: SubscriptionId): void {
    this.#enter(() => this.#subscriptions?.handle(subscription, { type: 'ended', reason: 'noresource' }));
  }

  snapshot(): StackSnapshot {
    return {
      transactions: this.layer.snapshot(),
      legs: [...this.#byTag.values()].map((leg) => leg.snapshot()),
      requests: [...this.#requests.keys()],
    };
  }

  /** From the layer: a new request, RFC 3261 §8.2. Nothing is kept of it before the admission has let it in. */
  requested(incoming: Incoming): void {
    const { request } = incoming;
    const tag = toTagOf(request);
    if (tag !== undefined) {
      const leg = this.#byTag.get(tag);
      if (leg !== undefined) leg.received(incoming);
      else if (this.#subscriptions?.received(incoming, tag) !== true) this.#refuse(incoming, 481);
      return;
    }
    const facts = admissionRequest(incoming);
    const admission: Admission = this.#handlers?.admit(facts) ?? { verdict: 'ignore' };
    switch (admission.verdict) {
      case 'admit':
        if (admission.identity !== null) incoming.point.transport.welcome?.(incoming.source);
        this.#admitted(incoming, facts, admission.identity);
        break;
      case 'respond': {
        const { status, reason, headers } = admission;
        const sooner = this.#refusalBefore(request, status);
        if (sooner === null) this.layer.refuse(incoming, { status, reason, headers: [] }, headers);
        else this.layer.refuse(incoming, sooner);
        break;
      }
      case 'capabilities':
        this.layer.refuse(incoming, this.#refusal(request) ?? { status: 200, reason: '', headers: this.#capabilities });
        break;
      case 'ignore':
        break;
    }
  }

  /** From the layer: the ACK of a 2xx. */
  acknowledged(ack: SipRequest): void {
    this.#byTag.get(toTagOf(ack) ?? '')?.acknowledged(ack);
  }

  /** From the layer. */
  finished(transaction: ServerTransaction): void {
    if (transaction.tag !== null) this.#requests.delete(transaction.tag);
  }

  report(event: SignallingEvent): void {
    this.#outbox.push(event);
    const leg = event.type === 'referred' ? this.#legs.get(event.leg) : undefined;
    if (leg !== undefined) this.#referring.set(leg.id, leg);
    if (event.type === 'ended') this.#legs.delete(event.leg);
  }

  forget(leg: Leg): void {
    this.#byTag.delete(leg.localTag);
    this.#referring.delete(leg.id);
  }

  /** From the layer. */
  transactionDefect(error: unknown, transaction: TransactionSnapshot): void {
    this.#options.onDefect(error, JSON.stringify(transaction));
  }

  defect(error: unknown, leg: Leg): void {
    this.#options.onDefect(error, JSON.stringify(leg.snapshot()));
  }

  #admitted(incoming: Incoming, facts: AdmissionRequest, identity: string | null): void {
    const { request } = incoming;
    const refused = this.#refusal(request);
    if (refused !== null) {
      this.layer.refuse(incoming, refused);
      return;
    }
    if (this.layer.isMerged(request)) {
      // §8.2.2.2, with a transaction: once the first is over, a retransmission of this one would look like a new request.
      this.layer.serve(incoming, this.tokens.next()).respond(482, '', '', '');
      return;
    }
    const tag = this.tokens.next();
    const transaction = this.layer.serve(incoming, tag);
    try {
      if (request.method === 'INVITE') this.#invited(incoming, facts, identity, transaction, tag);
      else if (request.method === 'SUBSCRIBE')
        this.#subscriptions?.subscribe(incoming, facts, identity, transaction, tag);
      else this.#asked(incoming, facts, identity, transaction, tag);
    } catch (error) {
      transaction.respond(500, '', '', '');
      throw error;
    }
  }

  /** What a request is refused for before the admission's refusal counts (RFC 3261 §8.2). */
  #refusalBefore(request: SipRequest, status: number): Refusal | null {
    // The method and whatever it requires are judged before whom it is for.
    if (status === 404) return refusal(request, this.#able);
    // What comes by a second way bears a nonce count that the first has used up: it is no replay (§8.2.2.2).
    return status === 401 && this.layer.isMerged(request) ? { status: 482, reason: '', headers: [] } : null;
  }

  /** RFC 3261 §8.2.1 to §8.2.3, RFC 4028 §9. */
  #refusal(request: SipRequest): Refusal | null {
    const refused = outsideRefusal(request, this.#able);
    if (refused !== null) return refused;
    if (request.method === 'SUBSCRIBE') return this.#subscriptions?.refusal(request) ?? null;
    return request.method === 'INVITE' && this.sessionS !== null ? tooBrief(request) : null;
  }

  #invited(
    incoming: Incoming,
    facts: AdmissionRequest,
    identity: string | null,
    transaction: ServerTransaction,
    tag: string,
  ): void {
    const { request, source } = incoming;
    transaction.respond(100, '', '', '');
    const id = this.tokens.next();
    const leg = Leg.invited(this, id, tag, incoming, transaction);
    this.#legs.set(id, leg);
    this.#byTag.set(tag, leg);
    this.report({
      type: 'invited',
      leg: id,
      requestUri: request.uri,
      from: facts.from,
      to: facts.to,
      callId: facts.callId,
      identity,
      source: flowOf(source),
      maxForwards: hopsLeft(request),
      offer: sdpOf(request),
      header: facts.header,
    });
  }

  /** RFC 3261 §11.2. */
  get #capabilities(): readonly Header[] {
    return [
      { name: 'Allow', value: this.#able.methods.join(', ') },
      { name: 'Accept', value: 'application/sdp' },
      ...this.#events,
    ];
  }

  #asked(
    incoming: Incoming,
    facts: AdmissionRequest,
    identity: string | null,
    transaction: ServerTransaction,
    tag: string,
  ): void {
    const { request } = incoming;
    this.#requests.set(tag, transaction);
    const contentType = headerValue(request, 'Content-Type') ?? '';
    this.report({ type: 'requested', request: tag, ...facts, identity, contentType, body: request.body });
  }

  #refuse(incoming: Incoming, status: number): void {
    this.layer.refuse(incoming, { status, reason: '', headers: [] });
  }

  async #resolve(reach: (remotes: readonly Remote[]) => void, uri: string): Promise<void> {
    let remotes: readonly Remote[] = [];
    try {
      remotes = await this.#options.resolve(uri);
    } catch {
      // A name that does not resolve leads nowhere: the leg ends with 503.
    }
    this.#enter(() => reach(remotes));
  }

  #command(id: LegId, event: SessionEvent): void {
    this.#enter(() => this.#legs.get(id)?.handle(event));
  }

  begin(): void {
    this.#depth++;
  }

  end(): void {
    this.#depth--;
    if (this.#depth > 0) return;
    for (let event = this.#outbox.shift(); event !== undefined; event = this.#outbox.shift()) this.#hand(event);
  }

  #received(bytes: Buffer, source: Remote, point: ListeningPoint): void {
    this.begin();
    try {
      this.layer.received(bytes, source, point);
    } catch (error) {
      const message = bytes.toString('latin1', 0, DEFECT_CHARS);
      this.#options.onDefect(error, JSON.stringify({ source, message }));
    }
    this.end();
  }

  /** What comes from outside and is no work of one leg. */
  #enter(run: () => void): void {
    this.begin();
    try {
      run();
    } catch (error) {
      this.#options.onDefect(error, '{}');
    }
    this.end();
  }

  /** Commands given meanwhile do their work at once; what they cause is handed out after this event. */
  #hand(event: SignallingEvent): void {
    this.#depth++;
    try {
      this.#handlers?.onEvent(event);
    } catch (error) {
      this.#options.onDefect(error, JSON.stringify(event));
    }
    if (event.type === 'requested') this.#requests.get(event.request)?.wait();
    else if (event.type === 'referred') this.#referring.get(event.leg)?.handed();
    this.#depth--;
  }
}

function hopsLeft(request: SipRequest): number {
  return Number(headerValue(request, 'Max-Forwards') ?? MAX_FORWARDS);
}
