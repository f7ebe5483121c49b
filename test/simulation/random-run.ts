import { SERVER, type SimulatedExchange, startExchange } from '../../src/calltest/exchange.js';
import { PERFECT, Wire } from '../../src/calltest/wire.js';
import { between, seeded } from '../../src/machine/random.js';
import { FakeClock } from '../support/fake-clock.js';
import { CallMonitor } from './call-monitor.js';
import { RandomCallers, randomFaults } from './random-calls.js';
import { devicesOf, randomOffice } from './random-office.js';
import { WireMonitor } from './wire-monitor.js';

export const CALLS_PER_RUN = 400;
const START_MS = Date.UTC(2026, 10, 23, 9, 0);
/** Longer than any SIP timer, recording or ring that a call can leave behind. */
const SETTLE_MS = 600_000;
const EXPIRES_S = 3600;
const STRANGER = '203.0.113.9:40000';

export type RandomRun = {
  readonly breaches: readonly string[];
  readonly invites: number;
  /** Calls that a phone took. */
  readonly won: number;
  readonly statuses: readonly number[];
  readonly datagrams: number;
  report(seed: number): string;
};

/** One run of the exchange under random calls. The same seed gives the same run. */
export async function randomRun(seed: number, count = CALLS_PER_RUN, directMedia = false): Promise<RandomRun> {
  const random = seeded(seed);
  const clock = new FakeClock(START_MS);
  const wire = new Wire(clock, random, PERFECT);
  const monitor = new WireMonitor(wire, clock, SERVER, (address) => address !== STRANGER);
  const domain = randomOffice(random);
  const exchange = await startExchange(wire, clock, random, domain, { directMedia });
  const callers = new RandomCallers(wire, clock, random, devicesOf(domain));
  const breaches: string[] = [];

  callers.register(EXPIRES_S);
  clock.advance(2_000);
  if (callers.registerAgain(EXPIRES_S)) breaches.push('a phone could not register on a perfect network');

  wire.faults = randomFaults(random);
  let atMs = 0;
  for (let i = 0; i < count; i++) {
    atMs += between(random, 0, 3_000);
    clock.after(atMs, () => callers.call());
    if (i % 20 === 0) clock.after(atMs, () => accident(exchange, callers, random, wire));
  }
  const until = clock.now() + atMs + SETTLE_MS;
  const calls = new CallMonitor(exchange);
  let answers = 0;
  for (let steps = 0; breaches.length === 0 && clock.runNext(until); steps++) {
    // A phone that has just answered makes the moment in which two could win.
    if (monitor.answers === answers && steps % 500 !== 0) continue;
    answers = monitor.answers;
    breaches.push(...calls.look(clock.now()));
  }

  wire.faults = PERFECT;
  for (const leg of exchange.media.openLegs) exchange.media.injectSilent(leg); // of calls with nobody left to hang up
  callers.register(0);
  clock.advance(SETTLE_MS);
  clock.advance(EXPIRES_S * 1000); // and the bindings of phones that lost power
  breaches.push(...monitor.breaches(true), ...exchange.defects, ...left(exchange, clock));
  for (const phone of [...callers.phones, ...callers.unplugged]) {
    breaches.push(...phone.faults);
    for (const call of phone.active)
      breaches.push(`${phone.user} still has a call that is ${call.state} [call ${call.callId}]`);
  }
  const statuses = callers.made.map((call) => call.status);
  return {
    breaches,
    invites: monitor.invites,
    won: calls.won.size,
    statuses,
    datagrams: wire.log.length,
    report: (of) => reportOf(of, breaches, wire),
  };
}

/** Things that happen beside the calls: rubbish from strangers, a media server that refuses or dies. */
function accident(exchange: SimulatedExchange, callers: RandomCallers, random: () => number, wire: Wire): void {
  if (random() < 0.2) callers.loseOne();
  const stranger = wire.open(STRANGER, () => {});
  stranger.send('\0\0\0\0', SERVER);
  stranger.send(`INVITE sip:201@${SERVER} SIP/2.0\r\nVia: nonsense\r\n\r\n`, SERVER);
  stranger.send('BYE sip:201 SIP/2.0\r\n', SERVER);
  stranger.close();
  if (random() < 0.3) exchange.media.failNextOpen(random() < 0.5 ? 'exhausted' : 'unacceptable');
  const open = exchange.media.openLegs;
  const victim = open[between(random, 0, open.length - 1)];
  if (victim === undefined) return;
  const kind = random();
  if (kind < 0.3) exchange.media.injectGone(victim);
  else if (kind < 0.6) exchange.media.injectSilent(victim);
  else exchange.media.injectDigit(victim, '1');
}

/** Nothing may be left of anything when all calls are over and all phones are unregistered. */
function left(
  { stack, media, direct, switch: exchange, registrar, records }: SimulatedExchange,
  clock: FakeClock,
): string[] {
  const { transactions, legs, requests } = stack.snapshot();
  const found: Record<string, unknown> = {
    calls: exchange.snapshot(),
    transactions,
    legs,
    requests,
    mediaLegs: media.openLegs,
    directLegs: direct?.snapshot() ?? [],
    bindings: [...registrar.bindings()],
  };
  const leaks = Object.entries(found)
    .filter(([, value]) => Array.isArray(value) && value.length > 0)
    .map(([name, value]) => `${name} left over: ${JSON.stringify(value)}`);
  if (media.opens !== media.closes) leaks.push(`${media.opens} media legs opened, ${media.closes} closed`);
  if (clock.pending > 0) leaks.push(`${clock.pending} timers left over`);
  const ids = new Set(records.map((record) => record.id));
  if (ids.size !== records.length) leaks.push('a call with two records');
  return leaks;
}

/** The breaches, the messages of the calls they name, and the command that brings them back. */
function reportOf(seed: number, breaches: readonly string[], wire: Wire): string {
  const named = /\[call (\S+)\]/.exec(breaches.join('\n'))?.[1];
  const messages = named === undefined ? '' : wire.transcript(({ text }) => text.includes(named)).slice(0, 20_000);
  return [
    ...breaches.slice(0, 10).map((breach) => breach.slice(0, 4000)),
    messages,
    `Again: SEED=${seed} npx vitest run --project simulation test/simulation/random-calls.test.ts`,
  ].join('\n\n');
}
