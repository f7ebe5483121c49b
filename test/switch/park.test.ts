import { describe, expect, test } from 'vitest';
import { PARK_DEFAULTS, type ParkSlot } from '../../src/core/queue/park-config.js';
import { user } from '../support/office.js';
import { CLEAN, OFFER } from '../support/recorded-switch.js';
import { MUSIC, queueOffice, stage } from './queue-stage.js';

const prompt = (id: string) => ({ file: `prompts/en/${id}.wav` });
const MAILBOX = { maxMessageMs: 60_000, greeting: null };

/** 201 has called 203, and they talk: the legs are `c` and `c.1`. */
async function talking(over: Partial<ParkSlot> = {}, mailbox = false) {
  const slots = ['8851', '8852'].map((slot) => ({ ...PARK_DEFAULTS, slot, name: `Park ${slot}`, ...over }));
  const domain = queueOffice(
    {},
    {},
    {
      users: [user('203', { voicemail: mailbox ? MAILBOX : null }), user('204')],
      domain: {
        park: { slots, operator: { to: 'extension', extension: '204' } },
        features: new Map([['*68', { does: 'park' }]]),
      },
    },
  );
  const x = await stage(domain, []);
  x.calls('c', '201', '203');
  x.answers('c.1');
  x.said();
  const refers = (leg: string, to: string) =>
    x.signalling.emit({
      type: 'referred',
      leg,
      referTo: `sip:${to}@acme.example`,
      replaces: null,
      referredBy: null,
    });
  return { ...x, refers };
}

