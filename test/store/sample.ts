import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Binding } from '../../src/core/binding.js';
import type { CallRecord } from '../../src/core/call-record.js';
import type { VoicemailMessage } from '../../src/core/voicemail-message.js';

/** A folder that is gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'strowger-store-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export function binding(changes: Partial<Binding> = {}): Binding {
  return {
    ...{ domain: 'acme.example', device: '202', uri: 'sip:202@192.0.2.1', flow: 'udp/192.0.2.1:5060', q: 0.5 },
    ...{ callId: 'c1', cseq: 2, registeredAt: 1_000, expiresAt: 3_601_000, instance: 'urn:uuid:1', regId: 1 },
    ...{ userAgent: 'Fone/1', path: ['<sip:edge.example;lr>'] },
    ...changes,
  };
}

export function call(changes: Partial<CallRecord> = {}): CallRecord {
  return {
    id: 'call1',
    domain: 'acme.example',
    from: { name: 'Zoë', number: '202', device: '202wp' },
    dialled: '203',
    to: { kind: 'device', id: '203a' },
    startedAt: 1_000_000,
    ringingAt: 1_000_200,
    answeredAt: 1_004_000,
    endedAt: 1_064_000,
    cause: { status: 200, q850: 16, by: 'callee' },
    rule: 'Business "hours"',
    because: [
      { why: 'user', extension: '203', name: 'Bob' },
      {
        why: 'rule',
        extension: '202',
        rule: 'Business hours',
        frame: 'Business hours',
        holds: true,
        at: 1_700_000_000_000,
        zone: 'UTC',
      },
    ],
    forwards: [{ from: '203', to: 'extension 204', purpose: 'unanswered', at: 1_002_000 }],
    legs: [
      {
        ...{ id: 'leg1', direction: 'in', party: { name: 'Zoë', number: '202', device: '202wp' } },
        ...{ uri: 'sip:203@acme.example', callId: 'sip-1', startedAt: 1_000_000, ringingAt: null },
        ...{ answeredAt: 1_004_000, endedAt: 1_064_000, cause: { status: 200, q850: 16, by: 'switch' } },
        media: {
          ...{ codec: 'PCMU', packetsSent: 3000, packetsReceived: 2999, receivedLost: 1, receivedJitterMs: 1.25 },
          ...{ reportedLost: null, reportedJitterMs: 0.5 },
        },
      },
      {
        ...{ id: 'leg2', direction: 'out', party: { name: 'Bob', number: '203', device: '203a' } },
        ...{ uri: 'sip:203@192.0.2.3', callId: '', startedAt: 1_000_100, ringingAt: 1_000_200, answeredAt: null },
        ...{ endedAt: 1_004_000, cause: { status: 487, q850: 26, by: 'lost' }, media: null },
      },
    ],
    ...changes,
  };
}

export function message(changes: Partial<VoicemailMessage> = {}): VoicemailMessage {
  return {
    ...{ id: 'm1', domain: 'acme.example', mailbox: '202', file: '/var/lib/x/m1.wav', callerName: 'Zoë' },
    ...{ callerNumber: '+15551234', receivedAt: 1_000, lengthMs: 4_200, folder: 'new', heard: false },
    ...changes,
  };
}
