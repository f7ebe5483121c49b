import { describe, expect, test } from 'vitest';
import type { Binding } from '../../src/core/binding.js';
import { type RegisterMessage, Registrar } from '../../src/core/registrar.js';
import type { BindingChange } from '../../src/core/registration.js';
import { FakeClock } from '../support/fake-clock.js';

const DEVICE = { domain: 'acme.example', device: '202', maxContacts: 5 };

type Fields = {
  contact?: string | string[];
  expires?: string;
  cseq?: number;
  callId?: string;
  source?: string;
  agent?: string;
};

function message({
  contact = [],
  expires,
  cseq = 1,
  callId = 'c1',
  source = 'udp/192.0.2.1:5060',
  agent,
}: Fields): RegisterMessage {
  const headers: Record<string, string[]> = {
    CSeq: [`${cseq} REGISTER`],
    Contact: [contact].flat(),
    Expires: expires === undefined ? [] : [expires],
    'User-Agent': agent === undefined ? [] : [agent],
  };
  return { callId, source, header: (name) => headers[name] ?? [] };
}

function setUp(nowMs = 1_000_000) {
  const clock = new FakeClock(nowMs);
  const log: string[] = [];
  const changed = (changes: readonly BindingChange[]) => {
    for (const { change, binding } of changes) log.push(`${change} ${binding.uri}`);
  };
  const registrar = new Registrar(clock, { changed });
  const uris = (device = '202') => registrar.contactsOf('acme.example', device).map((binding) => binding.uri);
  return { clock, registrar, log, uris };
}

describe('Registrar', () => {
  test('§10.3 a binding lives until it expires, and its listeners hear of it', () => {
    const { clock, registrar, log, uris } = setUp();
    const response = registrar.register(
      DEVICE,
      message({ contact: '<sip:202@192.0.2.1>', expires: '60', agent: 'Fone' }),
    );
    expect(response.status).toBe(200);
    expect(registrar.contactsOf('acme.example', '202')).toMatchObject([
      { flow: 'udp/192.0.2.1:5060', userAgent: 'Fone', expiresAt: 1_060_000, registeredAt: 1_000_000 },
    ]);
    clock.advance(59_999);
    expect(uris()).toEqual(['sip:202@192.0.2.1']);
    clock.advance(1);
    expect(uris()).toEqual([]);
    expect(log).toEqual(['registered sip:202@192.0.2.1', 'expired sip:202@192.0.2.1']);
    expect(registrar.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('§10.2.4 a refresh moves the one timer of the device', () => {
    const { clock, registrar, log, uris } = setUp();
    for (let cseq = 1; cseq <= 10; cseq++) {
      registrar.register(DEVICE, message({ contact: '<sip:202@192.0.2.1>', expires: '60', cseq }));
      expect(clock.pending).toBe(1);
      clock.advance(30_000);
    }
    expect(uris()).toEqual(['sip:202@192.0.2.1']);
    expect(log.filter((line) => line.startsWith('expired'))).toEqual([]);
  });

  test('each binding of a device expires at its own time', () => {
    const { clock, registrar, uris } = setUp();
    registrar.register(DEVICE, message({ contact: ['<sip:a@192.0.2.1>;expires=60', '<sip:b@192.0.2.1>;expires=90'] }));
    clock.advance(60_000);
    expect(uris()).toEqual(['sip:b@192.0.2.1']);
    clock.advance(30_000);
    expect(uris()).toEqual([]);
  });

  test('A-37 devices of a user and equal ids of two domains are apart', () => {
    const { registrar, uris } = setUp();
    registrar.register(DEVICE, message({ contact: '<sip:1@192.0.2.1>' }));
    registrar.register({ ...DEVICE, device: '202wp' }, message({ contact: '<sip:2@192.0.2.1>' }));
    registrar.register({ ...DEVICE, domain: 'other.example' }, message({ contact: '<sip:3@192.0.2.1>' }));
    expect(uris('202')).toEqual(['sip:1@192.0.2.1']);
    expect(uris('202wp')).toEqual(['sip:2@192.0.2.1']);
    expect(registrar.contactsOf('other.example', '202').map((binding) => binding.uri)).toEqual(['sip:3@192.0.2.1']);
    expect([...registrar.bindings()]).toHaveLength(3);
  });

  test('a query or a refusal is no change', () => {
    const { registrar, log } = setUp();
    expect(registrar.register(DEVICE, message({})).status).toBe(200);
    expect(registrar.register(DEVICE, message({ contact: '*' })).status).toBe(400);
    expect(registrar.register(DEVICE, { ...message({}), header: () => [] }).status).toBe(400);
    expect(log).toEqual([]);
    expect(registrar.size).toBe(0);
  });

  test('bindings of an earlier run are taken up, expired ones and those of connections through a NAT are not', () => {
    const { clock, registrar, log, uris } = setUp();
    const binding: Binding = {
      ...{ domain: 'acme.example', device: '202', uri: 'sip:a@192.0.2.1', flow: 'udp/192.0.2.1:5060', q: 0.5 },
      ...{ callId: 'c1', cseq: 7, registeredAt: 900_000, expiresAt: 1_030_000, instance: null, regId: null },
      ...{ userAgent: '', path: [] },
    };
    registrar.load([
      binding,
      { ...binding, uri: 'sip:best@192.0.2.2', q: 1 },
      { ...binding, uri: 'sip:past@192.0.2.3', expiresAt: 1_000_000 },
      { ...binding, uri: 'sip:tcp@10.0.0.4', flow: 'tcp/192.0.2.4:40000#3' },
      { ...binding, device: '204', uri: 'sip:tcp@192.0.2.4:5070', flow: 'tcp/192.0.2.4:40000#3' },
      { ...binding, device: '203', uri: 'sip:203@192.0.2.5' },
    ]);
    expect(uris()).toEqual(['sip:best@192.0.2.2', 'sip:a@192.0.2.1']);
    expect(uris('203')).toEqual(['sip:203@192.0.2.5']);
    expect(registrar.contactsOf('acme.example', '204')).toMatchObject([{ flow: 'tcp/192.0.2.4:5070' }]);
    expect(log).toEqual([]);
    expect(registrar.register(DEVICE, message({ contact: '<sip:a@192.0.2.1>', cseq: 7 })).status).toBe(500);
    clock.advance(30_000);
    expect(uris()).toEqual([]);
    expect(log).toHaveLength(4);
  });

  test('a wall clock that was set back neither loses nor keeps a binding', () => {
    const { clock, registrar, uris } = setUp();
    registrar.register(DEVICE, message({ contact: '<sip:202@192.0.2.1>', expires: '60' }));
    const now = clock.now.bind(clock);
    clock.now = () => now() - 10_000;
    clock.advance(60_000);
    expect(uris()).toEqual(['sip:202@192.0.2.1']);
    clock.advance(10_000);
    expect(uris()).toEqual([]);
    expect(registrar.size).toBe(0);
  });

  test('stop leaves no timer', () => {
    const { clock, registrar } = setUp();
    registrar.register(DEVICE, message({ contact: '<sip:202@192.0.2.1>', expires: '60' }));
    registrar.stop();
    expect(clock.pending).toBe(0);
    clock.advance(60_000);
    expect(registrar.contactsOf('acme.example', '202')).toEqual([]);
  });
});
