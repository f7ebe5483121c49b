import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../src/machine/random.js';
import { createStack } from '../../src/sip/stack.js';
import type { Protocol, Remote, Transport, TransportReceiver } from '../../src/sip/transport/transport.js';
import { FakeClock } from '../support/fake-clock.js';

type Vector = {
  readonly file: string;
  readonly kind: 'request' | 'response';
  readonly method: string | null;
  readonly over: 'UDP' | 'TCP' | 'TLS';
  readonly must: readonly number[];
  readonly may: readonly number[];
  readonly silent_ok: boolean;
  /** A status, `2xx`, or a sentence for whoever reads. */
  readonly never: readonly string[];
};

const FOLDER = 'test/vectors';
const vectors: readonly Vector[] = JSON.parse(readFileSync(`${FOLDER}/expected.json`, 'utf8')).messages;

/** Hands the bytes in and keeps what comes out. */
class Probe implements Transport {
  readonly protocol: Protocol;
  readonly family = 4;
  readonly reliable: boolean;
  readonly sentBy = { host: '192.0.2.1', port: 5060 };
  readonly sent: { readonly text: string; readonly to: Remote }[] = [];
  #receiver: TransportReceiver | null = null;

  constructor(protocol: Protocol) {
    this.protocol = protocol;
    this.reliable = protocol !== 'udp';
  }

  async start(receiver: TransportReceiver): Promise<void> {
    this.#receiver = receiver;
  }

  async stop(): Promise<void> {}

  send(text: string, to: Remote): void {
    this.sent.push({ text, to });
  }

  receive(bytes: Buffer): void {
    const connection = this.reliable ? 1 : null;
    this.#receiver?.received(bytes, { protocol: this.protocol, address: '192.0.2.9', port: 40_000, connection });
  }
}

/** The stack with an admission that lets everybody in and a switch that grants everything, but calls it only rings. */
async function answersTo(vector: Vector): Promise<{ readonly statuses: number[]; readonly defects: string[] }> {
  const clock = new FakeClock();
  const probe = new Probe(vector.over === 'UDP' ? 'udp' : 'tcp');
  const defects: string[] = [];
  const stack = createStack({
    transports: [probe],
    clock,
    random: seeded(1),
    resolve: () => Promise.resolve([]),
    onDefect: (error) => defects.push(String(error)),
  });
  await stack.start({
    admit: () => ({ verdict: 'admit', identity: null }),
    onEvent: (event) => {
      if (event.type === 'requested') {
        stack.respond(event.request, { status: 200, reason: 'OK', headers: [], body: '' });
      } else if (event.type === 'invited') {
        stack.progress(event.leg, 180, null);
        stack.hangUp(event.leg, { status: 486, reasons: [] });
      }
    },
  });
  probe.receive(readFileSync(`${FOLDER}/${vector.file}`));
  const statuses = probe.sent.map(({ text }) => Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1]));
  clock.advance(120_000);
  const { transactions, legs, requests } = stack.snapshot();
  expect({ transactions, legs, requests, timers: clock.pending }).toEqual({
    transactions: [],
    legs: [],
    requests: [],
    timers: 0,
  });
  return { statuses, defects };
}

function isBarred(status: number, never: readonly string[]): boolean {
  return never.some((rule) => rule === String(status) || (rule === '2xx' && status >= 200 && status < 300));
}

describe('RFC 4475 and RFC 5118 through the stack', () => {
  it('covers every file there is', () => {
    const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dat'));
    expect(vectors.map(({ file }) => file).sort()).toEqual(files.sort());
  });

  it.each(vectors)('$file: $must', async (vector) => {
    const { statuses, defects } = await answersTo(vector);
    expect(defects).toEqual([]);
    expect(statuses.filter((status) => isBarred(status, vector.never))).toEqual([]);
    const first = statuses[0];
    if (first === undefined) expect(vector.silent_ok).toBe(true);
    else expect([...vector.must, ...vector.may]).toContain(first);
  });
});
