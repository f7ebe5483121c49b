import type { Binding } from '../core/binding.js';
import type { CallRecord, EndCause, Forward, LegMedia, LegRecord } from '../core/call-record.js';
import type { DomainState, UserState } from '../core/domain-state.js';
import type { Reason } from '../core/reason.js';
import type { VoicemailFolder, VoicemailMessage } from '../core/voicemail-message.js';

/** Rows of the tables in schema.ts, column for column, and their way to the types of core/ and back. */

export type BindingRow = {
  domain: string;
  device: string;
  uri: string;
  flow: string;
  q: number;
  call_id: string;
  cseq: number;
  registered_at: number;
  expires_at: number;
  instance: string | null;
  reg_id: number | null;
  user_agent: string;
  path: string;
};

export function bindingRow(binding: Binding): BindingRow {
  return {
    domain: binding.domain,
    device: binding.device,
    uri: binding.uri,
    flow: binding.flow,
    q: binding.q,
    call_id: binding.callId,
    cseq: binding.cseq,
    registered_at: binding.registeredAt,
    expires_at: binding.expiresAt,
    instance: binding.instance,
    reg_id: binding.regId,
    user_agent: binding.userAgent,
    path: JSON.stringify(binding.path),
  };
}

export function bindingOf(row: BindingRow): Binding {
  return {
    domain: row.domain,
    device: row.device,
    uri: row.uri,
    flow: row.flow,
    q: row.q,
    callId: row.call_id,
    cseq: row.cseq,
    registeredAt: row.registered_at,
    expiresAt: row.expires_at,
    instance: row.instance,
    regId: row.reg_id,
    userAgent: row.user_agent,
    path: JSON.parse(row.path),
  };
}

export type CallRow = {
  id: string;
  domain: string;
  from_name: string;
  from_number: string;
  from_device: string | null;
  dialled: string;
  to_kind: 'device' | 'number' | 'voicemail' | 'service' | null;
  to_id: string | null;
  started_at: number;
  ringing_at: number | null;
  answered_at: number | null;
  ended_at: number;
  status: number;
  q850: number;
  ended_by: EndCause['by'];
  rule: string | null;
  because: string;
  forwards: string;
};

export function callRow(record: CallRecord): CallRow {
  return {
    id: record.id,
    domain: record.domain,
    from_name: record.from.name,
    from_number: record.from.number,
    from_device: record.from.device,
    dialled: record.dialled,
    to_kind: record.to?.kind ?? null,
    to_id: record.to?.id ?? null,
    started_at: record.startedAt,
    ringing_at: record.ringingAt,
    answered_at: record.answeredAt,
    ended_at: record.endedAt,
    status: record.cause.status,
    q850: record.cause.q850,
    ended_by: record.cause.by,
    rule: record.rule,
    because: JSON.stringify(record.because),
    forwards: JSON.stringify(record.forwards),
  };
}

export function callOf(row: CallRow, legs: readonly LegRow[]): CallRecord {
  const because: Reason[] = JSON.parse(row.because);
  const forwards: Forward[] = JSON.parse(row.forwards);
  return {
    id: row.id,
    domain: row.domain,
    from: { name: row.from_name, number: row.from_number, device: row.from_device },
    dialled: row.dialled,
    to: row.to_kind === null || row.to_id === null ? null : { kind: row.to_kind, id: row.to_id },
    startedAt: row.started_at,
    ringingAt: row.ringing_at,
    answeredAt: row.answered_at,
    endedAt: row.ended_at,
    cause: { status: row.status, q850: row.q850, by: row.ended_by },
    rule: row.rule,
    because,
    forwards,
    legs: legs.map(legOf),
  };
}

export type StateRow = { domain: string; users: string; toggles: string };

export function stateRow(domain: string, { users, toggles }: DomainState): StateRow {
  return { domain, users: JSON.stringify([...users]), toggles: JSON.stringify([...toggles]) };
}

