import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cseqOf, header } from '../../src/calltest/phone-message.js';
import { NORMAL, OUR_NEXT_SDP, type SignallingHarness, SignallingRig } from './signalling-rig.js';
import type { PeerDialog } from './sip-peer.js';
import { pass } from './waiting-list.js';

export function signallingSession(harness: SignallingHarness): void {
  let rig: SignallingRig;
  beforeEach(async () => {
    rig = await SignallingRig.open(harness);
  });
  afterEach(() => rig.close());

  describe.each(['inbound', 'outbound'] as const)('%s', (direction) => {
    let leg: string;
    let dialog: PeerDialog;
    beforeEach(async () => {
      ({ leg, dialog } = direction === 'inbound' ? await rig.inbound() : await rig.outbound('leg'));
    });

    it('BYE of theirs: answered, ended, with its reasons', async () => {
      rig.peer.within(dialog, 'BYE', { headers: [['Reason', 'Q.850;cause=16']] });
      await rig.peer.response('BYE', 200);
      const ended = await rig.event('ended');
      expect(ended).toMatchObject({ leg, by: 'remote', status: 200 });
      expect(ended.reasons.map((value) => value.replace(/\s/g, ''))).toEqual(['Q.850;cause=16']);
    });

    it('hangUp: BYE with the reasons, ended', async () => {
      rig.signalling.hangUp(leg, { status: 487, reasons: ['Q.850;cause=16'] });
      const bye = await rig.peer.request('BYE');
      expect(header(bye, 'reason').replace(/\s/g, '')).toBe('Q.850;cause=16');
      rig.peer.respond(bye, 200);
      expect(await rig.event('ended')).toMatchObject({ leg, by: 'local', status: 200 });
    });

    it('race: BYE meets BYE; ended once', async () => {
      const { peer } = rig;
      rig.signalling.hangUp(leg, NORMAL);
      const bye = await peer.request('BYE');
      peer.within(dialog, 'BYE');
      await peer.response('BYE', 2).catch(() => peer.response('BYE', 481));
      peer.respond(bye, 200);
      await rig.event('ended');
      await pass(100);
      expect(rig.count('ended')).toBe(1);
    });

    it('modified: a re-INVITE is answered, and acknowledged', async () => {
      const { peer } = rig;
      const offer = peer.sdp(2, 'sendonly');
      const invite = peer.within(dialog, 'INVITE', { body: offer });
      expect(await rig.event('modified')).toEqual({ type: 'modified', leg, offer });
      rig.signalling.answer(leg, OUR_NEXT_SDP);
      const ok = await peer.response('INVITE', 200);
      expect(ok.body).toBe(OUR_NEXT_SDP);
      expect(header(ok, 'contact')).toMatch(/sip:/);
      peer.acknowledge(invite, ok);
      expect(await rig.event('acknowledged')).toEqual({ type: 'acknowledged', leg, answer: null });
    });

    it('modified without an offer: ours goes with the 200, the answer comes with the ACK', async () => {
      const { peer } = rig;
      const invite = peer.within(dialog, 'INVITE');
      expect(await rig.event('modified')).toEqual({ type: 'modified', leg, offer: null });
      rig.signalling.answer(leg, OUR_NEXT_SDP);
      const ok = await peer.response('INVITE', 200);
      expect(ok.body).toBe(OUR_NEXT_SDP);
      peer.acknowledge(invite, ok, peer.sdp(2));
      expect(await rig.event('acknowledged')).toEqual({ type: 'acknowledged', leg, answer: peer.sdp(2) });
    });

    it('refuse: the re-INVITE is refused and the dialog goes on', async () => {
      const { peer } = rig;
      const refused = peer.within(dialog, 'INVITE', { body: peer.sdp(2) });
      await rig.event('modified');
      rig.signalling.refuse(leg, 488);
      peer.acknowledge(refused, await peer.response('INVITE', 488));
      const invite = peer.within(dialog, 'INVITE', { body: peer.sdp(3) });
      await rig.event('modified');
      rig.signalling.answer(leg, OUR_NEXT_SDP);
      peer.acknowledge(invite, await peer.response('INVITE', 200));
      await rig.event('acknowledged');
      expect(rig.count('ended')).toBe(0);
    });

    it('RFC 3311: an UPDATE with an offer is modified too, and has no ACK', async () => {
      const offer = rig.peer.sdp(2, 'sendonly');
      rig.peer.within(dialog, 'UPDATE', { body: offer });
      expect(await rig.event('modified')).toEqual({ type: 'modified', leg, offer });
      rig.signalling.answer(leg, OUR_NEXT_SDP);
      expect((await rig.peer.response('UPDATE', 200)).body).toBe(OUR_NEXT_SDP);
    });

    it('modify: our re-INVITE is agreed to, with the answer, and acknowledged', async () => {
      const { peer } = rig;
      rig.signalling.modify(leg, OUR_NEXT_SDP);
      const invite = await peer.request('INVITE');
      expect(invite.body).toBe(OUR_NEXT_SDP);
      peer.respond(invite, 200, { body: peer.sdp(2) });
      expect(await rig.event('agreed')).toEqual({ type: 'agreed', leg, answer: peer.sdp(2) });
      expect(cseqOf(await peer.request('ACK')).number).toBe(cseqOf(invite).number);
    });

    it('modify that is refused changes nothing, and the next is sent', async () => {
      const { peer } = rig;
      rig.signalling.modify(leg, OUR_NEXT_SDP);
      peer.respond(await peer.request('INVITE'), 488);
      expect(await rig.event('refused')).toEqual({ type: 'refused', leg, status: 488 });
      await peer.request('ACK');
      rig.signalling.modify(leg, OUR_NEXT_SDP);
      peer.respond(await peer.request('INVITE'), 200, { body: peer.sdp(2) });
      await rig.event('agreed');
      expect(rig.count('ended')).toBe(0);
    });

    it('RFC 3261 §14.1: modify that meets with 491 is sent again', async () => {
      const { peer } = rig;
      rig.signalling.modify(leg, OUR_NEXT_SDP);
      peer.respond(await peer.request('INVITE'), 491);
      await peer.request('ACK');
      const again = await peer.request('INVITE');
      peer.respond(again, 200, { body: peer.sdp(2) });
      await rig.event('agreed');
      expect(rig.count('refused')).toBe(0);
    });

    it('race: offer crosses offer; theirs gets 491, ours goes on (RFC 3261 §14.2)', async () => {
      const { peer } = rig;
      rig.signalling.modify(leg, OUR_NEXT_SDP);
      const ours = await peer.request('INVITE');
      const theirs = peer.within(dialog, 'INVITE', { body: peer.sdp(2) });
      peer.acknowledge(theirs, await peer.response('INVITE', 491));
      peer.respond(ours, 200, { body: peer.sdp(2) });
      await rig.event('agreed');
      expect(rig.count('modified')).toBe(0);
    });

    it('RFC 3261 §14.2: a re-INVITE before the answer to the last one gets 500 and a time to come again', async () => {
      const { peer } = rig;
      const first = peer.within(dialog, 'INVITE', { body: peer.sdp(2) });
      await rig.event('modified');
      const second = peer.within(dialog, 'INVITE', { body: peer.sdp(3) });
      const refused = await peer.response('INVITE', 500);
      peer.acknowledge(second, refused);
      expect(Number(header(refused, 'retry-after'))).toBeLessThanOrEqual(10);
      rig.signalling.answer(leg, OUR_NEXT_SDP);
      peer.acknowledge(first, await peer.response('INVITE', 200));
      await rig.event('acknowledged');
    });

    it.each([481, 408])(
      'RFC 3261 §12.2.1.2: modify that is answered %i means that there is no dialog',
      async (status) => {
        const { peer } = rig;
        rig.signalling.modify(leg, OUR_NEXT_SDP);
        peer.respond(await peer.request('INVITE'), status);
        expect(await rig.event('ended')).toMatchObject({ leg, by: 'lost', status });
      },
    );

    it('race: hung up while their re-INVITE waits; it is answered, the BYE goes out', async () => {
      const { peer } = rig;
      const invite = peer.within(dialog, 'INVITE', { body: peer.sdp(2) });
      await rig.event('modified');
      rig.signalling.hangUp(leg, NORMAL);
      const final = await peer.response('INVITE', 4).catch(() => peer.response('INVITE', 5));
      peer.acknowledge(invite, final);
      peer.respond(await peer.request('BYE'), 200);
      await rig.event('ended');
      expect(rig.count('ended')).toBe(1);
    });

    it('race: their BYE while our re-INVITE is out; ended once', async () => {
      const { peer } = rig;
      rig.signalling.modify(leg, OUR_NEXT_SDP);
      const invite = await peer.request('INVITE');
      peer.within(dialog, 'BYE');
      await peer.response('BYE', 200);
      peer.respond(invite, 487);
      expect(await rig.event('ended')).toMatchObject({ leg, by: 'remote', status: 200 });
      await pass(100);
      expect(rig.count('ended')).toBe(1);
      expect(rig.count('agreed')).toBe(0);
    });

    it('informed: INFO is answered 200 and passed on', async () => {
      rig.peer.within(dialog, 'INFO', {
        headers: [['X-Kind', 'relay']],
        body: 'v=0 Signal=5',
      });
      await rig.peer.response('INFO', 200);
      expect(await rig.event('informed')).toMatchObject({ leg, body: 'v=0 Signal=5' });
    });

    it('inform: INFO goes out', async () => {
      rig.signalling.inform(leg, 'application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n');
      const info = await rig.peer.request('INFO');
      rig.peer.respond(info, 200);
      expect(header(info, 'content-type')).toBe('application/dtmf-relay');
      expect(info.body).toBe('Signal=5\r\nDuration=160\r\n');
      expect(rig.count('ended')).toBe(0);
    });

    it('OPTIONS inside the dialog is answered', async () => {
      rig.peer.within(dialog, 'OPTIONS');
      await rig.peer.response('OPTIONS', 200);
      expect(rig.count('requested')).toBe(0);
    });
  });
}
