import type { Domain, User } from '../../src/core/domain.js';
import {
  type AgentEntry,
  ENTRY_DEFAULTS,
  QUEUE_DEFAULTS,
  type QueueConfig,
} from '../../src/core/queue/queue-config.js';
import type { SavedAgent } from '../../src/core/queue/queue-effect.js';
import { office, user } from '../support/office.js';
import { OFFER, recordedSwitch } from '../support/recorded-switch.js';

export const SALES = '8801';
export const AGENTS = ['211', '212', '213'] as const;
export const MUSIC = { music: { id: 'acme.example calm', files: ['/calm.wav'], order: 'listed', messages: null } };

export function queue(over: Partial<QueueConfig> = {}): QueueConfig {
  return { ...QUEUE_DEFAULTS, extension: SALES, name: 'Sales', kind: 'roundRobin', ...over };
}

/** An office with callers 201 and 202, agents 211 to 213 of the queue Sales, and calm music. */
export function queueOffice(
  over: Partial<QueueConfig> = {},
  entry: Partial<AgentEntry> = {},
  rest: { readonly users?: readonly User[]; readonly domain?: Partial<Domain> } = {},
): Domain {
  const agents = AGENTS.map((agent, index) => {
    const reach = { type: 'device', device: agent } as const;
    return {
      agent,
      name: `User ${agent}`,
      entries: [{ ...ENTRY_DEFAULTS, queue: SALES, reach, order: index + 1, ...entry }],
    };
  });
  const mailbox = { maxMessageMs: 60_000, greeting: null };
  const users = [
    user('201'),
    user('202', { voicemail: mailbox }),
    ...AGENTS.map((agent) => user(agent)),
    ...(rest.users ?? []),
  ];
  const calm = { name: 'calm', files: ['/calm.wav'], order: 'listed', intro: null, messages: null } as const;
  return office(users, {
    acd: { queues: [queue(over)], agents, statuses: [] },
    music: { classes: new Map([['calm', calm]]), standard: 'calm' },
    ...rest.domain,
  });
}

/** As it was saved: online in Sales, idle since then. */
export function online(agent: string, idleSince: number): SavedAgent {
  return { agent, status: 'online', reason: null, since: 0, idleSince, queues: [SALES], wrapUp: null };
}

/** The exchange with these agents logged in, the first idle the longest. */
export async function stage(domain: Domain, agents: readonly string[] = AGENTS) {
  const x = await recordedSwitch(
    domain,
    [...domain.users.keys()],
    agents.map((agent, index) => online(agent, index)),
  );
  const { signalling, clock } = x;
  return {
    ...x,
    calls: (leg: string, from = '201', to = SALES) => signalling.invited(leg, from, to, OFFER),
    rings: (leg: string) => signalling.emit({ type: 'progressed', leg, status: 180, answer: null }),
    answers: (leg: string) => signalling.emit({ type: 'answered', leg, sdp: OFFER }),
    /** What was said to signalling since the last time. */
    said: () => signalling.said.splice(0),
    /** What happened in the queues, shortly. */
    log: () =>
      x.queueLog.map((row) =>
        [row.type, 'agent' in row ? row.agent : '', 'why' in row ? row.why : '', 'outcome' in row ? row.outcome : '']
          .filter((part) => part !== '')
          .join(' '),
      ),
    /** Ends the call and lets wrap-ups and rests pass. */
    clear: (...legs: string[]) => {
      for (const leg of legs) signalling.ended(leg, 200);
      clock.advance(700_000);
      return x.leaks();
    },
  };
}
