import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { benchOffice, type Load, phones, startSipp } from '../../../bench/sipp-load.mjs';
import type { CallRecord } from '../../../src/core/call-record.js';
import { openStore } from '../../../src/store/store.js';
import { type Exchange, freePort, startExchange } from '../../../tools/exchange.mjs';
import { DaemonProcess } from './daemon-process.js';
import { daemonAddress } from './exchange.js';

const CALLS = 20;
const ENDED_WITHIN_MS = 5_000;
const NEXT_CALL_WITHIN_MS = 5_000;
const BACK_WITHIN_MS = 60_000;

const shown = z.object({
  calls: z.array(z.object({ phase: z.string() })),
  timers: z.number(),
  daemons: z.array(z.object({ kind: z.string(), state: z.string(), legs: z.number() })),
});
type Shown = z.infer<typeof shown>;

/** Twenty calls of SIPp through the built exchange, and a daemon that dies under them. */
describe('a daemon is killed during 20 calls', () => {
  let exchange: Exchange;
  let lines: Awaited<ReturnType<typeof phones>>;
  let callee: Load | null = null;
  let caller: Load | null = null;
  let timersBefore: number;

  beforeEach(async () => {
    const users = [...benchOffice(2000, CALLS).users, ...benchOffice(3000, CALLS).users];
    exchange = await startExchange({ ...benchOffice(3000, CALLS), users });
    lines = await phones(exchange.port, CALLS);
    timersBefore = (await status()).timers;
    const { port, rows, calleeRows } = lines;
    const much = { calls: 100_000, rate: CALLS, limitS: 240 };
    callee = startSipp('callee.xml', exchange.port, { rows: calleeRows, port, ...much });
    await sleep(500);
    const options = ['-d', '120000'];
    caller = startSipp('caller.xml', exchange.port, { rows, port: await freePort(), ...much, calls: CALLS, options });
    await until(
      'twenty calls',
      ({ calls }) => calls.filter(({ phase }) => phase === 'talking').length === CALLS,
      20_000,
    );
  }, 90_000);

  afterEach(async () => {
    caller?.kill();
    callee?.kill();
    await exchange.stop();
  });

  async function status(): Promise<Shown> {
    return shown.parse(await exchange.status());
  }

  async function until(what: string, isSo: (now: Shown) => boolean, withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const now = await status();
      if (isSo(now)) return;
      if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}; ${JSON.stringify(now.daemons)}`);
      await sleep(50);
    }
  }

  /** Whether a call from the first phone is taken and ends well. */
  async function call(): Promise<boolean> {
    const { rows } = lines;
    const patience = { calls: 1, rate: 1, limitS: 10, patienceS: 3, options: ['-d', '100'] };
    const { done } = await startSipp('caller.xml', exchange.port, {
      rows: rows.slice(0, 1),
      port: await freePort(),
      ...patience,
    }).result();
    return done === 1;
  }

  /** The daemon is started; how long after it was there the first call was taken. [ms] */
  async function nextCallAfterReturnOf(daemon: DaemonProcess): Promise<number> {
    await daemon.start();
    const back = Date.now();
    for (let begun = Date.now(); begun - back < BACK_WITHIN_MS; begun = Date.now())
      if (await call()) return begun - back;
    throw new Error('no call was taken');
  }

  async function records(): Promise<CallRecord[]> {
    await sleep(300); // they are written behind
    const onError = ({ message }: { readonly message: string }): never => {
      throw new Error(message);
    };
    const store = openStore({ file: join(exchange.dataFolder, 'strowger.db'), readOnly: true, onError });
    const calls = store.listCalls({ limit: 1000 });
    await store.close();
    return calls;
  }

  function stateOf(kind: string, { daemons }: Shown): string {
    return daemons.find((each) => each.kind === kind)?.state ?? 'absent';
  }

  async function expectNothingLeft(): Promise<void> {
    await until('nothing left', ({ calls, daemons }) => calls.length + sum(daemons) === 0, 5_000);
    await until('no timer left', ({ timers }) => timers <= timersBefore, 40_000); // RFC 3261: 32 s for ended transactions
    expect(exchange.running()).toBe(true);
    expect(exchange.output()).not.toContain('defect');
  }

  it('FreeSWITCH: every call ends and its record says that its media died; the next is taken when it is back', async () => {
    const daemon = DaemonProcess.listeningOn(daemonAddress('STROWGER_FREESWITCH', '').port);
    await daemon.kill();
    await until('no call', ({ calls }) => calls.length === 0, ENDED_WITHIN_MS);
    expect(stateOf('FreeSWITCH', await status())).toBe('down');
    expect(stateOf('drachtio-server', await status())).toBe('up');
    const ended = await records();
    expect(ended.map(({ cause }) => cause)).toEqual(Array(CALLS).fill({ status: 200, q850: 41, by: 'lost' }));
    expect(await call()).toBe(false);
    expect(await nextCallAfterReturnOf(daemon)).toBeLessThan(NEXT_CALL_WITHIN_MS);
    caller?.kill();
    await expectNothingLeft();
  }, 180_000);

  it('drachtio-server: every call ends and its record says that it was lost; the next is taken when it is back', async () => {
    const daemon = DaemonProcess.listeningOn(daemonAddress('STROWGER_DRACHTIO', '').port);
    await daemon.kill();
    await until('no call', ({ calls }) => calls.length === 0, ENDED_WITHIN_MS);
    await until('no leg', ({ daemons }) => sum(daemons) === 0, ENDED_WITHIN_MS);
    expect(stateOf('FreeSWITCH', await status())).toBe('up');
    expect(stateOf('drachtio-server', await status())).toBe('down');
    const ended = await records();
    expect(ended.map(({ cause: { by } }) => by)).toEqual(Array(CALLS).fill('lost'));
    expect(await nextCallAfterReturnOf(daemon)).toBeLessThan(NEXT_CALL_WITHIN_MS);
    caller?.kill();
    await expectNothingLeft();
  }, 180_000);
});

function sum(daemons: Shown['daemons']): number {
  return daemons.reduce((total, { legs }) => total + legs, 0);
}
