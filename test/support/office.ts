import type { Caller } from '../../src/core/caller.js';
import { NO_OUTBOUND } from '../../src/core/dial-plan.js';
import {
  type AnsweringRule,
  type Device,
  type Domain,
  NO_FRAMES,
  type Service,
  type User,
} from '../../src/core/domain.js';
import { NO_MUSIC } from '../../src/core/hold-music.js';
import { NO_QUEUES } from '../../src/core/queue/queue-config.js';
import { NO_GOALS } from '../../src/core/queue-report.js';
import { NO_LISTS } from '../../src/core/screening-list.js';

const device = (id: string): Device => ({ id, password: `secret-${id}`, maxContacts: 5 });

export function rule(over: Partial<AnsweringRule> = {}): AnsweringRule {
  return {
    name: 'default',
    frame: null,
    enabled: true,
    dnd: false,
    screen: false,
    always: null,
    offline: null,
    active: null,
    ring: { own: 'all', also: [] },
    next: null,
    busy: null,
    unanswered: null,
    ...over,
  };
}

export function user(extension: string, over: Partial<User> = {}): User {
  return {
    extension,
    name: `User ${extension}`,
    timeZone: null,
    devices: [device(extension)],
    ringMs: 25_000,
    maxCalls: null,
    voicemail: null,
    lists: NO_LISTS,
    mayCall: null,
    callerId: null,
    music: null,
    dnd: false,
    forward: null,
    timeFrames: NO_FRAMES,
    rules: [rule()],
    ...over,
  };
}

/** A user's devices, the main one first. */
export function devices(...ids: string[]): Device[] {
  return ids.map(device);
}

export function office(users: readonly User[], over: Partial<Domain> = {}): Domain {
  return {
    name: 'acme.example',
    aliases: [],
    timeZone: 'America/New_York',
    country: 'US',
    timeFrames: new Map(),
    users: new Map(users.map((u) => [u.extension, u])),
    services: new Map<string, Service>([
      ['*43', 'echo'],
      ['*44', 'milliwatt'],
      ['*60', 'clock'],
    ]),
    features: new Map(),
    lists: NO_LISTS,
    numbers: new Map(),
    trunks: new Map(),
    outbound: NO_OUTBOUND,
    acd: NO_QUEUES,
    park: null,
    music: NO_MUSIC,
    goals: NO_GOALS,
    ...over,
  };
}

/** A phone of ours that calls. */
export function phoneOf(device: string, extension = device): Caller {
  return { device, number: extension, name: `User ${extension}`, anonymous: false };
}

/** Somebody outside. */
export function outsider(number: string | null, name = ''): Caller {
  return { device: null, number, name, anonymous: number === null };
}
