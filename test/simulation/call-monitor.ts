import type { SimulatedExchange } from '../../src/calltest/exchange.js';

/** Of `Switch.snapshot()`, what is looked at here. */
type CallView = {
  readonly id: string;
  readonly phase: string;
  readonly legs: readonly { readonly direction: string; readonly state: string; readonly ending?: string }[];
};

/** Twice 64*T1, for a CANCEL or BYE to a phone that does not answer, and some for the network. */
const LINGER_MS = 2 * 32_000 + 6_000;

/** Watches the calls of the exchange from inside: at most one winner per ring (D-15, D-20), and no leg outlives its call. */
export class CallMonitor {
  /** Ids of the calls that a phone has taken. */
  readonly won = new Set<string>();
  readonly #exchange: SimulatedExchange;
  readonly #endedSince = new Map<string, number>();

  constructor(exchange: SimulatedExchange) {
    this.#exchange = exchange;
  }

  /** The breaches to be seen now. */
  look(now: number): string[] {
    const calls = this.#exchange.switch.snapshot() as readonly CallView[];
    return calls.flatMap((call) => [...this.#winners(call), ...this.#outlived(call, now)]);
  }

  #winners(call: CallView): string[] {
    const { length } = call.legs.filter(
      ({ direction, state, ending }) => direction === 'outbound' && state === 'answered' && ending === undefined,
    );
    if (length > 0) this.won.add(call.id);
    return length > 1 ? [`${length} winners: ${JSON.stringify(call)}`] : [];
  }

  #outlived(call: CallView, now: number): string[] {
    if (call.phase !== 'ended') return [];
    const since = this.#endedSince.get(call.id) ?? now;
    this.#endedSince.set(call.id, since);
    return now - since > LINGER_MS ? [`a leg outlives its call: ${JSON.stringify(call)}`] : [];
  }
}
