import { describe } from 'vitest';
import { signallingChallenges } from './signalling-challenges.js';
import { signallingInbound } from './signalling-inbound.js';
import { signallingOutbound } from './signalling-outbound.js';
import { signallingReferral } from './signalling-referral.js';
import { signallingRequests } from './signalling-requests.js';
import type { SignallingHarness } from './signalling-rig.js';
import { signallingSession } from './signalling-session.js';

/** What every implementation of the signalling port does, seen from both of its sides: its events, and the wire. */
export function signallingContract(name: string, harness: SignallingHarness): void {
  describe(`signalling: ${name}`, () => {
    describe('their call', () => signallingInbound(harness));
    describe('our call', () => signallingOutbound(harness));
    describe('an answered call', () => signallingSession(harness));
    describe('referral', () => signallingReferral(harness));
    describe('challenges, and requests of ours', () => signallingChallenges(harness));
    describe('requests outside a dialog', () => signallingRequests(harness));
  });
}
