import type { SimulatedExchange } from '../../src/calltest/exchange.js';
import type { QueueLogRow } from '../../src/core/queue/queue-log.js';
import type { LinesSnapshot } from '../../src/switch/live-queues.js';
import { DOMAIN } from './random-office.js';

/** Of `Switch.snapshot()`, what is looked at here. */
type CallView = {
  readonly record: string;
  readonly phase: string;
  readonly talk: number | null;
  readonly offers: readonly { readonly id: number; readonly state: string }[];
};

/** Watches that queues and calls agree with each other, and that nobody is forgotten. */
export class QueueMonitor {
  readonly #exchange: SimulatedExchange;
  #seen = -1;

  constructor(exchange: SimulatedExchange) {
    this.#exchange = exchange;
  }

  /** True once after anything has happened in the queues. */
  get isNews(): boolean {
    const { length } = this.#exchange.queueLog;
    const isNews = length !== this.#seen;
    this.#seen = length;
    return isNews;
  }

  /** The breaches to be seen now. */
  look(): string[] {
    const lines = this.#exchange.switch.queues(DOMAIN);
    if (lines === null) return ['there are no queues'];
    const calls = new Map((this.#exchange.switch.snapshot() as readonly CallView[]).map((call) => [call.record, call]));
    return [...this.#offers(lines, calls), ...this.#agents(lines, calls), ...this.#calls(lines, calls), ...idle(lines)];
  }

  /** Every caller in line is a call that waits, and rings for exactly the offers that the queue has made. */
  #offers({ queues }: LinesSnapshot, calls: ReadonlyMap<string, CallView>): string[] {
    return queues.flatMap(({ extension, callers }) =>
      callers.flatMap(({ call, offers }) => {
        const view = calls.get(call);
        if (view?.phase !== 'waiting') return [`${call} is in line of ${extension} and ${view?.phase ?? 'gone'}`];
        const ringing = view.offers.filter(({ state }) => state !== 'accepted').map(({ id }) => id);
        const made = offers.map(({ offer }) => offer);
        return ringing.sort().join() === made.sort().join()
          ? []
          : [`${call} rings ${ringing}, and was offered ${made}`];
      }),
    );
  }

  /** Nobody is offered two callers; who is on a queue call has a call that knows it; his other calls are counted. */
  #agents({ queues, agents }: LinesSnapshot, calls: ReadonlyMap<string, CallView>): string[] {
    const offered = queues.flatMap(({ callers }) => callers.flatMap(({ offers }) => offers.map(({ agent }) => agent)));
    return agents.flatMap(({ agent, talks, otherCalls, activity }) => [
      ...(offered.filter((id) => id === agent).length > 1 ? [`${agent} is offered two callers`] : []),
      ...(talks.length > 0 && activity !== 'onQueueCall' ? [`${agent} talks and is ${activity}`] : []),
      ...talks.flatMap((call) => (calls.has(call) ? [] : [`${agent} talks in ${call}, which is gone`])),
      ...(otherCalls < 0 ? [`${agent} has ${otherCalls} other calls`] : []),
    ]);
  }

  /** Every call that waits is in a line or a slot. */
  #calls({ queues, parked }: LinesSnapshot, calls: ReadonlyMap<string, CallView>): string[] {
    const known = new Set([...queues.flatMap(({ callers }) => callers), ...parked].map(({ call }) => call));
    return [...calls.values()].flatMap((call) =>
      call.phase === 'waiting' && !known.has(call.record) ? [`nobody knows that ${call.record} waits`] : [],
    );
  }
}

/** No caller waits while an agent is free; waves and cascades have pauses, which the machine's own test knows. */
function idle({ queues, agents }: LinesSnapshot): string[] {
  return queues.flatMap(({ extension, kind, callers }) => {
    if (kind === 'ringAll' || kind === 'linearCascade') return [];
    const waits = callers.find(({ state }) => state === 'waiting');
    const free = agents.find(({ queues: of }) =>
      of.some(({ queue, verdict }) => queue === extension && verdict === 'eligible'),
    );
    return waits === undefined || free === undefined
      ? []
      : [`${waits.call} waits in ${extension} while ${free.agent} is idle`];
  });
}

/** What the record leaves open when everything is over: every offer and every talk has an end, every caller one. */
export function unfinished(log: readonly QueueLogRow[]): string[] {
  const open = new Map<string, number>();
  const count = (what: string, by: number): void => void open.set(what, (open.get(what) ?? 0) + by);
  for (const row of log) {
    if (row.type === 'entered') count(`caller ${row.call} in ${row.queue}`, 1);
    else if (row.type === 'offered') for (const agent of row.agents) count(`offer of ${row.call} to ${agent}`, 1);
    else if (row.type === 'offerEnded') count(`offer of ${row.call} to ${row.agent}`, -1);
    else if (row.type === 'left') count(`caller ${row.call} in ${row.queue}`, -1);
    else if (row.type === 'connected') {
      count(`caller ${row.call} in ${row.queue}`, -1);
      count(`talk of ${row.call} with ${row.agent}`, 1);
    } else if (row.type === 'talkEnded') count(`talk of ${row.call} with ${row.agent}`, -1);
  }
  return [...open].flatMap(([what, times]) => (times === 0 ? [] : [`${what}: ${times} without an end`]));
}