export function stateOf({ users, toggles }: StateRow): DomainState {
  // Rows of earlier versions know less of a user.
  const states: readonly (readonly [string, Partial<UserState>])[] = JSON.parse(users);
  const nothing: UserState = { dnd: false, forward: null, blocked: [], toggles: {} };
  const complete = states.map(([extension, state]) => [extension, { ...nothing, ...state }] as const);
  return { users: new Map(complete), toggles: new Map(JSON.parse(toggles)) };
}

export type LegRow = {
  call: string;
  position: number;
  id: string;
  direction: 'in' | 'out';
  name: string;
  number: string;
  device: string | null;
  uri: string;
  sip_call_id: string;
  started_at: number;
  ringing_at: number | null;
  answered_at: number | null;
  ended_at: number;
  status: number;
  q850: number;
  ended_by: EndCause['by'];
  codec: string | null;
  packets_sent: number | null;
  packets_received: number | null;
  received_lost: number | null;
  received_jitter_ms: number | null;
  reported_lost: number | null;
  reported_jitter_ms: number | null;
};

export function legRow(call: string, position: number, leg: LegRecord): LegRow {
  return {
    call,
    position,
    id: leg.id,
    direction: leg.direction,
    name: leg.party.name,
    number: leg.party.number,
    device: leg.party.device,
    uri: leg.uri,
    sip_call_id: leg.callId,
    started_at: leg.startedAt,
    ringing_at: leg.ringingAt,
    answered_at: leg.answeredAt,
    ended_at: leg.endedAt,
    status: leg.cause.status,
    q850: leg.cause.q850,
    ended_by: leg.cause.by,
    codec: leg.media?.codec ?? null,
    packets_sent: leg.media?.packetsSent ?? null,
    packets_received: leg.media?.packetsReceived ?? null,
    received_lost: leg.media?.receivedLost ?? null,
    received_jitter_ms: leg.media?.receivedJitterMs ?? null,
    reported_lost: leg.media?.reportedLost ?? null,
    reported_jitter_ms: leg.media?.reportedJitterMs ?? null,
  };
}

function legOf(row: LegRow): LegRecord {
  return {
    id: row.id,
    direction: row.direction,
    party: { name: row.name, number: row.number, device: row.device },
    uri: row.uri,
    callId: row.sip_call_id,
    startedAt: row.started_at,
    ringingAt: row.ringing_at,
    answeredAt: row.answered_at,
    endedAt: row.ended_at,
    cause: { status: row.status, q850: row.q850, by: row.ended_by },
    media: mediaOf(row),
  };
}

function mediaOf(row: LegRow): LegMedia | null {
  if (row.codec === null) return null;
  return {
    codec: row.codec,
    packetsSent: row.packets_sent ?? 0,
    packetsReceived: row.packets_received ?? 0,
    receivedLost: row.received_lost ?? 0,
    receivedJitterMs: row.received_jitter_ms ?? 0,
    reportedLost: row.reported_lost,
    reportedJitterMs: row.reported_jitter_ms,
  };
}

export type MessageRow = {
  id: string;
  domain: string;
  mailbox: string;
  file: string;
  caller_name: string;
  caller_number: string;
  received_at: number;
  length_ms: number;
  folder: VoicemailFolder;
  heard: number;
};

export function messageRow(message: VoicemailMessage): MessageRow {
  return {
    id: message.id,
    domain: message.domain,
    mailbox: message.mailbox,
    file: message.file,
    caller_name: message.callerName,
    caller_number: message.callerNumber,
    received_at: message.receivedAt,
    length_ms: Math.round(message.lengthMs),
    folder: message.folder,
    heard: message.heard ? 1 : 0,
  };
}

export function messageOf(row: MessageRow): VoicemailMessage {
  return {
    id: row.id,
    domain: row.domain,
    mailbox: row.mailbox,
    file: row.file,
    callerName: row.caller_name,
    callerNumber: row.caller_number,
    receivedAt: row.received_at,
    lengthMs: row.length_ms,
    folder: row.folder,
    heard: row.heard !== 0,
  };
}
