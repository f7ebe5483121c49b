import { SERVER } from '../../src/calltest/exchange.js';
import { Phone } from '../../src/calltest/phone.js';
import type { PhoneCall } from '../../src/calltest/phone-call.js';
import type { Faults, Wire } from '../../src/calltest/wire.js';
import { between, choose, type Random } from '../../src/machine/random.js';
import type { FakeClock } from '../support/fake-clock.js';
import { DOMAIN, EXTENSIONS } from './random-office.js';

/** What the network is like in a run. */
export function randomFaults(random: Random): Faults {
  const calm: Faults = { loss: 0, duplication: 0, reordering: 0, heldMs: 0, minDelayMs: 1, maxDelayMs: 5 };
  return choose(random, [
    [2, calm],
    [2, { ...calm, loss: 0.02, maxDelayMs: 40 }],
    [2, { ...calm, duplication: 0.2, reordering: 0.2, heldMs: 700 }],
    [2, { ...calm, loss: 0.1, duplication: 0.05, reordering: 0.1, heldMs: 400, maxDelayMs: 120 }],
    [1, { ...calm, loss: 0.25, duplication: 0.2, reordering: 0.3, heldMs: 1500, maxDelayMs: 300 }],
  ]);
}

/** As every phone does by itself: no CANCEL reaches it if none of its provisional responses got through. */
const GIVES_UP_RINGING_MS = 180_000;

/** What callers do besides: whom they dial, where they transfer who they talk to. */
export type Habits = { readonly dialled?: () => string; readonly transferredTo?: () => string };

/** Every device of the office as a phone on the wire, registered, each answering its calls as chance will have it. */
export class RandomCallers {
  /** Those that have power. */
  readonly phones: Phone[] = [];
  readonly unplugged: Phone[] = [];
  /** Every call that a phone made, in order. */
  readonly made: PhoneCall[] = [];
  readonly #wire: Wire;
  readonly #clock: FakeClock;
  readonly #random: Random;

  readonly #habits: Habits;

  constructor(wire: Wire, clock: FakeClock, random: Random, devices: readonly string[], habits: Habits = {}) {
    this.#habits = habits;
    this.#wire = wire;
    this.#clock = clock;
    this.#random = random;
    for (const user of devices) this.phones.push(this.#plugIn(user));
  }

  register(expiresS: number): void {
    for (const phone of this.phones) phone.register(expiresS);
  }

  /** Phones that are not registered as they want to be try again; false once there is none. */
  registerAgain(expiresS: number): boolean {
    const without = this.phones.filter((phone) => phone.registration !== 200);
    for (const phone of without) phone.register(expiresS);
    return without.length > 0;
  }

  /** A phone loses power in the middle of everything; when it has it again it has another address, and the old binding is still there. */
  loseOne(): void {
    const at = between(this.#random, 0, this.phones.length - 1);
    const lost = this.phones[at];
    // A call on hold sends no speech whose absence could be noticed: until there are session timers (RFC 4028) nobody ends it.
    if (lost === undefined || lost.active.some((call) => call.dialog.said !== 'sendrecv')) return;
    lost.unplug();
    this.unplugged.push(lost);
    const again = this.#plugIn(lost.user);
    this.phones[at] = again;
    this.#clock.after(between(this.#random, 1_000, 60_000), () => again.register());
  }

  /** One call by a phone taken at random, which ends by itself. */
  call(): void {
    const phone = this.phones[between(this.#random, 0, this.phones.length - 1)];
    if (phone === undefined) return;
    const call = phone.call(this.#dialled(), { lateOffer: this.#random() < 0.15 });
    this.made.push(call);
    // Some lose patience at once, while the INVITE is still under way.
    const patienceMs = this.#random() < 0.15 ? between(this.#random, 0, 400) : between(this.#random, 400, 45_000);
    this.#clock.after(patienceMs, () => {
      if (call.state !== 'answered') call.hangUp();
    });
    call.on.answered = () => this.#talk(call);
  }

  #plugIn(user: string): Phone {
    const number = 10 + this.phones.length + this.unplugged.length;
    const address = `198.51.100.${number % 256}:${5060 + (number >> 8)}`;
    const clock = this.#clock;
    const random = this.#random;
    const password = `secret-${user}`;
    const phone = new Phone({
      wire: this.#wire,
      clock,
      random,
      address,
      server: SERVER,
      domain: DOMAIN,
      user,
      password,
    });
    phone.invited = (call) => this.#invited(call);
    return phone;
  }

  #dialled(): string {
    if (this.#habits.dialled !== undefined) return this.#habits.dialled();
    const extension = EXTENSIONS[between(this.#random, 0, EXTENSIONS.length - 1)] ?? '';
    return choose(this.#random, [
      [30, extension],
      [1, '*43'],
      [1, '*60'],
      [1, '999'],
      [1, 'alice%20b'],
    ]);
  }

  #invited(call: PhoneCall): void {
    const random = this.#random;
    const ringsFirst = random() < 0.9;
    if (ringsFirst) this.#clock.after(between(random, 0, 300), () => call.ring());
    const afterMs = random() < 0.2 ? between(random, 0, 50) : between(random, 300, 18_000);
    const reaction = choose<() => void>(random, [
      [12, () => call.answer()],
      [2, () => call.refuse(486)],
      [2, () => call.refuse(603)],
      [1, () => call.refuse(480)],
      [1, () => call.refuse(500)],
      [1, () => call.refuse(503, [['Retry-After', '5']])],
      [6, () => {}], // nobody there
    ]);
    this.#clock.after(afterMs, reaction);
    this.#clock.after(GIVES_UP_RINGING_MS, () => call.refuse(480));
    call.on.answered = () => this.#talk(call);
  }

  /** What either side does once it talks: hold and resume, a few harmless requests, and sooner or later the end. */
  #talk(call: PhoneCall): void {
    const random = this.#random;
    const clock = this.#clock;
    const times = choose(random, [
      [5, 0],
      [3, 1],
      [1, 3],
    ]);
    for (let i = 0; i < times; i++) {
      const atMs = between(random, 10, 20_000);
      clock.after(atMs, () => call.modify(random() < 0.5 ? 'sendonly' : 'inactive'));
      clock.after(atMs + between(random, 10, 5_000), () => call.modify('sendrecv', random() < 0.3));
      clock.after(between(random, 10, 20_000), () => call.inform(random() < 0.5 ? 'INFO' : 'OPTIONS'));
    }
    const { transferredTo } = this.#habits;
    if (transferredTo !== undefined && random() < 0.15)
      clock.after(between(random, 10, 30_000), () => call.transfer(`sip:${transferredTo()}@${DOMAIN}`));
    const lengthMs = choose(random, [
      [1, between(random, 0, 50)],
      [8, between(random, 500, 60_000)],
      [2, 300_000], // the other side will be first
    ]);
    clock.after(lengthMs, () => call.hangUp());
  }
}
