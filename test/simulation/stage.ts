import { type ExchangeOptions, SERVER, type SimulatedExchange, startExchange } from '../../src/calltest/exchange.js';
import { Phone } from '../../src/calltest/phone.js';
import { type Faults, PERFECT, Wire } from '../../src/calltest/wire.js';
import type { Domain, User } from '../../src/core/domain.js';
import { type Random, seeded } from '../../src/machine/random.js';
import { FakeClock } from '../support/fake-clock.js';
import { office } from '../support/office.js';

/** The exchange with the phones of its users on a network of which every datagram takes 1 ms. */
export type Stage = {
  readonly clock: FakeClock;
  readonly wire: Wire;
  readonly random: Random;
  readonly exchange: SimulatedExchange;
  readonly domain: Domain;
  /** The phone with this device id, plugged in and registered when it is first asked for. */
  phone(device: string): Phone;
  /** Everything hung up and unregistered: what is left over, which should be nothing. */
  clear(): string[];
};

export async function stage(
  users: readonly User[],
  faults: Faults = PERFECT,
  options: ExchangeOptions = {},
  changes: Partial<Domain> = {},
): Promise<Stage> {
  const random = seeded(1);
  const clock = new FakeClock(Date.UTC(2026, 10, 23, 9, 0));
  const wire = new Wire(clock, random, faults);
  const domain = office(users, changes);
  const exchange = await startExchange(wire, clock, random, domain, options);
  const phones = new Map<string, Phone>();

  const plugIn = (user: string): Phone => {
    const address = `198.51.100.${10 + phones.size}:5060`;
    const password = `secret-${user}`;
    const phone = new Phone({ wire, clock, random, address, server: SERVER, domain: domain.name, user, password });
    phones.set(user, phone);
    phone.register();
    clock.advance(10);
    if (phone.registration !== 200) throw new Error(`${user} could not register: ${phone.registration}`);
    return phone;
  };

  return {
    clock,
    wire,
    random,
    exchange,
    domain,
    phone: (device) => phones.get(device) ?? plugIn(device),
    clear: () => {
      for (const phone of phones.values()) for (const call of phone.active) call.hangUp();
      clock.advance(120_000);
      for (const phone of phones.values()) phone.register(0);
      clock.advance(3_700_000);
      const { transactions, legs, requests } = exchange.stack.snapshot();
      const left: unknown[] = [...transactions, ...legs, ...requests, ...exchange.switch.snapshot()];
      const faultsFound = [...phones.values()].flatMap((phone) => phone.faults);
      return [
        ...left.map((each) => JSON.stringify(each)),
        ...exchange.media.openLegs,
        ...(exchange.direct?.snapshot() ?? []).map((leg) => JSON.stringify(leg)),
        ...exchange.defects,
        ...faultsFound,
        ...(clock.pending > 0 ? [`${clock.pending} timers`] : []),
      ];
    },
  };
}
