import type { Clock, Timer } from '../machine/clock.js';
import type { EpochMs } from '../machine/machine.js';
import type { Binding } from './binding.js';
import { parseContactUri } from './contact-uri.js';
import {
  type BindingChange,
  REGISTER_LIMITS,
  type RegisterLimits,
  type RegisterResponse,
  registerStep,
} from './registration.js';

/** Of a REGISTER, what the registrar reads; the signalling port's `requested` is one. */
export interface RegisterMessage {
  readonly callId: string;
  /** The flow it came by. */
  readonly source: string;
  /** Values of a header in order, one per header line; [] if absent. Name in canonical case. */
  header(name: string): readonly string[];
}

/** The device that was authenticated, and how many contacts it may have. */
export type Registrant = { readonly domain: string; readonly device: string; readonly maxContacts: number };

export type RegistrarOptions = {
  readonly limits?: RegisterLimits;
  /** Told of every change after it was made. */
  readonly changed?: (changes: readonly BindingChange[]) => void;
};

/** The location service (RFC 3261 §10): all bindings of all domains, in memory, with one timer per device. */
export class Registrar {
  readonly #clock: Clock;
  readonly #limits: RegisterLimits;
  readonly #changed: (changes: readonly BindingChange[]) => void;
  readonly #domains = new Map<string, Map<string, Registered>>();

  constructor(clock: Clock, options: RegistrarOptions = {}) {
    this.#clock = clock;
    this.#limits = options.limits ?? REGISTER_LIMITS;
    this.#changed = options.changed ?? (() => {});
  }

  /** Processes a REGISTER of an authenticated device; the result is the response to send. */
  register(registrant: Registrant, message: RegisterMessage): RegisterResponse {
    const cseq = /^\s*(\d{1,10})\s/.exec(message.header('CSeq')[0] ?? '');
    if (cseq === null) return { status: 400, reason: 'Bad CSeq', headers: [] };
    const { domain, device } = registrant;
    const { bindings, response, changes } = registerStep(
      this.#domains.get(domain)?.get(device)?.bindings ?? [],
      {
        domain,
        device,
        maxContacts: registrant.maxContacts,
        callId: message.callId,
        cseq: Number(cseq[1]),
        contacts: message.header('Contact'),
        expires: message.header('Expires')[0] ?? null,
        flow: message.source,
        symmetric: /;\s*rport\s*(?:[;,=]|$)/i.test(message.header('Via')[0] ?? ''),
        userAgent: message.header('User-Agent')[0] ?? '',
        path: message.header('Path'),
        require: message.header('Require').flatMap((line) => line.split(',').map((tag) => tag.trim())),
      },
      this.#limits,
      this.#clock.now(),
    );
    if (changes.length > 0) {
      this.#set(domain, device, bindings);
      this.#changed(changes);
    }
    return response;
  }

  /** The live bindings of a device, best q first, then the latest; [] if it has none. */
  contactsOf(domain: string, device: string): readonly Binding[] {
    const registered = this.#domains.get(domain)?.get(device);
    if (registered === undefined) return [];
    const now = this.#clock.now();
    if (registered.earliest > now) return registered.bindings;
    return registered.bindings.filter((binding) => binding.expiresAt > now);
  }

  /**
   * Takes up bindings of an earlier run, without telling `changed`. Left out are those that have expired, and those that
   * came by a connection, which did not survive: its number may be another phone's now, and its own phone registers
   * again when it finds the connection closed. But one whose Contact is no address behind a NAT can be connected to.
   */
  load(bindings: Iterable<Binding>): void {
    const now = this.#clock.now();
    const devices = new Map<string, Binding[]>();
    for (const kept of bindings) {
      const flow = kept.expiresAt > now ? flowAfterRestart(kept) : null;
      if (flow === null) continue;
      const binding = flow === kept.flow ? kept : { ...kept, flow };
      const key = `${binding.device}@${binding.domain}`;
      const some = devices.get(key);
      if (some === undefined) devices.set(key, [binding]);
      else some.push(binding);
    }
    for (const some of devices.values()) {
      const [first] = some;
      if (first === undefined) continue;
      some.sort((a, b) => b.q - a.q || b.registeredAt - a.registeredAt);
      this.#set(first.domain, first.device, some);
    }
  }

  /** Every binding, for status and export; may hold some that expired this very moment. */
  *bindings(): Iterable<Binding> {
    for (const devices of this.#domains.values()) {
      for (const registered of devices.values()) yield* registered.bindings;
    }
  }

  /** How many devices have bindings. */
  get size(): number {
    let size = 0;
    for (const devices of this.#domains.values()) size += devices.size;
    return size;
  }

  /** Stops every timer; bindings stay, `contactsOf` still leaves out what has expired. */
  stop(): void {
    for (const devices of this.#domains.values()) {
      for (const registered of devices.values()) registered.timer.cancel();
    }
  }

  #set(domain: string, device: string, bindings: readonly Binding[]): void {
    const devices = this.#domains.get(domain) ?? new Map<string, Registered>();
    devices.get(device)?.timer.cancel();
    let earliest = Number.POSITIVE_INFINITY;
    for (const binding of bindings) earliest = Math.min(earliest, binding.expiresAt);
    if (bindings.length === 0) {
      devices.delete(device);
      if (devices.size === 0) this.#domains.delete(domain);
      return;
    }
    const delayMs = earliest - this.#clock.now();
    const timer = this.#clock.after(delayMs, () => this.#expire(domain, device));
    devices.set(device, { bindings, earliest, timer });
    this.#domains.set(domain, devices);
  }

  #expire(domain: string, device: string): void {
    const now = this.#clock.now();
    const bindings = this.#domains.get(domain)?.get(device)?.bindings ?? [];
    this.#set(
      domain,
      device,
      bindings.filter((binding) => binding.expiresAt > now),
    );
    const expired = bindings.filter((binding) => binding.expiresAt <= now);
    if (expired.length > 0) this.#changed(expired.map((binding) => ({ change: 'expired', binding })));
  }
}

/** Without the connection, to where the Contact points; null: nobody can be connected to there. */
function flowAfterRestart({ flow, uri }: Binding): string | null {
  if (!flow.includes('#')) return flow;
  const contact = parseContactUri(uri);
  if (contact === null || !flow.startsWith(`tcp/${contact.host}:`)) return null;
  return `tcp/${contact.host}:${contact.port ?? 5060}${flow.replace(/^[^@]*/, '')}`;
}

type Registered = {
  readonly bindings: readonly Binding[];
  /** When the first of them expires. */
  readonly earliest: EpochMs;
  readonly timer: Timer;
};
