import type { Acd, Agent, Caller, Queue } from '../../../src/core/queue/acd.js';
import { isOnline } from '../../../src/core/queue/acd.js';
import { verdictOf } from '../../../src/core/queue/availability.js';

/** What is wrong with the machine after a step; none: all invariants hold. `timers`: those that run. */
export function faultsOf(acd: Acd, timers: ReadonlySet<string>, now: number): string[] {
  const faults: string[] = [];
  const check = (holds: boolean, what: string): void => {
    if (!holds) faults.push(what);
  };
  for (const agent of acd.agents.values()) checkAgent(acd, agent, timers, check);
  for (const offer of acd.offers.values()) {
    const { caller, agent, id } = offer;
    check(agent.offer === offer || !acd.agents.has(agent.id), `offer ${id} is not its agent's`);
    check(caller.offers.includes(offer), `offer ${id} is not its caller's`);
    check(acd.callers.get(caller.call) === caller, `offer ${id} is of a caller who is gone`);
    check(endsByItself(offer.caller, id, timers), `offer ${id} may never end`);
  }
  for (const queue of acd.queues.values()) checkQueue(acd, queue, timers, now, check);
  for (const talk of acd.talks.values()) {
    check(talk.agent.talks.includes(talk), `talk ${talk.id} is not its agent's`);
    check((talk.connectedAt === null) === (talk.caller.talk === talk), `talk ${talk.id} and its caller disagree`);
  }
  check(acd.unsettled.size === 0, 'something is left unsettled');
  return faults;
}

type Check = (holds: boolean, what: string) => void;

function checkAgent(acd: Acd, agent: Agent, timers: ReadonlySet<string>, check: Check): void {
  const { id, offer, talks, wrapUp, rest } = agent;
  const offers = [...acd.offers.values()].filter((some) => some.agent === agent);
  check(offers.length <= 1, `${id} is offered ${offers.length} callers`);
  check(offer === null || acd.offers.get(offer.id) === offer, `${id} has an offer that is over`);
  check(
    talks.every((talk) => acd.talks.get(talk.id) === talk),
    `${id} has a talk that is over`,
  );
  check(wrapUp === null || timers.has(`wrap ${id}`), `the wrap-up of ${id} never ends`);
  check(rest === null || timers.has(`rest ${id}`), `the rest of ${id} never ends`);
  const anywhere = agent.memberships.some((membership) => membership.loggedIn);
  check(
    agent.memberships.length === 0 || anywhere || agent.status === 'offline',
    `${id} is ${agent.status} in no queue`,
  );
}

function endsByItself({ queue, call }: Caller, offer: number, timers: ReadonlySet<string>): boolean {
  const clocks = [
    `ring ${offer}`,
    `confirm ${offer}`,
    `wave ${queue.config.extension}`,
    `queue ${call}`,
    `cap ${call}`,
  ];
  return clocks.some((timer) => timers.has(timer));
}

function checkQueue(acd: Acd, queue: Queue, timers: ReadonlySet<string>, now: number, check: Check): void {
  const { config, line, ready, eligible, wave, members, roster } = queue;
  const name = config.extension;
  const free = members.filter((membership) => verdictOf(membership) === 'eligible');
  check(free.length === eligible.length && free.every((some) => eligible.includes(some)), `${name}: eligible is stale`);
  check(
    members.every(
      (some, index) => roster.verdicts[index] === verdictOf(some) && roster.agents[index] === some.agent.id,
    ),
    `${name}: roster is stale`,
  );
  check(members.filter((some) => isOnline(verdictOf(some))).length === queue.online, `${name}: online is stale`);
  checkOrder(queue, check);
  for (const caller of line) {
    const { call, offers, talk, introducing, paused, overdue } = caller;
    check(acd.callers.get(call) === caller, `${call} is in line and not known`);
    check(caller.ready === ready.includes(caller), `${call}: ready is stale`);
    check(caller.cascading === queue.cascading.includes(caller), `${call}: cascading is stale`);
    const busy = offers.length > 0 || talk !== null || introducing || paused;
    check(caller.ready !== busy, `${call} is ${busy ? 'ready though busy' : 'forgotten'}`);
    check(overdue === null || offers.length > 0 || talk !== null, `${call} is overdue and stays`);
    check(config.maxWaitMs === 0 || overdue !== null || timers.has(`cap ${call}`), `${call} may wait for ever`);
    check(new Set(offers.map((offer) => offer.agent)).size === offers.length, `${call} rings an agent twice`);
    if (config.kind === 'roundRobin' || config.kind === 'linearHunt')
      check(offers.length <= 1, `${call} rings several agents`);
  }
  check(wave === null || wave.caller.offers.length > 0, `${name}: a wave without a ring`);
  check(wave === null || wave.closing || timers.has(`wave ${name}`), `${name}: a wave without end`);
  check(!queue.paused || timers.has(`rest-wave ${name}`), `${name}: a pause without end`);
  const serves = config.kind !== 'ringAll' || (!queue.paused && (wave === null || takesMore(queue)));
  const waits = config.kind === 'ringAll' && wave !== null ? 1 : ready.length;
  check(!(serves && waits > 0 && free.length > 0), `${name}: a caller waits while ${free[0]?.agent.id} is idle`);
  const elapsed = line.reduce((sum, caller) => sum + now - caller.enteredAt, 0);
  const { enteredSum, origin } = queue.history;
  check(Math.abs(line.length * (now - origin) - enteredSum - elapsed) < 1, `${name}: the sum of waits is wrong`);
}

function takesMore({ wave }: Queue): boolean {
  return wave !== null && !wave.closing && wave.caller.overdue === null;
}

function checkOrder({ config, line, ready, cascading, eligible }: Queue, check: Check): void {
  for (const list of [line, ready, cascading]) {
    const sorted = list.toSorted((a, b) => b.priority - a.priority || a.since - b.since || a.arrival - b.arrival);
    check(
      sorted.every((caller, index) => caller === list[index]),
      `${config.extension}: callers out of order`,
    );
  }
  const preferred = eligible.toSorted(
    (a, b) =>
      (config.kind === 'roundRobin' ? a.agent.idleSince - b.agent.idleSince : 0) ||
      a.entry.order - b.entry.order ||
      (a.agent.id < b.agent.id ? -1 : 1),
  );
  check(
    preferred.every((membership, index) => membership === eligible[index]),
    `${config.extension}: agents out of order`,
  );
}

/** By queue: the callers who wanted an agent before a step, in order. */
export type Served = ReadonlyMap<Queue, readonly Caller[]>;

export function servedBefore(acd: Acd): Served {
  return new Map([...acd.queues.values()].map((queue) => [queue, [...queue.ready]] as const));
}

/** Order of service: whoever was given an agent in this step came before everybody who still waits for one. */
export function orderFaults(acd: Acd, before: Served): string[] {
  const faults: string[] = [];
  for (const [queue, waited] of before) {
    const last = waited.findLastIndex(
      (caller) => caller.offers.some((offer) => !offer.pickUp) && acd.callers.has(caller.call),
    );
    const passed = waited.slice(0, Math.max(0, last)).find((caller) => queue.ready.includes(caller));
    if (passed !== undefined && comesBefore(passed, waited[last]))
      faults.push(`${queue.config.extension}: ${passed.call} was passed over for ${waited[last]?.call}`);
  }
  return faults;
}

function comesBefore(a: Caller, b: Caller | undefined): boolean {
  return b !== undefined && (b.priority - a.priority || a.since - b.since || a.arrival - b.arrival) < 0;
}
