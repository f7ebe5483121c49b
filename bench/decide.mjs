// How long one routing decision takes, in a domain of 10,000 users with 10 rules each and 1,000 time frames, and with
// 100 such domains' worth of other snapshots alive. Run by itself: `npm run build && node bench/decide.mjs`.
import { NO_OUTBOUND } from '../dist/core/dial-plan.js';
import { decide } from '../dist/core/route.js';
import { NO_LISTS } from '../dist/core/screening-list.js';

const USERS = 10_000;
const RULES = 10;
const FRAMES = 1_000;
const DECISIONS = 200_000;
const LIMITS_US = { median: 10, p99: 50 };
const NOW = Date.UTC(2026, 10, 24, 15, 30);

let seed = 1;
const random = () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};
const pick = (n) => Math.floor(random() * n);

function frame(name) {
  const base = { name, timeZone: 'inherit', owner: null };
  const day = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  const start = pick(1300);
  const range = { start, end: start + 60 };
  if (pick(3) === 0) {
    const date = `2026-${String(1 + pick(12)).padStart(2, '0')}-${String(1 + pick(28)).padStart(2, '0')}`;
    return { ...base, kind: 'dates', intervals: [{ from: `${date}T09:00`, to: `${date}T17:00` }], recurrence: null };
  }
  return { ...base, kind: 'week', days: { [day[pick(7)]]: [range], [day[pick(7)]]: [range] }, recurrence: null };
}

function ruleOf(name, frameName) {
  return {
    name,
    frame: frameName,
    enabled: true,
    dnd: false,
    screen: false,
    always: null,
    offline: null,
    active: null,
    ring: { own: 'all', also: [] },
    next: null,
    busy: null,
    unanswered: { to: 'voicemail', extension: '10000' },
  };
}

function domain(name, users) {
  const timeFrames = new Map(Array.from({ length: FRAMES }, (_, i) => [`f${i}`, frame(`f${i}`)]));
  const list = Array.from({ length: users }, (_, i) => {
    const extension = String(10_000 + i);
    const rules = Array.from({ length: RULES - 1 }, (_, r) =>
      ruleOf(`f${(i * 7 + r * 13) % FRAMES}`, `f${(i * 7 + r * 13) % FRAMES}`),
    );
    return {
      extension,
      name: `User ${extension}`,
      timeZone: null,
      devices: [{ id: extension, password: '', maxContacts: 5 }],
      ringMs: 25_000,
      maxCalls: null,
      voicemail: { maxMessageMs: 60_000, greeting: null },
      lists: NO_LISTS,
      mayCall: null,
      callerId: null,
      dnd: false,
      forward: null,
      timeFrames: new Map(),
      rules: [...rules, ruleOf('default', null)],
    };
  });
  return {
    name,
    aliases: [],
    timeZone: 'America/New_York',
    country: 'US',
    timeFrames,
    users: new Map(list.map((user) => [user.extension, user])),
    services: new Map(),
    features: new Map(),
    lists: NO_LISTS,
    numbers: new Map(),
    trunks: new Map(),
    outbound: NO_OUTBOUND,
  };
}

const contact = [{ uri: 'sip:phone@192.0.2.7', flow: 'udp/192.0.2.7:5060' }];
const world = { contactsOf: () => contact, callsOf: () => 0, isDown: () => false };
const caller = { device: '10001', number: '10001', name: 'A', anonymous: false };

/** Microseconds per decision, sorted. Every decision asks for another user at another minute. */
function measure(one, count) {
  const took = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const to = { to: 'extension', extension: String(10_000 + pick(USERS)) };
    const at = NOW + pick(7 * 1440) * 60_000;
    const began = process.hrtime.bigint();
    decide(one, world, { to, caller, by: null, screened: false }, at);
    took[i] = Number(process.hrtime.bigint() - began) / 1000;
  }
  return took.sort();
}

function figures(name, took) {
  const median = took[took.length >> 1];
  const p99 = took[Math.floor(took.length * 0.99)];
  console.log(`${name}: median ${median.toFixed(1)} µs, p99 ${p99.toFixed(1)} µs`);
  return { median, p99 };
}

const big = domain('big.example', USERS);
measure(big, DECISIONS / 4);
const alone = figures('one domain of 10,000 users', measure(big, DECISIONS));
const others = Array.from({ length: 100 }, (_, i) => domain(`d${i}.example`, 100));
for (const other of others)
  decide(other, world, { to: { to: 'extension', extension: '10000' }, caller, by: null, screened: false }, NOW);
const among = figures(`the same among ${others.length + 1} domains`, measure(big, DECISIONS));
const slow = [alone, among].some(({ median, p99 }) => median > LIMITS_US.median || p99 > LIMITS_US.p99);
process.exit(slow ? 1 : 0);
