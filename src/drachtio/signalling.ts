import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../machine/clock.js';
import type {
  Admission,
  AdmissionRequest,
  HangUpCause,
  InviteTarget,
  LegId,
  OwnRequest,
  OwnResponse,
  Requester,
  RequestId,
  Response,
  Sdp,
  Signalling,
  SignallingEvent,
  SignallingHandlers,
} from '../ports/signalling.js';
import { toTagOf } from '../sip/message/address.js';
import { callIdOf, headerValue, maxForwardsOf } from '../sip/message/header.js';
import type { SipRequest } from '../sip/message/message.js';
import { type Capabilities, malformation, outsideRefusal, type Refusal, refusal } from '../sip/message/validate.js';
import type { SessionEvent } from '../sip/session.js';
import { sdpOf } from '../sip/session-body.js';
import { routeOf } from './flow.js';
import { type LegHost, SrfLeg } from './leg.js';
import { admissionRequest, readRequest, reasonsOf } from './message.js';
import { SrfOwnRequest } from './own-request.js';
import { type Answer, sendAnswer } from './reply.js';
import { DrachtioServer, type DrachtioServerOptions, type DrachtioServerState } from './server.js';
import type { SrfReply, SrfRequest } from './srf.js';

export type DrachtioSignallingOptions = {
  /** At least one. Requests may come by any of them; calls go out by the one that holds the phone's way, else by any. */
  readonly servers: readonly DrachtioServerOptions[];
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** A server came up or went down. */
  readonly onServer: (status: DrachtioServerStatus) => void;
  /** A fault of this program, and the state it was met in. The leg concerned has ended. */
  readonly onDefect: (error: unknown, context: unknown) => void;
  /** Methods outside a dialog beside those of calls. Default: REGISTER and OPTIONS. */
  readonly allow?: readonly string[];
  /** User-Agent of INVITEs. Default: none. */
  readonly userAgent?: string;
};

export type DrachtioServerStatus = {
  /** `host:port` of its admin element. */
  readonly name: string;
  readonly state: DrachtioServerState;
  /** Where it speaks SIP: `udp/192.0.2.1:5060,tcp/192.0.2.1:5060`; empty before it was up. */
  readonly listens: string;
  readonly legs: number;
  /** Version, or why it is not up. */
  readonly detail: string;
};

const CALL_METHODS = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'INFO', 'UPDATE'];
const SDP_TYPES = ['application/sdp', 'multipart/mixed', 'multipart/alternative', 'multipart/related'];
const MAX_FORWARDS = 70;
/** How long drachtio-server waits for the answer to a request outside a dialog. [ms] */
const REQUEST_MS = 64_000;
/**
 * To an INVITE that the admission ignores: drachtio-server has said 100 already, and srf keeps every INVITE that is not
 * answered, so silence is not to be had.
 */
const IGNORED_INVITE: Answer = { status: 480 };

type Waiting = {
  readonly server: DrachtioServer;
  readonly reply: SrfReply;
  readonly method: string;
  readonly timer: Timer;
};

/** Signalling by drachtio-servers, one or several. */
export class DrachtioSignalling implements Signalling, Requester, LegHost {
  readonly clock: Clock;
  readonly random: () => number;
  readonly allow: readonly [string, string];
  readonly inviteHeaders: readonly (readonly [string, string])[];
  readonly servers: readonly DrachtioServer[];
  readonly #able: Capabilities;
  readonly #onDefect: DrachtioSignallingOptions['onDefect'];
  readonly #legs = new Map<LegId, SrfLeg>();
  /** Legs that messages may still concern, ended ones too. */
  readonly #all = new Set<SrfLeg>();
  readonly #referring = new Map<LegId, SrfLeg>();
  readonly #requests = new Map<RequestId, Waiting>();
  readonly #details = new Map<DrachtioServer, string>();
  #handlers: SignallingHandlers | null = null;
  #turn = 0;

