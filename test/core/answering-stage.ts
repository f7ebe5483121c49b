import type { Caller } from '../../src/core/caller.js';
import type { AnsweringRule, Destination, Domain, User } from '../../src/core/domain.js';
import { describePlan, nameOf, type Plan } from '../../src/core/plan.js';
import { tell } from '../../src/core/reason.js';
import { decide } from '../../src/core/route.js';
import { NO_LISTS, type ScreeningLists } from '../../src/core/screening-list.js';
import type { TimeFrame } from '../../src/core/time-frame.js';
import { devices, office, outsider, phoneOf, rule, user } from '../support/office.js';

export const NOON = Date.parse('2026-11-24T17:00:00Z'); // Tuesday, 12:00 in New York
export const EVENING = Date.parse('2026-11-24T23:30:00Z');
export const mailbox = { maxMessageMs: 60_000, greeting: null };
export const MOBILE = '+12125550123';
export const mobile = (confirm = true): Destination => ({ to: 'number', number: MOBILE, confirm });
export const ext = (extension: string): Destination => ({ to: 'extension', extension });
export const device = (id: string): Destination => ({ to: 'device', device: id });
export const box = (extension: string): Destination => ({ to: 'voicemail', extension });

export const hours: TimeFrame = {
  name: 'Hours',
  timeZone: 'inherit',
  owner: null,
  kind: 'week',
  days: { tue: [{ start: 9 * 60, end: 17 * 60 }] },
  recurrence: null,
};
export const always: TimeFrame = { name: 'Always', timeZone: 'inherit', owner: null, kind: 'always' };

export type Setting = {
  readonly rules?: readonly Partial<AnsweringRule>[];
  readonly user?: Partial<User>;
  readonly domain?: Partial<Domain>;
  /** One user more. */
  readonly colleague?: User;
  readonly registered?: readonly string[];
  /** Trunks that do not answer. */
  readonly down?: readonly string[];
  readonly calls?: Readonly<Record<string, number>>;
  readonly caller?: Caller;
  readonly screened?: boolean;
  readonly at?: number;
};

/** One trunk by which everybody may call anywhere. */
export function withTrunk(users: readonly User[], over: Partial<Domain> = {}): Domain {
  const trunk = {
    name: 'carrier',
    enabled: true,
    host: 'sip.carrier.example',
    port: null,
    transport: null,
    username: null,
    password: null,
    registerMs: null,
    qualifyMs: null,
    sources: [],
    format: 'e164',
    passesCaller: false,
    tells: [],
  } as const;
  return office(users, {
    timeFrames: new Map([hours, always].map((frame) => [frame.name, frame])),
    trunks: new Map([['carrier', trunk]]),
    outbound: {
      emergency: { numbers: new Set(['911']), trunks: [] },
      prefix: '',
      routes: [{ match: '+*', class: 'any', trunks: ['carrier'] }],
      mayCall: null,
      callerId: null,
    },
    ...over,
  });
}

export function decided(setting: Setting) {
  const callee = user('202', {
    devices: devices('202', '202wp'),
    rules: (setting.rules ?? [{}]).map((over) => rule({ ring: { own: 'main', also: [] }, ...over })),
    ...setting.user,
  });
  const others = [user('203', { voicemail: mailbox }), user('204'), ...(setting.colleague ? [setting.colleague] : [])];
  const domain = withTrunk([user('201'), callee, ...others], setting.domain);
  const registered = setting.registered ?? ['201', '202', '202wp', '203', '204', '205'];
  const world = {
    contactsOf: (id: string) => (registered.includes(id) ? [{ uri: `sip:${id}@192.0.2.7`, flow: null }] : []),
    callsOf: (extension: string) => setting.calls?.[extension] ?? 0,
    isDown: (trunk: string) => setting.down?.includes(trunk) === true,
  };
  const caller = setting.caller ?? phoneOf('201');
  const inquiry = { to: ext('202'), caller, by: null, screened: setting.screened ?? false };
  const decision = decide(domain, world, inquiry, setting.at ?? NOON);
  return { ...decision, reasons: decision.because.map((reason) => tell(reason, domain)) };
}

/** A plan with everything that follows, on one line. */
export function inWords(plan: Plan): string {
  switch (plan.do) {
    case 'ring': {
      const targets = plan.targets.map(
        (t) =>
          `${nameOf(t)}${t.delayMs > 0 ? `+${t.delayMs / 1000}s` : ''}${t.confirm === null ? '' : ` (${t.confirm})`}`,
      );
      const exits = [
        ...(plan.busy === null ? [] : [`busy: ${inWords(plan.busy)}`]),
        ...(plan.offline === null ? [] : [`dead: ${inWords(plan.offline)}`]),
        inWords(plan.unanswered),
      ];
      return `ring ${targets.join(' ')} for ${plan.ringMs / 1000}s; ${exits.join('; ')}`;
    }
    case 'screen':
      return `screen; ${inWords(plan.then)}`;
    case 'route':
      return `route ${describePlan(plan)}${plan.screened ? ' screened' : ''}, else ${inWords(plan.otherwise)}`;
    case 'queue':
    case 'retrieve':
    case 'regret':
    case 'voicemail':
    case 'serve':
    case 'switch':
    case 'reject':
      return `${plan.do === 'reject' ? 'reject ' : ''}${describePlan(plan)}`;
  }
}

export const lists = (over: Partial<ScreeningLists>): ScreeningLists => ({ ...NO_LISTS, ...over });
export const of = (...numbers: string[]) => ({ exact: new Set(numbers), prefixes: [] });
export const VIP = '+12125550100';
export const PEST = '+12125550666';
export const from = (number: string | null, name = '') => outsider(number, name);
export const allowing = { lists: lists({ allowed: of(VIP) }) };
export const blocking = { lists: lists({ blocked: of(PEST) }) };
export const none = { user: { voicemail: null } };
export const withBox = { user: { voicemail: mailbox } };

export type Row = readonly [name: string, setting: Setting, plan: string];
