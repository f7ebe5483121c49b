import { beforeEach, describe, expect, it } from 'vitest';
import { MachineRunner } from '../../src/machine/runner.js';
import { headerValue } from '../../src/sip/message/header.js';
import {
  NEW_SUBSCRIPTION,
  type Subscription,
  type SubscriptionEffect,
  type SubscriptionEvent,
  stepSubscription,
} from '../../src/sip/subscription.js';
import { FakeClock } from '../support/fake-clock.js';
import { type Extra, request, response, Stage, US } from './stage.js';

describe('the machine', () => {
  const hour: SubscriptionEvent = { type: 'subscribed', expiresMs: 3_600_000 };
  const changed: SubscriptionEvent = { type: 'changed' };
  const taken: SubscriptionEvent = { type: 'told', status: 200 };
  const gone: SubscriptionEvent = { type: 'ended', reason: 'noresource' };
  const end: SubscriptionEvent = { type: 'subscribed', expiresMs: 0 };
  const active = '0 active;expires=3600';

  it.each<[string, readonly (SubscriptionEvent | number)[], readonly string[]]>([
    ['RFC 6665 §4.2.1.2 it is told at once', [hour], [active]],
    ['RFC 6665 §4.2.2 a change is told', [hour, taken, 5, changed], [active, '5 active;expires=3595']],
    ['D-45 refreshed: told in full again', [hour, taken, 60, hour], [active, '60 active;expires=3600']],
    [
      'RFC 6665 §4.2.2 never two at once; what changed meanwhile is told once',
      [hour, changed, changed, 2, taken, taken],
      [active, '2 active;expires=3598'],
    ],
    ['RFC 6665 §4.4.1 unsubscribed', [hour, taken, 9, end, changed], [active, '9 terminated;reason=timeout', '9 over']],
    ['RFC 6665 §4.4.3 it only asks', [end], ['0 terminated;reason=timeout', '0 over']],
    ['RFC 6665 §4.4.1 expired', [hour, taken, 3600], [active, '3600 terminated;reason=timeout', '3600 over']],
    [
      'RFC 6665 §4.4.1 expired while a NOTIFY is out',
      [hour, 3600, taken],
      [active, '3600 terminated;reason=timeout', '3600 over'],
    ],
    [
      'RFC 6665 §4.1.3 who was watched is gone',
      [hour, taken, gone],
      [active, '0 terminated;reason=noresource', '0 over'],
    ],
    [
      'RFC 6665 §4.2.2 a NOTIFY that is refused ends it',
      [hour, { type: 'told', status: 481 }, changed],
      [active, '0 over'],
    ],
    ['RFC 6665 §4.2.2 silence to a NOTIFY ends it', [hour, changed, { type: 'told', status: 408 }], [active, '0 over']],
  ])('%s', (_, script, expected) => {
    const clock = new FakeClock(0);
    const told: string[] = [];
    const runner = new MachineRunner<Subscription, SubscriptionEvent, SubscriptionEffect>(
      NEW_SUBSCRIPTION,
      stepSubscription,
      clock,
      (effect) => told.push(`${clock.now() / 1000} ${effect.type === 'notify' ? effect.state : effect.type}`),
    );
    for (const each of script) {
      if (typeof each === 'number') clock.advance(each * 1000);
      else runner.handle(each);
    }
    expect(told).toEqual(expected);
    if (expected.at(-1)?.endsWith(' over') === true) expect(clock.pending).toBe(0);
  });
});

