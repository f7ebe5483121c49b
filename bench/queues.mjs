// What queues cost: an event of the machine with 1,000 agents and 10,000 waiting callers, the memory of a waiting
// caller, and the work of the switch for a queued call beside a plain one (SIP and media are the same for both: the
// ports are stood in for). Run by itself: `npm run build && node --expose-gc bench/queues.mjs`.
import { SilentMedia } from '../dist/calltest/silent-media.js';
import { NO_OUTBOUND } from '../dist/core/dial-plan.js';
import { NO_MUSIC } from '../dist/core/hold-music.js';
import { startAcd, stepAcd } from '../dist/core/queue/acd-step.js';
import { ENTRY_DEFAULTS, QUEUE_DEFAULTS } from '../dist/core/queue/queue-config.js';
import { NO_LISTS } from '../dist/core/screening-list.js';
import { VirtualClock } from '../dist/machine/virtual-clock.js';
import { Switch } from '../dist/switch/switch.js';

const AGENTS = 1_000;
const CALLERS = 10_000;
const EVENTS = 100_000;
const CALLS = 20_000;
const LIMITS = { medianUs: 50, timesPlain: 1.5 };
const START_MS = Date.UTC(2026, 10, 24, 15, 0);
const KINDS = ['roundRobin', 'ringAll', 'linearHunt', 'linearCascade'];

let seed = 1;
const random = () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};
const pick = (n) => Math.floor(random() * n);
const micros = (ns) => (Number(ns) / 1000).toFixed(1);

/** Two queues that share the agents; all are logged in, and few are free, as where ten thousand wait. */
function acdConfig(kind, agents) {
  const queues = ['8801', '8802'].map((extension) => ({
    ...QUEUE_DEFAULTS,
    extension,
    name: extension,
    kind,
    agentRingMs: 20_000,
  }));
  return {
    queues,
    statuses: [],
    agents: agents.map((agent) => ({
      agent,
      name: agent,
      entries: queues.map(({ extension }, i) => ({
        ...ENTRY_DEFAULTS,
        ...{
          queue: extension,
          reach: { type: 'device', device: agent },
          order: 1 + (Number(agent) % 20),
          priority: i + 1,
        },
      })),
    })),
  };
}

function joined(call, queue) {
  const party = { name: `Caller ${call}`, number: `+1212555${call}` };
  return {
    type: 'callerJoined',
    call: `mwt1i7hd-${call}@192.0.2.1`,
    queue,
    party,
    dialled: queue,
    priority: 0,
    announce: null,
    since: null,
  };
}

/** The machine under a day's mixture of events, the line staying at ten thousand. */
function machine(kind) {
  const agents = Array.from({ length: AGENTS }, (_, i) => String(20_000 + i));
  let now = START_MS;
  const saved = agents.map((agent) => ({
    agent,
    status: 'online',
    reason: null,
    since: now,
    idleSince: now,
    queues: ['8801', '8802'],
    wrapUp: null,
  }));
  const [acd] = startAcd(acdConfig(kind, agents), saved, now);
  let calls = 0;
  const step = (event) => stepAcd(acd, event, now);
  const before = memory();
  const waiting = Array.from({ length: CALLERS }, () => joined(calls++, `880${1 + (calls % 2)}`));
  for (const event of waiting) step(event);
  const perCaller = (memory() - before) / CALLERS;
  for (const agent of agents)
    step({ type: 'agentReachable', agent, reach: { type: 'device', device: agent }, reachable: true });
  const took = [];
  for (let i = 0; i < EVENTS; i++) {
    now += 10;
    const event = next(acd, () => joined(calls++, `880${1 + pick(2)}`));
    const from = process.hrtime.bigint();
    step(event);
    took.push(process.hrtime.bigint() - from);
  }
  took.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const at = (share) => took[Math.floor(took.length * share)];
  return { waiting: acd.callers.size, median: at(0.5), p99: at(0.99), worst: took.at(-1), perCaller };
}

/** What comes next: who is rung answers or does not, who talks hangs up, callers give up and others come. */
function next(acd, comes) {
  const offer = any(acd.offers);
  const talk = any(acd.talks);
  const kind = pick(10);
  if (acd.callers.size < CALLERS) return comes();
  if (kind < 4 && offer !== null) return { type: 'offerAnswered', offer: offer.id };
  if (kind < 5 && offer !== null) return { type: 'offerRinging', offer: offer.id };
  if (kind < 6 && offer !== null) return { type: 'timer', timer: `ring ${offer.id}` };
  if (kind < 9 && talk !== null) return { type: 'talkEnded', offer: talk.id };
  return { type: 'callerLeft', call: any(acd.callers).call };
}

/** One of the first fifty, since a Map has no middle. */
function any(map) {
  let left = pick(Math.min(50, map.size));
  for (const value of map.values()) if (left-- === 0) return value;
  return null;
}

function memory() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

const sdp = (port) =>
  `v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n`;

/** Signalling in which every phone that is called rings and answers at once; of the rest it makes nothing. */
class WillingPhones {
  #onEvent = () => {};
  async start({ onEvent }) {
    this.#onEvent = onEvent;
  }
  async stop() {}
  emit(event) {
    this.#onEvent(event);
  }
  invite(leg) {
    this.emit({ type: 'progressed', leg, status: 180, answer: null });
    this.emit({ type: 'answered', leg, sdp: sdp(5000) });
  }
  hangUp(leg) {
    this.emit({ type: 'ended', leg, by: 'local', status: 200, reasons: [], contacts: [] });
  }
  progress() {}
  answer() {}
  refuse() {}
  modify() {}
  inform() {}
  notify() {}
  respond() {}
}

