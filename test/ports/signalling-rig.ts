import type { HeaderList, PhoneMessage } from '../../src/calltest/phone-message.js';
import type {
  Admission,
  AdmissionRequest,
  HangUpCause,
  InviteTarget,
  LegId,
  OwnRequest,
  OwnResponse,
  Requester,
  Signalling,
  SignallingEvent,
} from '../../src/ports/signalling.js';
import { dialogOfAck, dialogOfResponse, type Endpoint, type PeerDialog, SipPeer } from './sip-peer.js';
import { WaitingList } from './waiting-list.js';

/** What a suite is run on, made anew for every test. `at`: where requests to it go, asked once it is started. */
export type SignallingSubject = { readonly signalling: Signalling & Requester; readonly at: () => Endpoint };

export type SignallingHarness = { make(): Promise<SignallingSubject> };

type EventOf<Type extends SignallingEvent['type']> = Extract<SignallingEvent, { type: Type }>;

export const NORMAL: HangUpCause = { status: 487, reasons: [] };

/** A signalling port with a peer at its other end. */
export class SignallingRig {
  readonly signalling: Signalling & Requester;
  readonly events = new WaitingList<SignallingEvent>(describeEvent);
  readonly admissions: AdmissionRequest[] = [];
  admit: (request: AdmissionRequest) => Admission = () => ({ verdict: 'admit', identity: 'phone@example.test' });
  #peer: SipPeer | null = null;

  private constructor(signalling: Signalling & Requester) {
    this.signalling = signalling;
  }

  static async open(harness: SignallingHarness): Promise<SignallingRig> {
    const subject = await harness.make();
    const rig = new SignallingRig(subject.signalling);
    await rig.signalling.start({
      onEvent: (event) => rig.events.push(event),
      admit: (request) => {
        rig.admissions.push(request);
        return rig.admit(request);
      },
    });
    rig.#peer = await SipPeer.open(subject.at());
    return rig;
  }

  get peer(): SipPeer {
    if (this.#peer === null) throw new Error('not open');
    return this.#peer;
  }

  async close(): Promise<void> {
    await this.signalling.stop();
    this.peer.close();
  }

  event<Type extends SignallingEvent['type']>(type: Type, withinMs?: number): Promise<EventOf<Type>> {
    return this.events.next((event): event is EventOf<Type> => event.type === type, type, withinMs);
  }

  count(type: SignallingEvent['type']): number {
    return this.events.count((event) => event.type === type);
  }

  /** An INVITE of the peer's, admitted. */
  async invited(body = this.peer.sdp(), headers: HeaderList = []): Promise<{ leg: LegId; invite: PhoneMessage }> {
    const invite = this.peer.ask('INVITE', '100', { body, headers });
    const { leg } = await this.event('invited');
    return { leg, invite };
  }

  /** A call of the peer's that we have answered. */
  async inbound(answer = OUR_SDP): Promise<{ leg: LegId; dialog: PeerDialog }> {
    const { leg, invite } = await this.invited();
    this.signalling.answer(leg, answer);
    const ok = await this.peer.response('INVITE', 200);
    this.peer.acknowledge(invite, ok);
    await this.event('acknowledged');
    return { leg, dialog: dialogOfResponse(ok) };
  }

  target(change: Partial<InviteTarget> = {}): InviteTarget {
    return {
      uri: `sip:200@${this.peer.host}:${this.peer.port}`,
      flow: null,
      from: { name: '', user: '100', host: 'example.test' },
      to: { name: '', user: '200', host: 'example.test' },
      maxForwards: 69,
      headers: [],
      ...change,
    };
  }

  /** A request of our own to the peer, and the promise of its answer. */
  ask(change: Partial<OwnRequest> = {}): Promise<OwnResponse> {
    const us = { name: '', user: 'us', host: 'carrier.test' };
    const request: OwnRequest = {
      method: 'REGISTER',
      uri: `sip:${this.peer.host}:${this.peer.port}`,
      from: us,
      to: us,
      callId: `own-${this.peer.port}`,
      cseq: 5,
      contactUser: 'us',
      headers: [['Expires', '600']],
      credentials: null,
      ...change,
    };
    return new Promise((resolve) => this.signalling.request(request, resolve));
  }

  /** Our call, which the peer has not answered yet. */
  async calling(leg: LegId, offer: string | null = OUR_SDP): Promise<PhoneMessage> {
    this.signalling.invite(leg, this.target(), offer);
    return this.peer.request('INVITE');
  }

  /** Our call, which the peer has answered. */
  async outbound(leg: LegId): Promise<{ leg: LegId; dialog: PeerDialog }> {
    const invite = await this.calling(leg);
    this.peer.respond(invite, 200, { body: this.peer.sdp() });
    await this.event('answered');
    return { leg, dialog: dialogOfAck(invite, await this.peer.request('ACK')) };
  }
}

function describeEvent(event: SignallingEvent): string {
  return event.type === 'ended' ? `ended by ${event.by} with ${event.status}` : event.type;
}

export const OUR_SDP = [
  'v=0',
  'o=- 5 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 20000 RTP/AVP 0',
  'a=rtpmap:0 PCMU/8000',
  'a=sendrecv',
  '',
].join('\r\n');

/** The same session, described anew. */
export const OUR_NEXT_SDP = OUR_SDP.replace('5 1 IN', '5 2 IN');
