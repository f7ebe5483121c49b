import type { CallTest } from '../config/call-test.js';
import { ownerOf } from '../core/domain.js';
import { nameOf, type RingTarget } from '../core/plan.js';
import type { Clock } from '../machine/clock.js';
import type { Random } from '../machine/random.js';
import type { VirtualClock } from '../machine/virtual-clock.js';
import type { Digit } from '../ports/media.js';
import { SERVER } from './exchange.js';
import { Phone } from './phone.js';
import type { PhoneCall } from './phone-call.js';
import type { HeaderList } from './phone-message.js';
import { attend } from './scripted-phone.js';
import { type Datagram, PERFECT, Wire, type WireAddress } from './wire.js';
import type { WiredDomain } from './wired-domain.js';

/** An INVITE that the exchange sent. `by`: the trunk; null: it went to a device. */
export type SentInvite = {
  readonly callId: string;
  readonly to: string;
  readonly by: string | null;
  readonly at: number;
};

export type TrialNetworkParts = {
  readonly test: CallTest;
  readonly wired: WiredDomain;
  readonly clock: VirtualClock;
  readonly random: Random;
  /** Whom the exchange means by a leg of the call; null: it is another call's. */
  readonly targetOf: (callId: string) => RingTarget | null;
  /** A key of the phone at the end of a leg. */
  readonly press: (leg: string, digit: Digit) => void;
};

/** Datagrams take no time, so that all happens at whole seconds. */
const AT_ONCE = { ...PERFECT, minDelayMs: 0, maxDelayMs: 0 };

/** Everybody that the exchange can reach, doing what a test says. Phones and carriers are there from when they are first needed. */
export class TrialNetwork {
  readonly wire: Wire;
  /** INVITEs of the call, in order. */
  readonly invites: SentInvite[] = [];
  readonly #parts: TrialNetworkParts;
  readonly #clock: Clock;
  readonly #phones = new Map<WireAddress, Phone>();

  constructor(parts: TrialNetworkParts) {
    this.#parts = parts;
    this.#clock = parts.clock;
    this.wire = new Wire(parts.clock, parts.random, AT_ONCE);
    this.wire.unclaimed = (address) => this.#reached(address);
    this.wire.observe({ sent: (datagram) => this.#sent(datagram) });
  }

  /** Breaches of the protocol that phones and carriers met with. */
  get faults(): readonly string[] {
    return [...this.#phones.values()].flatMap((phone) => phone.faults);
  }

  /** A device calls, whatever it does when it is called. */
  callFrom(device: string, to: string, headers: HeaderList = []): PhoneCall {
    const address = this.#parts.wired.devices.get(device) ?? '';
    return this.#phoneAt(address, device).call(to, { headers });
  }

  /** The caller of the test calls. */
  callOfTest(): PhoneCall {
    const { from, dialled } = this.#parts.test;
    if (from.is === 'device') return this.callFrom(from.device, dialled, from.anonymous ? [['Privacy', 'id']] : []);
    const { number, name, anonymous, trunk } = from;
    const address = this.#parts.wired.trunks.get(trunk) ?? '';
    const asserted = name === '' ? `<sip:${number}@${trunk}.invalid>` : `"${name}" <sip:${number}@${trunk}.invalid>`;
    const headers: HeaderList = [
      ...(anonymous && number === '' ? [] : [['P-Asserted-Identity', asserted] as const]),
      ...(anonymous ? [['Privacy', 'id'] as const] : []),
    ];
    return this.#phoneAt(address, anonymous ? 'anonymous' : number).call(dialled, { headers });
  }

  #sent({ text, from, to, atMs }: Datagram): void {
    if (from !== SERVER || !text.startsWith('INVITE ')) return;
    const callId = /^Call-ID: *(\S+)/im.exec(text)?.[1] ?? '';
    const target = this.#parts.targetOf(callId);
    if (target === null || this.invites.some((invite) => invite.callId === callId)) return;
    const { deviceAt, trunkAt } = this.#parts.wired;
    const by = trunkAt.get(to) ?? null;
    this.invites.push({ callId, to: by === null ? (deviceAt.get(to) ?? to) : nameOf(target), by, at: atMs });
  }

  /** Something comes for who has said nothing yet. */
  #reached(address: WireAddress): void {
    const { wired, test } = this.#parts;
    const device = wired.deviceAt.get(address);
    if (device !== undefined) {
      const { does } = test.phones.get(device) ?? { does: 'rings' };
      if (does !== 'dead') this.#phoneAt(address, device);
      return;
    }
    const trunk = wired.trunkAt.get(address);
    if (trunk !== undefined && test.trunks.get(trunk)?.status !== null) this.#phoneAt(address, trunk);
  }

  #phoneAt(address: WireAddress, user: string): Phone {
    const known = this.#phones.get(address);
    if (known !== undefined) return known;
    const { wired, clock, random } = this.#parts;
    const { name: domain } = wired.domain;
    const password = ownerOf(wired.domain, user)?.devices.find(({ id }) => id === user)?.password ?? '';
    const phone = new Phone({ wire: this.wire, clock, random, address, server: SERVER, domain, user, password });
    phone.invited = (call) => this.#invited(call, address);
    this.#phones.set(address, phone);
    return phone;
  }

  #invited(call: PhoneCall, address: WireAddress): void {
    const { wired, test, press, targetOf } = this.#parts;
    const trunk = wired.trunkAt.get(address);
    const status = trunk === undefined ? undefined : test.trunks.get(trunk)?.status;
    if (status !== undefined && status !== null) return call.refuse(status);
    const target = targetOf(call.callId);
    const party = trunk === undefined ? wired.deviceAt.get(address) : target === null ? call.called : nameOf(target);
    const doing = test.phones.get(party ?? '') ?? { does: 'rings' };
    attend(call, doing, this.#clock, (digit) => press(call.callId, digit));
  }
}