  constructor(options: DrachtioSignallingOptions) {
    const { clock, random, userAgent, onServer } = options;
    this.clock = clock;
    this.random = random;
    this.#onDefect = options.onDefect;
    const methods = [...CALL_METHODS, ...(options.allow ?? ['REGISTER', 'OPTIONS'])];
    this.#able = { methods, extensions: [], schemes: ['sip', 'sips', 'tel', 'urn'], bodies: { INVITE: SDP_TYPES } };
    this.allow = ['Allow', [...CALL_METHODS, 'REFER', 'OPTIONS'].join(', ')];
    this.inviteHeaders = [this.allow, ...(userAgent === undefined ? [] : [['User-Agent', userAgent] as const])];
    this.servers = options.servers.map(
      (each, index) =>
        new DrachtioServer(
          index,
          each,
          clock,
          (request, reply, server) => this.#guarded(request, reply, server),
          (server, detail) => {
            this.#details.set(server, detail);
            onServer(this.#statusOf(server));
          },
        ),
    );
  }

  /** Resolves when every server has been tried once. Those that are not there yet are tried again and again. */
  async start(handlers: SignallingHandlers): Promise<void> {
    this.#handlers = handlers;
    await Promise.all(this.servers.map((server) => server.start()));
  }

  async stop(): Promise<void> {
    this.#handlers = null;
    for (const leg of this.#all) leg.stop();
    for (const { timer } of this.#requests.values()) timer.cancel();
    this.#legs.clear();
    this.#all.clear();
    this.#referring.clear();
    this.#requests.clear();
    for (const server of this.servers) server.stop();
  }

  status(): readonly DrachtioServerStatus[] {
    return this.servers.map((server) => this.#statusOf(server));
  }

  invite(id: LegId, target: InviteTarget, offer: Sdp | null): void {
    const servers = this.#serversFor(target);
    const leg = SrfLeg.calling(this, id, target, offer, servers);
    this.#legs.set(id, leg);
    this.#all.add(leg);
    leg.begin(servers.length);
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
    this.#legs.get(leg)?.inform(contentType, body);
  }

  notify(leg: LegId, status: number): void {
    this.#referring.get(leg)?.notify(status);
  }

  hangUp(leg: LegId, cause: HangUpCause): void {
    this.#command(leg, { type: 'hangUp', cause });
  }

  respond(request: RequestId, { status, reason, headers, body }: Response): void {
    const waiting = this.#requests.get(request);
    if (waiting === undefined) return;
    if (status >= 200) this.#settle(request, waiting);
    const isOptions = waiting.method === 'OPTIONS' && status >= 200 && status < 300;
    const more = isOptions ? this.#capabilities : [];
    sendAnswer(waiting.server, waiting.reply, { status, reason, headers: [...more, ...headers], body });
  }

  /** To a phone by the server that it came by, else by the first that is up, so that a carrier knows us at one address. */
  request(request: OwnRequest, answered: (response: OwnResponse) => void): void {
    const { flow } = request;
    const [server] =
      flow === undefined ? this.servers.filter(({ state }) => state === 'up') : this.#serversFor({ flow });
    if (server === undefined) {
      this.clock.after(0, () => answered({ status: 503, cseq: request.cseq + 1, header: () => [] }));
      return;
    }
    new SrfOwnRequest(server, request, () => randomBytes(8).toString('hex'), answered).send();
  }

  report(event: SignallingEvent): void {
    if (event.type === 'ended') this.#legs.delete(event.leg);
    const leg = event.type === 'referred' ? this.#legs.get(event.leg) : undefined;
    if (leg !== undefined) this.#referring.set(leg.id, leg);
    this.#handlers?.onEvent(event);
  }

  forget(leg: SrfLeg): void {
    this.#all.delete(leg);
    this.#referring.delete(leg.id);
  }

  defect(error: unknown, leg: SrfLeg): void {
    this.#onDefect(error, leg.snapshot());
  }

  #command(id: LegId, event: SessionEvent): void {
    this.#legs.get(id)?.handle(event);
  }

  /** The server that the phone came by; if it came without a connection, or not at all, the others too. */
  #serversFor({ flow }: Pick<InviteTarget, 'flow'>): readonly DrachtioServer[] {
    const up = this.servers.filter((server) => server.state === 'up');
    if (flow === null) {
      this.#turn++;
      return up.map((_, index) => up[(index + this.#turn) % up.length]).filter((server) => server !== undefined);
    }
    const route = routeOf(flow);
    if (route === null) return [];
    const own = up.filter((server) => server.index === route.server);
    return route.isFree ? [...own, ...up.filter((server) => server.index !== route.server)] : own;
  }

  #guarded(request: SrfRequest, reply: SrfReply, server: DrachtioServer): void {
    try {
      this.#asked(request, reply, server);
    } catch (error) {
      this.#onDefect(error, { request: request.raw });
      sendAnswer(server, reply, { status: 500 });
    }
  }

  #asked(request: SrfRequest, reply: SrfReply, server: DrachtioServer): void {
    const message = readRequest(request);
    const refused = message === null ? { status: 400, reason: '', headers: [] } : malformation(message);
    if (message === null || refused !== null) {
      refuse(server, reply, refused ?? { status: 400, reason: '', headers: [] });
      return;
    }
    if (toTagOf(message) !== undefined) {
      this.#stray(message, reply, server);
      return;
    }
    const facts = admissionRequest(message, request, server.index);
    const admission: Admission = this.#handlers?.admit(facts) ?? { verdict: 'ignore' };
    switch (admission.verdict) {
      case 'admit':
        this.#admitted(message, facts, admission.identity, request, reply, server);
        break;
      case 'respond': {
        // RFC 3261 §8.2: the method and whatever it requires are judged before whom it is for.
        const unable = admission.status === 404 ? refusal(message, this.#able) : null;
        if (unable === null) sendAnswer(server, reply, admission);
        else refuse(server, reply, unable);
        break;
      }
      case 'capabilities': {
        const refused = outsideRefusal(message, this.#able);
        if (refused === null) sendAnswer(server, reply, { status: 200, headers: this.#capabilities });
        else refuse(server, reply, refused);
        break;
      }
      case 'ignore':
        if (message.method === 'INVITE') sendAnswer(server, reply, IGNORED_INVITE);
        break;
    }
  }

  /** RFC 3261 §11.2. */
  get #capabilities(): readonly (readonly [string, string])[] {
    return [
      ['Allow', this.#able.methods.join(', ')],
      ['Accept', 'application/sdp'],
    ];
  }

  /** Inside a dialog that srf does not know: not yet, or not any more. */
  #stray(message: SipRequest, reply: SrfReply, server: DrachtioServer): void {
    const leg = this.#legs.get(callIdOf(message)); // the id of a leg of ours is its Call-ID
    const isBye = message.method === 'BYE' && leg?.isHalfOpen === true;
    sendAnswer(server, reply, { status: isBye ? 200 : 481 });
    if (isBye) leg.handle({ type: 'left', reasons: reasonsOf(message) });
  }

  #admitted(
    message: SipRequest,
    facts: AdmissionRequest,
    identity: string | null,
    request: SrfRequest,
    reply: SrfReply,
    server: DrachtioServer,
  ): void {
    const refused = outsideRefusal(message, this.#able);
    if (refused !== null) {
      refuse(server, reply, refused);
      return;
    }
    if (message.method !== 'INVITE') {
      const id = randomUUID();
      const timer = this.clock.after(REQUEST_MS, () => this.#requests.delete(id));
      this.#requests.set(id, { server, reply, method: message.method, timer });
      const contentType = headerValue(message, 'Content-Type') ?? '';
      this.report({ type: 'requested', request: id, ...facts, identity, contentType, body: message.body });
      return;
    }
    const id = randomUUID();
    const leg = SrfLeg.invited(this, id, message, server, request, reply);
    this.#legs.set(id, leg);
    this.#all.add(leg);
    const { requestUri, from, to, callId, source, header } = facts;
    const offer = sdpOf(message);
    this.report({
      type: 'invited',
      leg: id,
      requestUri,
      from,
      to,
      callId,
      identity,
      source,
      maxForwards: maxForwardsOf(message) ?? MAX_FORWARDS,
      offer,
      header,
    });
  }

  #settle(id: RequestId, { timer }: Waiting): void {
    timer.cancel();
    this.#requests.delete(id);
  }

  #statusOf(server: DrachtioServer): DrachtioServerStatus {
    const { name, state, listens, passengers } = server;
    return { name, state, listens, legs: passengers, detail: this.#details.get(server) ?? '' };
  }
}

function refuse(server: DrachtioServer, reply: SrfReply, { status, reason, headers }: Refusal): void {
  sendAnswer(server, reply, { status, reason, headers: headers.map(({ name, value }) => [name, value] as const) });
}
