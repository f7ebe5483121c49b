import type {
  HangUpCause,
  InviteTarget,
  LegId,
  Response,
  Sdp,
  Signalling,
  SignallingEvent,
  SignallingHandlers,
} from '../../src/ports/signalling.js';

/** A Signalling port that writes down the commands it is given and says what the test tells it to. A `hangUp` is followed by `ended`, as the port promises. */
export class RecordingSignalling implements Signalling {
  /** `answer LEG`, `hangUp LEG 486 …` in order; SDP is left out. */
  readonly said: string[] = [];
  readonly sdps = new Map<LegId, Sdp>();
  readonly targets = new Map<LegId, InviteTarget>();
  /** Legs whose phone answers nothing any more: no end is told of them. */
  readonly deaf = new Set<LegId>();
  readonly #ended = new Set<LegId>();
  #handlers: SignallingHandlers | null = null;

  async start(handlers: SignallingHandlers): Promise<void> {
    this.#handlers = handlers;
  }

  async stop(): Promise<void> {
    this.#handlers = null;
  }

  emit(event: SignallingEvent): void {
    if (event.type === 'ended') {
      if (this.#ended.has(event.leg)) return;
      this.#ended.add(event.leg);
    }
    this.#handlers?.onEvent(event);
  }

  /** `headers` by name, with their lines. */
  invited(
    leg: LegId,
    from: string,
    to: string,
    offer: Sdp | null,
    headers: Readonly<Record<string, readonly string[]>> = {},
  ): void {
    this.emit({
      type: 'invited',
      leg,
      requestUri: `sip:${to}@acme.example`,
      from: { name: '', user: from, host: 'acme.example' },
      to: { name: '', user: to, host: 'acme.example' },
      callId: `call-of-${leg}`,
      identity: `${from}@acme.example`,
      source: 'udp/192.0.2.1:5060',
      maxForwards: 70,
      offer,
      header: (name) => headers[name] ?? [],
    });
  }

  ended(leg: LegId, status: number, by: 'local' | 'remote' | 'lost' = 'remote'): void {
    this.emit({ type: 'ended', leg, by, status, reasons: [], contacts: [] });
  }

  invite(leg: LegId, target: InviteTarget, offer: Sdp | null): void {
    this.said.push(`invite ${leg} ${target.uri}`);
    this.targets.set(leg, target);
    if (offer !== null) this.sdps.set(leg, offer);
  }

  progress(leg: LegId, status: number, answer: Sdp | null): void {
    this.said.push(`progress ${leg} ${status}${answer === null ? '' : ' with SDP'}`);
    if (answer !== null) this.sdps.set(leg, answer);
  }

  answer(leg: LegId, sdp: Sdp): void {
    this.said.push(`answer ${leg}`);
    this.sdps.set(leg, sdp);
  }

  refuse(leg: LegId, status: number): void {
    this.said.push(`refuse ${leg} ${status}`);
  }

  modify(leg: LegId, offer: Sdp): void {
    this.said.push(`modify ${leg}`);
    this.sdps.set(leg, offer);
  }

  inform(leg: LegId, contentType: string, body: string): void {
    this.said.push(`inform ${leg} ${contentType} ${body.trim().replaceAll('\r\n', ' ')}`);
  }

  notify(leg: LegId, status: number): void {
    this.said.push(`notify ${leg} ${status}`);
  }

  hangUp(leg: LegId, { status, reasons }: HangUpCause): void {
    if (this.#ended.has(leg)) return;
    this.said.push([`hangUp ${leg} ${status}`, ...reasons].join(' '));
    if (this.deaf.has(leg)) return;
    this.ended(leg, status, 'local');
  }

  respond(request: string, response: Response): void {
    this.said.push(`respond ${request} ${response.status}`);
  }
}