function domain() {
  const agents = Array.from({ length: 200 }, (_, i) => String(3000 + i));
  const own = {
    timeZone: null,
    ringMs: 25_000,
    maxCalls: null,
    voicemail: null,
    lists: NO_LISTS,
    mayCall: null,
    callerId: null,
  };
  const rule = {
    ...{
      name: 'default',
      frame: null,
      enabled: true,
      dnd: false,
      screen: false,
      always: null,
      offline: null,
      active: null,
    },
    ...{ ring: { own: 'all', also: [] }, next: null, busy: null, unanswered: null },
  };
  const users = ['2000', ...agents].map((extension) => [
    extension,
    {
      ...own,
      ...{ extension, name: extension, devices: [{ id: extension, password: 'x', maxContacts: 5 }] },
      ...{ music: null, dnd: false, forward: null, rules: [rule] },
    },
  ]);
  return {
    ...{
      name: 'bench.test',
      aliases: [],
      timeZone: 'UTC',
      country: 'US',
      timeFrames: new Map(),
      users: new Map(users),
    },
    ...{ services: new Map(), features: new Map(), lists: NO_LISTS, numbers: new Map(), trunks: new Map() },
    ...{ outbound: NO_OUTBOUND, acd: acdConfig('roundRobin', agents), park: null, music: NO_MUSIC },
  };
}

/** µs of the switch for a call to `to`, from INVITE to the record, of many in a row. */
async function switched(to) {
  const clock = new VirtualClock(START_MS);
  const signalling = new WillingPhones();
  const office = domain();
  let records = 0;
  const exchange = new Switch({
    signalling,
    clock,
    media: new SilentMedia(clock),
    domainOf: () => office,
    domains: () => [office],
    contactsOf: () => (device) => [{ uri: `sip:${device}@192.0.2.7`, flow: null }],
    isAnswerable: () => true,
    admit: () => ({ verdict: 'ignore' }),
    onRequest: () => {},
    switchFeature: () => 'refused',
    prompts: 'prompts/en',
    queues: {
      agents: () =>
        office.acd.agents.map(({ agent }) => ({
          agent,
          status: 'online',
          reason: null,
          since: 0,
          idleSince: 0,
          queues: ['8801'],
          wrapUp: null,
        })),
      saveAgent: () => {},
      queueEvent: () => {},
      parkEvent: () => {},
      notice: () => {},
    },
    voicemail: { newRecording: () => '', deposit: () => {}, discard: () => {} },
    saveCall: () => records++,
    onDefect: (error) => {
      throw error;
    },
  });
  await exchange.start();
  let made = 0;
  const call = () => {
    const leg = `call-${made++}`;
    const caller = { name: '', user: '2000', host: 'bench.test' };
    signalling.emit({
      ...{
        type: 'invited',
        leg,
        requestUri: `sip:${to}@bench.test`,
        from: caller,
        to: { ...caller, user: to },
        callId: leg,
      },
      ...{
        identity: '2000@bench.test',
        source: 'udp/192.0.2.1:5060',
        maxForwards: 70,
        offer: sdp(4000),
        header: () => [],
      },
    });
    clock.advance(10);
    signalling.emit({ type: 'ended', leg, by: 'remote', status: 200, reasons: [], contacts: [] });
    clock.advance(10);
  };
  for (let i = 0; i < CALLS / 4; i++) call();
  const from = process.cpuUsage();
  for (let i = 0; i < CALLS; i++) call();
  const { user, system } = process.cpuUsage(from);
  if (records !== made) throw new Error(`${made} calls, ${records} records`);
  return (user + system) / CALLS;
}

console.log(`# The machine: ${AGENTS} agents in two queues, ${CALLERS} callers waiting, ${EVENTS} events\n`);
let slowest = 0n;
for (const kind of KINDS) {
  const { waiting, median, p99, worst, perCaller } = machine(kind);
  if (median > slowest) slowest = median;
  const kb = globalThis.gc === undefined ? '' : `, ${(perCaller / 1024).toFixed(2)} kB per waiting caller`;
  console.log(
    `${kind}: median ${micros(median)} µs, p99 ${micros(p99)} µs, worst ${micros(worst)} µs, ${waiting} waiting${kb}`,
  );
}
const rounds = [];
for (let round = 0; round < 3; round++) rounds.push({ plain: await switched('3000'), queued: await switched('8801') });
const best = (name) => Math.min(...rounds.map((round) => round[name]));
const times = best('queued') / best('plain');
console.log(`\n# The switch alone, from INVITE to the record, ${CALLS} calls, best of three\n`);
console.log(
  `plain call ${best('plain').toFixed(1)} µs, queued call ${best('queued').toFixed(1)} µs: ${times.toFixed(2)} times`,
);
const fails = Number(slowest) / 1000 > LIMITS.medianUs;
if (fails) console.error(`an event takes more than ${LIMITS.medianUs} µs`);
process.exitCode = fails ? 1 : 0;
