import { describe, expect, it } from 'vitest';
import { NO_OUTBOUND, type Trunk } from '../../src/core/dial-plan.js';
import type { OwnRequest, OwnResponse } from '../../src/ports/signalling.js';
import { Trunks } from '../../src/switch/trunks.js';
import { FakeClock } from '../support/fake-clock.js';
import { office } from '../support/office.js';

const plain: Trunk = {
  ...{ name: 'carrier', enabled: true, host: '192.0.2.50', port: 5070, transport: 'tcp' },
  ...{ username: null, password: null, registerMs: null, qualifyMs: 60_000, sources: [] },
  ...{ format: 'e164', passesCaller: false, tells: [] },
};

function started(...trunks: Trunk[]) {
  const clock = new FakeClock();
  const asked: OwnRequest[] = [];
  const answer = new Map<string, number>();
  const news: string[] = [];
  const requester = {
    request: (request: OwnRequest, answered: (response: OwnResponse) => void) => {
      asked.push(request);
      const status = answer.get(request.method);
      if (status !== undefined) clock.after(1, () => answered({ status, cseq: request.cseq + 1, header: () => [] }));
    },
  };
  const of = (some: readonly Trunk[]) => [
    office([], { trunks: new Map(some.map((trunk) => [trunk.name, trunk])), outbound: NO_OUTBOUND }),
  ];
  const all = new Trunks({
    requester,
    clock,
    random: () => 0.5,
    told: ({ trunk, status }, message) => news.push(`${message}: ${trunk} ${status}`),
  });
  all.configure(of(trunks));
  return { clock, asked, answer, news, all, reconfigure: (...some: Trunk[]) => all.configure(of(some)) };
}

describe('trunks', () => {
  it('E3 is asked by OPTIONS at its own address and port', () => {
    const { asked } = started(plain);
    expect(asked).toEqual([
      expect.objectContaining({ method: 'OPTIONS', uri: 'sip:192.0.2.50:5070;transport=tcp', contactUser: null }),
    ]);
  });

  it('E3 one that does not answer is down until it answers again', () => {
    const { clock, answer, all, news } = started(plain);
    expect(all.isDown('acme.example', 'carrier')).toBe(false);
    clock.advance(11_000);
    expect(all.isDown('acme.example', 'carrier')).toBe(true);
    expect(all.snapshot()[0]?.health).toMatchObject({ state: 'down', status: 408 });
    answer.set('OPTIONS', 200);
    clock.advance(61_000);
    expect(all.isDown('acme.example', 'carrier')).toBe(false);
    expect(news).toEqual(['trunk is down: carrier 408', 'trunk is up: carrier 200']);
  });

  it('E3 one that we register with is asked only if that is configured; a disabled one never', () => {
    const registered: Trunk = {
      ...{ ...plain, name: 'registered', registerMs: 600_000, qualifyMs: null },
      ...{ username: 'acme', password: 'secret' },
    };
    const disabled: Trunk = { ...plain, name: 'disabled', enabled: false };
    const { asked, all } = started(registered, disabled);
    expect(asked.map(({ method }) => method)).toEqual(['REGISTER']);
    const states = all.snapshot().map(({ trunk, registration, health }) => [trunk, registration?.state, health]);
    expect(states).toEqual([
      ['registered', 'starting', null],
      ['disabled', undefined, null],
    ]);
  });

  it('a reload asks anew where something changed, and leaves the others alone', () => {
    const other: Trunk = { ...plain, name: 'other', host: '192.0.2.51' };
    const { clock, asked, answer, all, reconfigure } = started(plain, other);
    answer.set('OPTIONS', 200);
    clock.advance(20_000);
    asked.length = 0;
    reconfigure(plain, { ...other, port: 5080 });
    expect(asked.map(({ uri }) => uri)).toEqual(['sip:192.0.2.51:5080;transport=tcp']);
    reconfigure(plain);
    clock.advance(600_000);
    expect(new Set(asked.map(({ uri }) => uri).slice(1))).toEqual(new Set(['sip:192.0.2.50:5070;transport=tcp']));
    all.stop();
    clock.advance(10_000);
    expect(clock.pending).toBe(0);
  });
});