describe('SUBSCRIBE', () => {
  const event = (value: string, expires = '600', more: Extra = []): Extra => [
    ['Event', value],
    ['Expires', expires],
    ...more,
  ];
  let stage: Stage;
  let state: string;
  let over: string[];
  let to: string;

  beforeEach(async () => {
    let version = 0;
    state = 'free';
    over = [];
    stage = await Stage.open();
    stage.stack.watch({
      event: 'dialog',
      contentType: 'application/dialog-info+xml',
      subscribed: (_, { requestUri }) => (requestUri.includes('8851') ? 200 : 404),
      documentOf: () => `${state} ${version++}`,
      unsubscribed: (subscription) => over.push(subscription),
    });
  });

  function subscribe(cseq: number, extra = event('dialog'), more: Parameters<typeof request>[2] = {}): void {
    stage.send(request('SUBSCRIBE', cseq, { uri: `sip:8851@${US}`, ...more, extra }));
  }

  /** The first one, and its NOTIFY answered. */
  function subscribed(extra = event('dialog')): void {
    subscribe(1, extra);
    to = /;tag=(.+)$/.exec(headerValue(stage.response(200), 'To') ?? '')?.[1] ?? '';
    expect(told()).toBe('free 0 active;expires=600');
    stage.take();
  }

  /** The last NOTIFY, and what the peer answers. */
  function told(answer = 200): string {
    const notify = stage.request('NOTIFY');
    stage.send(response(notify, answer));
    return `${notify.body} ${headerValue(notify, 'Subscription-State')}`;
  }

  it('RFC 6665 §4.2.1 is answered 200, then told, with what a dialog needs', () => {
    subscribe(1, event('dialog;id=7', '600', [['Record-Route', '<sip:edge.example;lr>']]));
    expect(stage.take(true)).toEqual(['0 200 SUBSCRIBE', '0 NOTIFY']);
    subscribe(1, event('dialog;id=7', '600', [['Record-Route', '<sip:edge.example;lr>']]));
    const ok = stage.response(200);
    expect(headerValue(ok, 'Expires')).toBe('600');
    expect(headerValue(ok, 'Contact')).toBe('<sip:192.0.2.1:5060>');
    expect(headerValue(ok, 'Record-Route')).toBe('<sip:edge.example;lr>');
    stage.take();
    stage.advance(500); // Timer E
    const notify = stage.request('NOTIFY');
    expect(notify.uri).toBe('sip:bob@192.0.2.9:5060');
    for (const [name, value] of [
      ['Event', 'dialog;id=7'],
      ['Subscription-State', 'active;expires=600'],
      ['Content-Type', 'application/dialog-info+xml'],
      ['Contact', '<sip:192.0.2.1:5060>'],
      ['Route', '<sip:edge.example;lr>'],
      ['To', 'Bob <sip:bob@example.net>;tag=their-tag'],
      ['From', headerValue(ok, 'To')],
      ['Call-ID', 'call-1'],
      ['CSeq', '1 NOTIFY'],
    ])
      expect(headerValue(notify, name ?? '')).toBe(value);
    expect(stage.defects).toEqual([]);
  });

  it.each<[string, Extra, Parameters<typeof request>[2], string, readonly [string, string] | null]>([
    ['RFC 6665 §4.2.1.3 another package: 489', event('presence'), {}, '489 SUBSCRIBE', ['Allow-Events', 'dialog']],
    ['RFC 6665 §4.2.1.3 no package: 489', [['Expires', '600']], {}, '489 SUBSCRIBE', ['Allow-Events', 'dialog']],
    ['RFC 6665 §4.2.1.1 too brief: 423', event('dialog', '59'), {}, '423 SUBSCRIBE', ['Min-Expires', '60']],
    [
      'RFC 3261 §21.4.7 another type: 406',
      event('dialog', '600', [['Accept', 'text/plain']]),
      {},
      '406 SUBSCRIBE',
      null,
    ],
    ['D-45 nobody of that name: 404', event('dialog'), { uri: `sip:8870@${US}` }, '404 SUBSCRIBE', null],
    ['RFC 3261 §12.2.2 of no dialog of ours: 481', event('dialog'), { to: 'none' }, '481 SUBSCRIBE', null],
    [
      'RFC 3261 §8.2.2.3 an extension is required: 420',
      event('dialog', '600', [['Require', 'eventlist']]),
      {},
      '420 SUBSCRIBE',
      ['Unsupported', 'eventlist'],
    ],
  ])('%s', (_, extra, more, status, header) => {
    subscribe(1, extra, more);
    const code = Number(status.slice(0, 3));
    if (header !== null) expect(headerValue(stage.response(code), header[0])).toBe(header[1]);
    expect(stage.take()).toEqual([status]);
  });

  it.each([
    ['an hour unless it says', [['o', 'dialog']], '3600'],
    ['an hour at most', event('dialog', '99999'), '3600'],
    ['a minute at least', event('Dialog ; sla', '60', [['Accept', 'application/pidf+xml, application/*;q=0.1']]), '60'],
  ] as readonly (readonly [string, Extra, string])[])('RFC 6665 §4.2.1.1 lasts %s', (_, extra, seconds) => {
    subscribe(1, extra);
    expect(headerValue(stage.response(200), 'Expires')).toBe(seconds);
    expect(told()).toBe(`free 0 active;expires=${seconds}`);
  });

  it('RFC 6665 §4.4.3 with Expires 0 it only asks', () => {
    subscribe(1, event('dialog', '0'));
    expect(headerValue(stage.response(200), 'Expires')).toBe('0');
    expect(told()).toBe('free 0 terminated;reason=timeout');
    expect(over).toHaveLength(1);
    stage.advance(64_000);
    expect(stage.clock.pending).toBe(0);
  });

  it('D-45 changes, refreshes and the end are told in full, each document newer than the last', () => {
    subscribed();
    state = 'taken';
    stage.stack.changed(to);
    stage.advance(0);
    expect(told()).toBe('taken 1 active;expires=600');
    stage.advance(300_000);
    subscribe(2, event('dialog'), { to });
    expect(told()).toBe('taken 2 active;expires=600');
    subscribe(3, event('dialog', '0'), { to });
    expect(told()).toBe('taken 3 terminated;reason=timeout');
    expect(over).toEqual([to]);
    stage.take();
    subscribe(4, event('dialog'), { to });
    expect(stage.take()).toEqual(['481 SUBSCRIBE']);
    expect(stage.defects).toEqual([]);
  });

  it('RFC 6665 §4.4.1 nobody refreshes it: the end is told, and nothing is left', () => {
    subscribed();
    stage.advance(600_000);
    expect(told()).toBe('free 1 terminated;reason=timeout');
    expect(over).toEqual([to]);
    stage.advance(64_000);
    expect(stage.clock.pending).toBe(0);
  });

  it.each([
    ['RFC 6665 §4.2.2 a phone that has forgotten it: 481 to our NOTIFY', 481],
    ['RFC 6665 §4.2.2 a phone that takes no NOTIFY: 405', 405],
  ])('%s', (_, status) => {
    subscribed();
    stage.stack.changed(to);
    stage.advance(0);
    told(status);
    expect(over).toEqual([to]);
    stage.take();
    stage.stack.changed(to);
    stage.advance(0);
    expect(stage.take()).toEqual([]);
  });

  it('a phone that is gone: silence to our NOTIFY ends it', () => {
    subscribed();
    stage.stack.changed(to);
    stage.advance(32_000);
    expect(over).toEqual([to]);
    stage.advance(64_000);
    expect(stage.clock.pending).toBe(0);
  });

  it('RFC 6665 §4.1.3 what was watched is no more', () => {
    subscribed();
    stage.stack.terminate(to);
    stage.advance(0);
    expect(told()).toBe('free 1 terminated;reason=noresource');
    expect(over).toEqual([to]);
  });

  it.each<[string, number, Extra, string]>([
    ['RFC 3261 §12.2.2 out of order', 0, event('dialog'), '500 SUBSCRIBE'],
    ['RFC 6665 §4.2.1.1 too brief', 2, event('dialog', '5'), '423 SUBSCRIBE'],
    ['RFC 6665 §4.5.2 another subscription in its dialog', 2, event('dialog;id=2'), '489 SUBSCRIBE'],
    ['another package in its dialog', 2, event('presence'), '489 SUBSCRIBE'],
  ])('in the dialog: %s', (_, cseq, extra, status) => {
    subscribed();
    subscribe(cseq, extra, { to });
    expect(stage.take()).toEqual([status]);
  });

  it('another method in its dialog', () => {
    subscribed();
    stage.send(request('BYE', 2, { to }));
    expect(stage.take()).toEqual(['405 BYE']);
    stage.send(request('SUBSCRIBE', 3, { to, from: 'somebody', extra: event('dialog') }));
    expect(stage.take()).toEqual(['481 SUBSCRIBE']);
  });

  it('RFC 6665 §4.1.2.2 a refresh from another address: it is told there', () => {
    subscribed();
    const text = request('SUBSCRIBE', 2, { to, extra: event('dialog') });
    stage.send(text.replace('Contact: <sip:bob@192.0.2.9:5060>', 'Contact: <sip:bob@192.0.2.9:5070>'));
    expect(stage.take()).toEqual(['200 SUBSCRIBE']);
    stage.listen('192.0.2.9:5070');
    stage.advance(500);
    expect(stage.request('NOTIFY').uri).toBe('sip:bob@192.0.2.9:5070');
  });
});
