import type { AnsweringRule, Device, Domain, Service, User } from '../../src/core/domain.js';

const device = (id: string): Device => ({ id, password: `secret-${id}`, maxContacts: 5 });

export function rule(over: Partial<AnsweringRule> = {}): AnsweringRule {
  return {
    name: 'default',
    frame: null,
    enabled: true,
    always: null,
    ring: { own: 'all', also: [] },
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
    voicemail: null,
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
    ...over,
  };
}
