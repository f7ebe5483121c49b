/** One party of a call: a SIP dialog, or what will become one. Inbound ids are made by the adapter, outbound ids by the caller of `invite`. */
export type LegId = string;

/** An SDP body. Only sdp/, rtp/ and drachtio/ look inside it. */
export type Sdp = string;

/**
 * Where a registered phone is reached: transport, address and, for a connection, its number. Made by the adapter, kept
 * with the binding, handed back to it unread. Form: `udp/192.0.2.1:5060`, `tcp/[2001:db8::1]:40123#17`, with `@1` behind it if it came by a further listener of its kind.
 */
export type Flow = string;

/** What a `From`, `To` or `P-Asserted-Identity` says of a person: `"name" <sip:user@host>`. Text is Unicode, unescaped. */
export type Address = { readonly name: string; readonly user: string; readonly host: string };

/**
 * Why a leg is ended. `status` is the final response if the leg is inbound and not answered yet (480 if it is not from 300 to 699); `reasons` are values
 * for the Reason header (RFC 3326), for example `SIP;cause=200;text="Call completed elsewhere"`.
 */
export type HangUpCause = { readonly status: number; readonly reasons: readonly string[] };

export type InviteTarget = {
  /** Request-URI. */
  readonly uri: string;
  /** The way to a registered phone; null: resolve the URI. */
  readonly flow: Flow | null;
  /** Route values, nearest first (RFC 3261 §20.34); absent: none. They do not change where it is sent. */
  readonly route?: readonly string[];
  readonly from: Address;
  readonly to: Address;
  /** Max-Forwards of this request (RFC 3261 §8.1.1.6), already decremented. */
  readonly maxForwards: number;
  /** Further headers in order, as name and value. Values are as on the wire, as `header()` gives them, or Unicode; CR and LF become spaces. */
  readonly headers: readonly (readonly [string, string])[];
  /** Answers a 401 or 407 (RFC 3261 §22.2, §22.3), once per challenge; absent: a challenge ends the leg. */
  readonly credentials?: Credentials;
};

/** Who we are to somebody who asks for a digest (RFC 7616). */
export type Credentials = { readonly username: string; readonly password: string };

/** A request as the admission sees it, before anything is allocated for it. */
export interface AdmissionRequest {
  readonly method: string;
  readonly requestUri: string;
  readonly from: Address;
  readonly to: Address;
  readonly callId: string;
  /** Where it came from, as a flow. */
  readonly source: Flow;
  /** Values of a header in order of appearance, one per header line; [] if absent. Name in canonical case (`Authorization`). */
  header(name: string): readonly string[];
}

/**
 * The verdict on a request outside a dialog. `admit`: go on, `identity` says as whom (null: nobody in particular).
 * `respond`: answered statelessly with this final response (RFC 3261 §8.2.7). `capabilities`: so too, with what we can do
 * (§11.2), for an OPTIONS. `ignore`: no answer at all.
 */
export type Admission =
  | { readonly verdict: 'admit'; readonly identity: string | null }
  | {
      readonly verdict: 'respond';
      readonly status: number;
      readonly reason: string;
      readonly headers: readonly (readonly [string, string])[];
    }
  | { readonly verdict: 'capabilities' | 'ignore' };

export type SignallingHandlers = {
  readonly onEvent: (event: SignallingEvent) => void;
  /** Asked once for every request outside a dialog that is well-formed and meant for us. Must not throw. */
  readonly admit: (request: AdmissionRequest) => Admission;
};

/** Everything the switch asks of SIP. Implemented by sip/ (our own stack) and by drachtio/signalling.ts. Commands never throw; for a leg that is gone they are nothing. */
export interface Signalling {
  start(handlers: SignallingHandlers): Promise<void>;
  /** Stops listening and drops every leg without a word on the wire. */
  stop(): Promise<void>;
  /** Calls out; the leg's id is the Call-ID. `offer` null: ask the other side for an offer (late offer). */
  invite(leg: LegId, target: InviteTarget, offer: Sdp | null): void;
  /** 1xx on an inbound leg; with an SDP it is early media. */
  progress(leg: LegId, status: 180 | 181 | 182 | 183, answer: Sdp | null): void;
  /** 200 to the INVITE or re-INVITE that the leg has pending: our answer, or our offer if theirs had none. */
  answer(leg: LegId, sdp: Sdp): void;
  /** Final refusal of a pending re-INVITE; the dialog goes on as before it. */
  refuse(leg: LegId, status: number): void;
  /** Sends a re-INVITE with this offer; `agreed` or `refused` tells the end. Never two at once on a leg. */
  modify(leg: LegId, offer: Sdp): void;
  /** INFO inside the dialog (RFC 6086 legacy use: DTMF relay). */
  inform(leg: LegId, contentType: string, body: string): void;
  /**
   * How far what the leg asked for by `referred` has come (RFC 3515 §2.4.4): 100 to 199 on its way, 200 done, from 300 failed.
   * A status from 200 is the last; it goes out even if it is told within `referred`. Nothing on a leg that asked for nothing.
   */
  notify(leg: LegId, status: number): void;
  /** CANCEL, BYE or a final response: the adapter chooses by the state of the leg. `ended` still follows, once. */
  hangUp(leg: LegId, cause: HangUpCause): void;
  /** Final response to a `requested`. */
  respond(request: RequestId, response: Response): void;
}

/** Requests of our own outside a dialog: how we register with a carrier. The embedded stack has it beside Signalling. */
export interface Requester {
  /** `answered` is called once, with the final response; 408 and 503 are also what silence and a dead address come to. */
  request(request: OwnRequest, answered: (response: OwnResponse) => void): void;
}

