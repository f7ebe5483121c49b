import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HeaderList, header } from '../../src/calltest/phone-message.js';
import { NORMAL, type SignallingHarness, SignallingRig } from './signalling-rig.js';
import type { PeerDialog } from './sip-peer.js';
import { pass } from './waiting-list.js';

const PARK: HeaderList = [['Refer-To', '<sip:8851@example.test>']];

/** REFER (RFC 3515). */
export function signallingReferral(harness: SignallingHarness): void {
  let rig: SignallingRig;
  beforeEach(async () => {
    rig = await SignallingRig.open(harness);
  });
  afterEach(() => rig.close());

  /** What the next NOTIFY says; it is answered. */
  async function told(): Promise<string> {
    const notify = await rig.peer.request('NOTIFY');
    rig.peer.respond(notify, 200);
    expect(header(notify, 'event')).toMatch(/^refer;id=\d+$/);
    expect(header(notify, 'content-type')).toMatch(/^message\/sipfrag/);
    const state = header(notify, 'subscription-state').replace(/;expires=\d+$/, '');
    return `${notify.body.trim()} ${state}`;
  }

  describe.each(['inbound', 'outbound'] as const)('%s', (direction) => {
    let leg: string;
    let dialog: PeerDialog;
    beforeEach(async () => {
      ({ leg, dialog } = direction === 'inbound' ? await rig.inbound() : await rig.outbound('leg'));
    });

    it('RFC 3515 §2.4.4: referred, 202, and the outcome in NOTIFYs, the last of which ends it', async () => {
      rig.peer.within(dialog, 'REFER', { headers: [...PARK, ['Referred-By', '<sip:peer@example.test>']] });
      await rig.peer.response('REFER', 202);
      expect(await rig.event('referred')).toEqual({
        type: 'referred',
        leg,
        referTo: 'sip:8851@example.test',
        replaces: null,
        referredBy: '<sip:peer@example.test>',
      });
      expect(await told()).toBe('SIP/2.0 100 Trying active');
      rig.signalling.notify(leg, 180);
      expect(await told()).toBe('SIP/2.0 180 Ringing active');
      rig.signalling.notify(leg, 200);
      expect(await told()).toBe('SIP/2.0 200 OK terminated;reason=noresource');
      expect(rig.count('ended')).toBe(0);
    });

    it('refused: the call goes on, and the next REFER may come', async () => {
      for (const status of [486, 603]) {
        rig.peer.within(dialog, 'REFER', { headers: PARK });
        await rig.event('referred');
        expect(await told()).toMatch(/^SIP\/2.0 100 Trying/);
        rig.signalling.notify(leg, status);
        expect(await told()).toMatch(new RegExp(`^SIP/2.0 ${status} .* terminated;reason=noresource$`));
      }
      rig.peer.within(dialog, 'OPTIONS');
      await rig.peer.response('OPTIONS', 200);
      expect(rig.count('ended')).toBe(0);
    });

    it('the transferor hangs up at once: ended, and a later notify harms nobody', async () => {
      rig.peer.within(dialog, 'REFER', { headers: PARK });
      await rig.event('referred');
      await told();
      rig.peer.within(dialog, 'BYE');
      await rig.peer.response('BYE', 200);
      expect(await rig.event('ended')).toMatchObject({ leg, by: 'remote' });
      rig.signalling.notify(leg, 200);
      await pass(100);
      expect(rig.count('ended')).toBe(1);
    });

    it('told and hung up: the NOTIFY is before the BYE', async () => {
      rig.peer.within(dialog, 'REFER', { headers: PARK });
      await rig.event('referred');
      await told();
      rig.signalling.notify(leg, 200);
      rig.signalling.hangUp(leg, NORMAL);
      expect(await told()).toMatch(/^SIP\/2.0 200 OK/);
      rig.peer.respond(await rig.peer.request('BYE'), 200);
      expect(await rig.event('ended')).toMatchObject({ leg, by: 'local' });
    });

    it('RFC 5589 §7: the dialog to be taken over', async () => {
      const referTo = '<sip:300@example.test?Replaces=abc%40host%3Bto-tag%3D1%3Bfrom-tag%3D2>';
      rig.peer.within(dialog, 'REFER', { headers: [['Refer-To', referTo]] });
      expect(await rig.event('referred')).toMatchObject({
        referTo: 'sip:300@example.test',
        replaces: { callId: 'abc@host', toTag: '1', fromTag: '2' },
      });
    });

    it.each([
      ['RFC 3515 §2.4.2: without Refer-To', [], 400],
      ['RFC 3515 §2.1: malformed', [['Refer-To', '<8851']], 400],
      ['a scheme that is no telephone', [['Refer-To', '<mailto:a@example.test>']], 416],
    ] as const)('%s: refused', async (_row, headers, status) => {
      rig.peer.within(dialog, 'REFER', { headers });
      await rig.peer.response('REFER', status);
      expect([rig.count('referred'), rig.count('ended')]).toEqual([0, 0]);
    });
  });

  it('RFC 3515 §5.1: REFER outside a dialog makes nobody call', async () => {
    rig.peer.ask('REFER', '100', { headers: PARK }); // refused with 403 by our stack, dropped by drachtio-server
    await pass(200);
    expect([rig.count('referred'), rig.count('requested')]).toEqual([0, 0]);
  });
}
