import { beforeEach, describe, expect, it } from 'vitest';
import type { SignallingEvent } from '../../src/ports/signalling.js';
import { headerValue } from '../../src/sip/message/header.js';
import { ours, settled, theirs } from './answered-call.js';
import { type Extra, OFFER, request, response, type Stage } from './stage.js';

const PARK: Extra = [['Refer-To', '<sip:8851@example.net>']];
const HUNG_UP = { status: 200, reasons: [] };

let stage: Stage;
let leg: string;
let call: { callId: string; to: string };

function refer(cseq = 2, extra: Extra = PARK): void {
  stage.send(request('REFER', cseq, { ...call, extra }));
}

/** What our last NOTIFY says, and `200` from the peer. */
function notified(answer = 200): string {
  const notify = stage.request('NOTIFY');
  const state = headerValue(notify, 'Subscription-State') ?? '';
  stage.send(response(notify, answer));
  return `${notify.body.trim()} ${state}`;
}

describe.each([
  ['a call of ours', () => ours()],
  ['a call of theirs', () => theirs()],
  ['a call with a session timer', () => theirs({ sessionMs: 1_800_000 })],
])('REFER in %s', (_name, begin) => {
  beforeEach(async () => {
    ({ stage, leg, call } = await begin());
  });

  it('RFC 3515 §2.4.2, §2.4.4: 202, NOTIFY of 100 at once, NOTIFY of the end', () => {
    refer();
    expect(stage.told()).toEqual(['referred sip:8851@example.net']);
    expect(headerValue(stage.response(202), 'Contact')).toBe('<sip:192.0.2.1:5060>');
    const notify = stage.request('NOTIFY');
    expect(headerValue(notify, 'Event')).toBe('refer;id=2');
    expect(headerValue(notify, 'Content-Type')).toBe('message/sipfrag;version=2.0');
    expect(headerValue(notify, 'Contact')).toBe('<sip:192.0.2.1:5060>');
    expect(notified()).toBe('SIP/2.0 100 Trying active;expires=300');
    expect(stage.take()).toEqual(['202 REFER', 'NOTIFY']);
    stage.advance(10_000);
    stage.stack.notify(leg, 180);
    stage.advance(0);
    expect(notified()).toBe('SIP/2.0 180 Ringing active;expires=290');
    stage.stack.notify(leg, 200);
    stage.advance(0);
    expect(notified()).toBe('SIP/2.0 200 OK terminated;reason=noresource');
    stage.stack.notify(leg, 200); // over is over
    stage.advance(0);
    expect(stage.take()).toEqual(['NOTIFY', 'NOTIFY']);
    stage.send(request('BYE', 3, call));
    settled(stage);
  });

  it('an end that is told within `referred` is the only NOTIFY', () => {
    stage.onEvent = (event) => {
      if (event.type === 'referred') stage.stack.notify(event.leg, 486);
    };
    refer();
    expect(notified()).toBe('SIP/2.0 486 Busy Here terminated;reason=noresource');
    expect(stage.take()).toEqual(['202 REFER', 'NOTIFY']);
    expect(stage.told()).toEqual(['referred sip:8851@example.net']); // the call goes on
    stage.send(request('BYE', 3, call));
    settled(stage);
  });

  it('RFC 5589 §6.1: the transferor hangs up after the 202; the outcome is told all the same', () => {
    refer();
    stage.send(response(stage.request('NOTIFY'), 200));
    stage.send(request('BYE', 3, call));
    expect(stage.told()).toEqual(['referred sip:8851@example.net', 'ended remote 200']);
    stage.take();
    stage.stack.notify(leg, 200);
    stage.advance(0);
    expect(notified()).toBe('SIP/2.0 200 OK terminated;reason=noresource');
    settled(stage);
  });

  it('we hang up with the outcome: NOTIFY before the BYE', () => {
    stage.onEvent = (event: SignallingEvent) => {
      if (event.type !== 'referred') return;
      stage.stack.notify(leg, 200);
      stage.stack.hangUp(leg, HUNG_UP);
    };
    refer();
    expect(stage.take()).toEqual(['202 REFER', 'NOTIFY', 'BYE']);
    settled(stage);
  });

  it('RFC 6665 §4.2.2: a NOTIFY that is refused ends the subscription and not the call', () => {
    refer();
    stage.send(response(stage.request('NOTIFY'), 481));
    stage.take();
    stage.stack.notify(leg, 200);
    stage.advance(40_000);
    expect(stage.take()).toEqual([]);
    refer(3);
    expect(stage.take()).toEqual(['202 REFER', 'NOTIFY']);
    expect(stage.told()).toEqual(['referred sip:8851@example.net', 'referred sip:8851@example.net']);
  });

  it('nobody answers our NOTIFY, and the phone is gone: nothing is left', () => {
    refer();
    stage.stack.hangUp(leg, HUNG_UP);
    settled(stage);
  });

  it('an outcome that never comes is told as 408 after five minutes', () => {
    refer();
    stage.send(response(stage.request('NOTIFY'), 200));
    stage.take();
    stage.advance(300_000);
    expect(notified()).toBe('SIP/2.0 408 Request Timeout terminated;reason=noresource');
  });

  it('one at a time: another is 491 (RFC 3515 §2.4.6 would allow it)', () => {
    refer(2);
    refer(3);
    expect(stage.take()).toEqual(['202 REFER', 'NOTIFY', '491 REFER']);
    expect(stage.told()).toHaveLength(1);
  });

  it.each([
    ['§2.4.2 no Refer-To', [], 400],
    ['§2.4.2 two of them', [...PARK, ...PARK], 400],
    ['§2.4.2 two in a list', [['Refer-To', '<sip:1@x>, <sip:2@x>']], 400],
    ['§2.1 a malformed one', [['Refer-To', '<8851']], 400],
    ['a scheme that is no telephone', [['Refer-To', '<mailto:a@b.example>']], 416],
    ['a request that is no call', [['Refer-To', '<sip:8851@x;method=BYE>']], 501],
    ['RFC 3891 §6.1 a Replaces that names no dialog', [['Refer-To', '<sip:1@x?Replaces=abc>']], 400],
    ['RFC 3261 §8.2.2.3 an extension that we have not', [...PARK, ['Require', 'tdialog']], 420],
  ] as const)('%s: refused, and the call goes on', (_row, extra, status) => {
    refer(2, extra);
    expect(stage.take()).toEqual([`${status} REFER`]);
    expect(stage.told()).toEqual([]);
  });

  it.each([
    ['compact form', [['r', 'Park <sip:8851@example.net;user=phone>']], { referTo: 'sip:8851@example.net;user=phone' }],
    ['a tel URI', [['Refer-To', '<tel:+12125550100>']], { referTo: 'tel:+12125550100' }],
    ['method=INVITE', [['Refer-To', '<sip:8851@x;method=INVITE>']], { referTo: 'sip:8851@x' }],
    ['RFC 3892 Referred-By', [...PARK, ['Referred-By', '<sip:bob@x>']], { referredBy: '<sip:bob@x>' }],
    [
      'RFC 5589 §7 attended',
      [['Refer-To', '<sip:carol@x?Replaces=592435881734450904%3Bto-tag%3D9m2n3wq%3Bfrom-tag%3D763231&X=1>']],
      {
        referTo: 'sip:carol@x',
        replaces: { callId: '592435881734450904', toTag: '9m2n3wq', fromTag: '763231' },
      },
    ],
  ] as const)('%s', (_row, extra, expected) => {
    refer(2, extra);
    expect(stage.events[0]).toMatchObject({ type: 'referred', replaces: null, referredBy: null, ...expected });
  });

  describe('RFC 4488: Refer-Sub false', () => {
    const quiet: Extra = [...PARK, ['Refer-Sub', 'false'], ['Require', 'norefersub']];

    it.each([
      ['success', 200, 200],
      ['failure', 486, 486],
    ])('%s that is known at once is the response, and there is no NOTIFY', (_row, outcome, status) => {
      stage.onEvent = (event) => {
        if (event.type === 'referred') stage.stack.notify(event.leg, outcome);
      };
      refer(2, quiet);
      const answer = stage.response(status);
      expect(headerValue(answer, 'Refer-Sub')).toBe(status < 300 ? 'false' : undefined);
      stage.advance(400_000);
      expect(stage.take()).toEqual([`${status} REFER`]);
    });

    it('what takes longer has a subscription all the same', () => {
      refer(2, quiet);
      expect(headerValue(stage.response(202), 'Refer-Sub')).toBeUndefined();
      expect(notified()).toBe('SIP/2.0 100 Trying active;expires=300');
      expect(stage.take()).toEqual(['202 REFER', 'NOTIFY']);
    });
  });
});

it('a call that is not answered is not transferred', async () => {
  ({ stage } = await theirs());
  stage.send(request('INVITE', 1, { callId: 'call-2', from: 'second', branch: 'second', body: OFFER }));
  const event = stage.events[0];
  stage.stack.progress(event?.type === 'invited' ? event.leg : '', 180, null);
  stage.advance(0);
  const to = (headerValue(stage.response(180), 'To') ?? '').replace(/.*tag=/, '');
  stage.take();
  stage.told();
  stage.send(request('REFER', 2, { callId: 'call-2', from: 'second', to, branch: 'early', extra: PARK }));
  expect(stage.take()).toEqual(['403 REFER']);
  expect(stage.told()).toEqual([]);
});

it('notify on a leg that asked for nothing is nothing', async () => {
  ({ stage, leg } = await ours());
  stage.stack.notify(leg, 200);
  stage.stack.notify('nobody', 200);
  stage.advance(0);
  expect(stage.take()).toEqual([]);
});
