import { describe, expect, it, test } from 'vitest';
import type { WatchedDialog } from '../../src/core/dialog-info.js';
import type { Domain } from '../../src/core/domain.js';
import { PARK_DEFAULTS } from '../../src/core/queue/park-config.js';
import type { AdmissionRequest } from '../../src/ports/signalling.js';
import { Lamps } from '../../src/switch/lamps.js';
import { office, user } from '../support/office.js';
import { CLEAN } from '../support/recorded-switch.js';
import { queueOffice, stage } from './queue-stage.js';

const park = {
  slots: ['8851', '8852'].map((slot) => ({ ...PARK_DEFAULTS, slot, name: `Park ${slot}` })),
  operator: null,
};

describe('who watches whom', () => {
  const bob: WatchedDialog = {
    state: 'confirmed',
    direction: 'recipient',
    remote: { name: 'Bob', number: '202' },
  };

  function watching(given: Domain = office([user('201'), user('202')], { park })) {
    let domain: Domain | null = given;
    const said: string[] = [];
    const lamps = new Lamps({
      notifier: {
        changed: (subscription) => said.push(`changed ${subscription}`),
        terminate: (subscription) => said.push(`terminate ${subscription}`),
      },
      domainOf: ({ identity }) => (identity === null ? null : domain),
      domain: () => domain,
    });
    const subscribe = (id: string, uri: string, identity: string | null = '201@acme.example') =>
      lamps.subscribed(id, { requestUri: uri } as AdmissionRequest, identity);
    const document = (id: string) => {
      const text = lamps.documentOf(id);
      return [/version="(\d+)"/, /entity="([^"]*)"/, /<state>(\w+)</, /display="([^"]*)"/].flatMap(
        (part) => part.exec(text)?.[1] ?? [],
      );
    };
    const reload = (next: Domain | null) => {
      domain = next;
      lamps.configured();
    };
    return { lamps, said, subscribe, document, reload };
  }

  it.each([
    ['D-45 a slot', 'sip:8851@acme.example', 200],
    ['A-32 a user', 'sip:202@acme.example;transport=tcp', 200],
    ['D-45 by an address of the exchange', 'sip:8851@192.0.2.1:5060', 200],
    ['D-45 no slot', 'sip:8853@acme.example', 404],
    ['D-45 nobody at all', 'sip:acme.example', 404],
  ])('%s', (_, uri, status) => {
    expect(watching().subscribe('s', uri)).toBe(status);
  });

  it('D-45 nobody of ours watches nothing', () => {
    expect(watching().subscribe('s', 'sip:8851@acme.example', null)).toBe(404);
  });

  it('D-45 terminated while empty, confirmed with the party while occupied; versions count up for each who watches', () => {
    const { lamps, said, subscribe, document } = watching();
    subscribe('a', 'sip:8851@acme.example');
    expect(document('a')).toEqual(['0', 'sip:8851@acme.example', 'terminated']);
    subscribe('b', 'sip:8851@192.0.2.1:5080;user=phone');
    subscribe('c', 'sip:8852@acme.example');
    lamps.set('acme.example', '8851', '8851', bob);
    expect(said).toEqual(['changed a', 'changed b']);
    expect(document('a')).toEqual(['1', 'sip:8851@acme.example', 'confirmed', 'Bob']);
    expect(document('b')).toEqual(['0', 'sip:8851@192.0.2.1:5080', 'confirmed', 'Bob']);
    lamps.unsubscribed('b');
    lamps.set('acme.example', '8851', '8851', null);
    expect(said.slice(2)).toEqual(['changed a']);
    expect(document('a')).toEqual(['2', 'sip:8851@acme.example', 'terminated']);
    lamps.set('else.example', '8851', '8851', bob);
    expect(said).toHaveLength(3);
  });

  it('D-45 who begins to watch is told what there is', () => {
    const { lamps, subscribe, document } = watching();
    lamps.set('acme.example', '8851', '8851', bob);
    subscribe('late', 'sip:8851@acme.example');
    expect(document('late')).toEqual(['0', 'sip:8851@acme.example', 'confirmed', 'Bob']);
  });

  it('D-45 a slot or user that a reload has taken away', () => {
    const { said, subscribe, reload } = watching();
    subscribe('slot', 'sip:8852@acme.example');
    subscribe('user', 'sip:202@acme.example');
    subscribe('stays', 'sip:8851@acme.example');
    reload(office([user('201')], { park: { ...park, slots: park.slots.slice(0, 1) } }));
    expect(said).toEqual(['terminate slot', 'terminate user']);
  });

  it('D-45 one phone does not watch without end', () => {
    const { lamps, subscribe } = watching();
    for (let lamp = 0; lamp < 500; lamp++) expect(subscribe(`s${lamp}`, 'sip:8851@acme.example')).toBe(200);
    expect(subscribe('more', 'sip:8851@acme.example')).toBe(403);
    lamps.unsubscribed('s0');
    expect(subscribe('more', 'sip:8851@acme.example')).toBe(200);
    expect(subscribe('other', 'sip:8851@acme.example', '202@acme.example')).toBe(200);
  });
});

describe('what there is to see', () => {
  async function calling() {
    const x = await stage(queueOffice({}, {}, { users: [user('203')], domain: { park } }), []);
    x.calls('c', '201', '203');
    return { ...x, seen: () => x.lamps.splice(0) };
  }

  test('A-32 a call: both parties, from the INVITE to the BYE', async () => {
    const x = await calling();
    expect(x.seen()).toEqual(['201 trying initiator 203', '203 trying recipient 201']);
    x.rings('c.1');
    expect(x.seen()).toEqual(['203 early recipient 201', '201 early initiator 203']);
    x.answers('c.1');
    expect(x.seen()).toEqual(['203 confirmed recipient 201', '201 confirmed initiator 203']);
    x.signalling.ended('c', 200);
    expect(x.seen()).toEqual(['201 terminated', '203 terminated']);
    expect(x.clear('c.1')).toEqual(CLEAN);
  });

  test('A-32 a phone that is dead keeps no lamp lit once it is given up', async () => {
    const x = await calling();
    x.seen();
    x.signalling.ended('c', 487);
    expect(x.seen().sort()).toEqual(['201 terminated', '203 terminated']);
    expect(x.clear('c.1')).toEqual(CLEAN);
  });

  test('D-45 a slot while somebody is parked there; who is parked goes on to whoever retrieves', async () => {
    const x = await calling();
    x.answers('c.1');
    x.seen();
    const referTo = 'sip:8851@acme.example';
    x.signalling.emit({ type: 'referred', leg: 'c.1', referTo, replaces: null, referredBy: null });
    x.signalling.ended('c.1', 200);
    expect(x.seen()).toEqual(['8851 confirmed recipient 201', '203 terminated']);
    x.calls('r', '202', '8851');
    x.clock.advance(10);
    expect(x.seen()).toEqual([
      '202 trying initiator 8851',
      '201 confirmed recipient 202',
      '8851 terminated',
      '202 confirmed initiator 8851',
    ]);
    x.signalling.ended('r', 200);
    expect(x.seen()).toEqual(['202 terminated', '201 terminated']);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('D-45 the caller hangs up: the slot is free at once', async () => {
    const x = await calling();
    x.answers('c.1');
    x.signalling.emit({
      type: 'referred',
      leg: 'c.1',
      referTo: 'sip:8852@acme.example',
      replaces: null,
      referredBy: null,
    });
    x.seen();
    x.signalling.ended('c', 200);
    expect(x.seen()).toContain('8852 terminated');
    expect(x.clear('c.1')).toEqual(CLEAN);
  });
});