describe('parking', () => {
  test('A-176 D-42 by transfer to a slot: the parker is let go, the other hears music', async () => {
    const x = await talking();
    x.refers('c.1', '8851');
    expect(x.said()).toEqual(['notify c.1 200', 'hangUp c.1 487']);
    expect(x.media.leg('c')).toMatchObject({ playing: [MUSIC], connectedTo: null });
    expect(x.exchange.queues('acme.example')?.parked).toMatchObject([
      { slot: { slot: '8851' }, party: { number: '201' } },
    ]);
    expect(x.clear('c')).toEqual(CLEAN);
    expect(x.parkLog.map(({ type }) => type)).toEqual(['parked', 'abandoned']);
  });

  test('D-42 by the one who called: the other is parked', async () => {
    const x = await talking();
    x.refers('c', '8852');
    expect(x.said()).toEqual(['notify c 200', 'hangUp c 487']);
    expect(x.media.leg('c.1')?.playing).toEqual([MUSIC]);
    x.calls('r', '202', '8852');
    x.clock.advance(10);
    expect(x.media.leg('r')?.connectedTo).toBe('c.1');
    expect(x.clear('r')).toEqual(CLEAN);
  });

  test('D-42 an occupied slot is refused with 486, and the call stays with the parker', async () => {
    const x = await talking();
    x.refers('c.1', '8851');
    x.calls('d', '202', '204');
    x.answers('d.1');
    x.said();
    x.refers('d.1', '8851');
    expect(x.said()).toEqual(['notify d.1 486']);
    expect(x.media.leg('d')?.connectedTo).toBe('d.1');
    expect(x.clear('c', 'd')).toEqual(CLEAN);
  });

  test('D-42 transfer to the code takes the lowest free slot and tells which', async () => {
    const x = await talking();
    x.refers('c.1', '*68');
    expect(x.said()).toEqual([]);
    expect(x.media.leg('c.1')?.playing?.slice(0, 2)).toEqual(['park-the-call-is-at', 'number-8'].map(prompt));
    expect(x.media.leg('c')?.playing).toEqual([MUSIC]);
    x.clock.advance(5_000);
    expect(x.said()).toEqual(['notify c.1 200', 'hangUp c.1 487']);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('the parker hangs up while he is told the slot: it stays parked', async () => {
    const x = await talking();
    x.refers('c.1', '*68');
    x.signalling.ended('c.1', 200);
    x.clock.advance(5_000);
    expect(x.exchange.queues('acme.example')?.parked).toHaveLength(1);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('D-42 dialling the code parks whom the phone has on hold', async () => {
    const x = await talking();
    x.signalling.emit({ type: 'modified', leg: 'c.1', offer: OFFER.replace('a=rtpmap', 'a=sendonly\r\na=rtpmap') });
    x.said();
    x.calls('f', '203', '*688852');
    expect(x.said()).toEqual(['hangUp c.1 487', 'answer f']);
    expect(x.media.leg('f')?.playing).toContainEqual(prompt('park-the-call-is-at'));
    expect(x.exchange.queues('acme.example')?.parked).toMatchObject([
      { slot: { slot: '8852' }, parker: { extension: '203' } },
    ]);
    expect(x.clear('c', 'f')).toEqual(CLEAN);
  });

  test('D-42 dialling the code with nobody on hold does nothing', async () => {
    const x = await talking();
    x.calls('f', '202', '*68');
    expect(x.media.leg('f')?.playing?.[0]).toEqual(prompt('feature-refused'));
    expect(x.clear('c', 'f')).toEqual(CLEAN);
  });

  test('a transfer to anything else is declined, and the phone keeps its call', async () => {
    const x = await talking();
    x.refers('c.1', '202');
    expect(x.said()).toEqual(['notify c.1 603']);
    expect(x.media.leg('c')?.connectedTo).toBe('c.1');
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('an agent parks a caller of the queue: his talk is over', async () => {
    const x = await talking();
    const login = {
      type: 'agentLoggedIn',
      agent: '211',
      queue: null,
      singleCall: false,
      reason: null,
      by: '211',
    } as const;
    x.exchange.askQueues('acme.example', login);
    x.calls('q', '202');
    x.answers('q.q1.1');
    x.refers('q.q1.1', '8851');
    expect(x.log().at(-1)).toBe('talkEnded 211');
    x.calls('r', '204', '8851');
    expect(x.media.leg('r')?.connectedTo).toBe('q');
    expect(x.clear('c', 'r')).toEqual(CLEAN);
  });
});

describe('retrieving', () => {
  test('D-43 whoever dials the slot talks to whom is parked there; the records tell both halves', async () => {
    const x = await talking();
    x.refers('c.1', '8851');
    x.clock.advance(10_000);
    x.said();
    x.calls('r', '202', '8851');
    expect(x.said()).toEqual(['answer r']);
    expect(x.media.leg('r')).toMatchObject({ connectedTo: 'c', playing: null });
    expect(x.exchange.queues('acme.example')?.parked).toEqual([]);
    x.clock.advance(5_000);
    x.signalling.ended('c', 200);
    expect(x.said()).toEqual(['hangUp r 487']);
    expect(x.clear()).toEqual(CLEAN);
    const [parked, retrieved] = x.records;
    expect(parked).toMatchObject({ dialled: '203', to: { kind: 'device', id: '203' } });
    expect(retrieved).toMatchObject({ dialled: '8851', from: { number: '202' }, legs: [{ id: 'r' }, { id: 'c' }] });
    expect(retrieved?.legs[1]?.media).not.toBeNull();
  });

  test('D-43 an empty slot says so, with 404', async () => {
    const x = await talking();
    x.calls('r', '202', '8851');
    expect(x.media.leg('r')?.playing).toEqual([prompt('park-nothing-here')]);
    x.clock.advance(1_000);
    expect(x.said().at(-1)).toBe('hangUp r 404 Q.850;cause=1;text="Unallocated number"');
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('D-43 of two the first wins, the second hears that nothing is parked', async () => {
    const x = await talking();
    x.refers('c.1', '8851');
    x.calls('r', '202', '8851');
    x.calls('s', '204', '8851');
    expect(x.media.leg('r')?.connectedTo).toBe('c');
    expect(x.media.leg('s')?.playing).toEqual([prompt('park-nothing-here')]);
    expect(x.clear('r')).toEqual(CLEAN);
  });
});

describe('ring-back', () => {
  test('D-44 the parker’s phones ring as Park 8851, and who answers talks to the parked one', async () => {
    const x = await talking();
    x.refers('c.1', '8851');
    x.said();
    x.clock.advance(120_000);
    expect(x.said()).toEqual(['invite c.q-1.1 sip:203@192.0.2.7']);
    expect(x.signalling.targets.get('c.q-1.1')?.from).toMatchObject({ name: 'Park 8851: User 201', user: '201' });
    expect(x.media.leg('c')?.playing).toEqual([MUSIC]);
    x.answers('c.q-1.1');
    expect(x.media.leg('c')).toMatchObject({ connectedTo: 'c.q-1.1', playing: null });
    expect(x.exchange.queues('acme.example')?.parked).toEqual([]);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('D-44 it can be retrieved meanwhile, and the ringing phone shows no missed call', async () => {
    const x = await talking();
    x.refers('c.1', '8851');
    x.clock.advance(121_000);
    x.said();
    x.calls('r', '202', '8851');
    expect(x.said()).toEqual(['hangUp c.q-1.1 487 SIP;cause=200;text="Call completed elsewhere"', 'answer r']);
    expect(x.media.leg('r')?.connectedTo).toBe('c');
    expect(x.clear('r')).toEqual(CLEAN);
  });

  test('D-44 three times back into the slot, then the operator', async () => {
    const x = await talking();
    x.refers('c.1', '8851');
    x.said();
    const rung: string[] = [];
    for (let round = 1; round <= 4; round++) {
      x.clock.advance(120_000);
      rung.push(...x.said());
      x.rings(`c.q-${round}.1`);
      x.clock.advance(30_000);
      rung.push(...x.said());
    }
    expect(rung).toEqual([
      ...[1, 2, 3].flatMap((n) => [`invite c.q-${n}.1 sip:203@192.0.2.7`, `hangUp c.q-${n}.1 480`]),
      ...['invite c.q-4.1 sip:203@192.0.2.7', 'hangUp c.q-4.1 480', 'invite c.2 sip:204@192.0.2.7'],
    ]);
    x.answers('c.2');
    expect(x.media.leg('c')?.connectedTo).toBe('c.2');
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('D-44 a parker whose phone is gone is not rung; it goes back into the slot', async () => {
    const x = await talking();
    x.refers('c.1', '8851');
    x.phones.delete('203');
    x.said();
    x.clock.advance(120_000);
    expect(x.said()).toEqual([]);
    expect(x.parkLog.map(({ type }) => type)).toEqual(['parked', 'rangBack', 'reparked']);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('D-44 in the other mode the parked one is offered the parker’s voicemail', async () => {
    const x = await talking({ mode: 'voicemail' }, true);
    x.refers('c.1', '8851');
    x.clock.advance(120_000);
    expect(x.media.leg('c')?.playing).toEqual([prompt('queue-press-one-to-leave-a-message')]);
    x.media.injectDigit('c', '1');
    x.clock.advance(10);
    expect(x.media.leg('c')?.playing).toContainEqual(prompt('vm-person-at-extension'));
    expect(x.clear('c')).toEqual(CLEAN);
    expect(x.records[0]?.to).toEqual({ kind: 'voicemail', id: '203' });
  });
});