/** Subscriptions of phones to what goes on here (RFC 6665): busy lamps. The embedded stack has it beside Signalling. */
export interface Notifier {
  /** Before `start`. Until then SUBSCRIBE is a method that is not served. */
  watch(watching: Watching): void;
  /** What is watched has changed: it is told by NOTIFY, as soon as the one before is answered. */
  changed(subscription: SubscriptionId): void;
  /** What was watched is no more: the last NOTIFY says so. */
  terminate(subscription: SubscriptionId): void;
}

/** Made by the adapter. */
export type SubscriptionId = string;

/** What there is to watch. The adapter asks while it works: none of these may throw, or give it a command. */
export type Watching = {
  /** The event package, and the type of its documents. */
  readonly event: string;
  readonly contentType: string;
  /** An admitted SUBSCRIBE. 200: it is told from now on, until `unsubscribed`; else the status it is refused with. */
  readonly subscribed: (subscription: SubscriptionId, request: AdmissionRequest, identity: string | null) => number;
  /** The state as it is now, for a NOTIFY that goes out. */
  readonly documentOf: (subscription: SubscriptionId) => string;
  readonly unsubscribed: (subscription: SubscriptionId) => void;
};

export type OwnRequest = {
  /** NOTIFY: of an event that a phone takes without a subscription, such as `check-sync`. */
  readonly method: 'REGISTER' | 'OPTIONS' | 'NOTIFY';
  readonly uri: string;
  /** The way to a registered phone; left out: where the URI leads. */
  readonly flow?: Flow;
  /** Route values. */
  readonly route?: readonly string[];
  readonly from: Address;
  readonly to: Address;
  /** The same for all requests of a registration, with a rising CSeq (RFC 3261 §10.2). */
  readonly callId: string;
  readonly cseq: number;
  /** User part of our Contact; null: the request has none. */
  readonly contactUser: string | null;
  readonly headers: readonly (readonly [string, string])[];
  readonly credentials: Credentials | null;
};

export type OwnResponse = {
  readonly status: number;
  /** The next that is free: a challenge takes one more. */
  readonly cseq: number;
  /** Values of a header, one per line. */
  header(name: string): readonly string[];
};

export type RequestId = string;
export type Response = {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
};

export type SignallingEvent =
  | ({ readonly type: 'invited'; readonly leg: LegId } & Invitation)
  /** A provisional response to our INVITE, other than 100. */
  | { readonly type: 'progressed'; readonly leg: LegId; readonly status: number; readonly answer: Sdp | null }
  /** 2xx to our INVITE; the adapter has sent the ACK (for a late offer it waits for `answer` before it does). */
  | { readonly type: 'answered'; readonly leg: LegId; readonly sdp: Sdp | null }
  /** The ACK of our 2xx arrived, with the other side's answer if the offer was ours. */
  | { readonly type: 'acknowledged'; readonly leg: LegId; readonly answer: Sdp | null }
  /** A re-INVITE (or UPDATE) arrived. Answer with `answer` or `refuse`; `offer` null: we are asked for one. */
  | { readonly type: 'modified'; readonly leg: LegId; readonly offer: Sdp | null }
  /** Our `modify` was accepted. */
  | { readonly type: 'agreed'; readonly leg: LegId; readonly answer: Sdp | null }
  /** Our `modify` failed for good (491 was retried by the adapter); the session goes on as before it. */
  | { readonly type: 'refused'; readonly leg: LegId; readonly status: number }
  /** INFO inside the dialog; already answered 200. */
  | { readonly type: 'informed'; readonly leg: LegId; readonly contentType: string; readonly body: string }
  /**
   * REFER inside the dialog (RFC 3515, RFC 5589): the party wants the other one of its call to be sent to `referTo`. Already
   * answered 202; the last `notify` must follow. Those that cannot be meant (no Refer-To, two, another one going on) the
   * adapter refuses itself. The party may hang up at once; the one it transfers goes on all the same.
   */
  | ({ readonly type: 'referred'; readonly leg: LegId } & Referral)
  /** A request outside a dialog other than INVITE, ACK, CANCEL: REGISTER, OPTIONS, MESSAGE … Answer with `respond`. */
  | ({ readonly type: 'requested'; readonly request: RequestId } & OutsideRequest)
  /** Exactly once per leg, whoever ended it and however: failed, cancelled, timed out or BYE. */
  | ({ readonly type: 'ended'; readonly leg: LegId } & Ending);

export type Invitation = {
  readonly requestUri: string;
  readonly from: Address;
  readonly to: Address;
  readonly callId: string;
  /** From the admission. */
  readonly identity: string | null;
  readonly source: Flow;
  readonly maxForwards: number;
  readonly offer: Sdp | null;
  header(name: string): readonly string[];
};

export type Referral = {
  /** URI of Refer-To, without its headers. */
  readonly referTo: string;
  /** The dialog that is to be taken over (RFC 3891 in the URI's headers), as in an attended transfer; null: a blind one. */
  readonly replaces: { readonly callId: string; readonly toTag: string; readonly fromTag: string } | null;
  /** Value of Referred-By (RFC 3892). */
  readonly referredBy: string | null;
};

export type OutsideRequest = AdmissionRequest & {
  readonly identity: string | null;
  readonly contentType: string;
  readonly body: string;
};

export type Ending = {
  /** `local`: after our hangUp. `remote`: BYE, CANCEL or a final response. `lost`: timeout or transport error. */
  readonly by: 'local' | 'remote' | 'lost';
  /** Final status of an unanswered leg (487 after CANCEL, 408 after a timeout, 503 after a transport error); 200 after a BYE. */
  readonly status: number;
  /** Reason header values that came with it. */
  readonly reasons: readonly string[];
  /** Contact URIs of a 3xx, best first; else []. */
  readonly contacts: readonly string[];
};
