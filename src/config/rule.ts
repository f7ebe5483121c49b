import type { AnsweringRule, Destination, RingSet } from '../core/domain.js';
import { toE164 } from '../core/phone-number.js';
import type { DestinationFile } from './destination-file.js';
import type { RingFile, RuleFile } from './domain-file.js';
import { domainDefaults } from './domain-file.js';
import { durationMs, durationText } from './duration.js';
import { didYouMean } from './problem.js';
import { fail, type Scope, warn } from './scope.js';

/** Of whom the rules are. */
export type RuleOwner = {
  readonly extension: string;
  readonly deviceIds: readonly string[];
  readonly ringMs: number;
  /** In which numbers without a country code are read. */
  readonly country: string;
};

/** D-1: what holds for a user whose rules are silent: the main device rings, then voicemail if enabled. */
export const implicitDefault: AnsweringRule = {
  name: 'default',
  frame: null,
  enabled: true,
  dnd: false,
  screen: false,
  always: null,
  offline: null,
  active: null,
  ring: { own: 'main', also: [] },
  next: null,
  busy: null,
  unanswered: null,
};

/** A user's rules in order; the Default rule ends them, written or implied. */
export function compileRules(written: readonly RuleFile[], owner: RuleOwner, scope: Scope): AnsweringRule[] {
  checkOrder(written, owner.extension, scope);
  const rules = written.map((rule) => compileRule(rule, owner, scope));
  return written.some(({ when }) => when === 'default') ? rules : [...rules, implicitDefault];
}

/** What the rules of an extension say of when they hold. */
export function checkOrder(written: readonly Selected[], extension: string, scope: Scope): void {
  const met = new Set<string>();
  written.forEach((rule, index) => {
    checkWhen(rule, met, extension, scope);
    if (rule.when === 'default' && index < written.length - 1) {
      fail(scope, rule, 'when', 'the default rule must be the last, because no rule below it is ever asked');
    }
    met.add(rule.when);
  });
}

type Selected = Pick<RuleFile, 'when' | 'enabled'>;

function checkWhen(rule: Selected, met: ReadonlySet<string>, extension: string, scope: Scope): void {
  const { when } = rule;
  const name = JSON.stringify(when);
  const { frames, privateFrames } = scope.names;
  if (when !== 'default' && !frames.has(when) && privateFrames.get(extension)?.has(when) !== true) {
    const own = privateFrames.get(extension) ?? [];
    const [owner] = [...privateFrames].find(([, names]) => names.has(when)) ?? [];
    const hint =
      owner === undefined ? didYouMean(when, [...frames.keys(), ...own, 'default']) : `; that of ${owner} is private`;
    fail(scope, rule, 'when', `there is no time frame ${name}; expected one of timeFrames, or default${hint}`);
  }
  if (met.has(when)) fail(scope, rule, 'when', `${name} has a rule already; one rule for each time frame`);
  if (when === 'default' && rule.enabled === false) {
    fail(scope, rule, 'enabled', 'the default rule cannot be disabled'); // D-1
  }
}

const exits = ['always', 'offline', 'active', 'busy', 'unanswered'] as const;
type ExitField = (typeof exits)[number];

function compileRule(rule: RuleFile, owner: RuleOwner, scope: Scope): AnsweringRule {
  const exit = (key: ExitField): Destination | null => {
    const written = rule[key];
    return written === undefined ? null : compileDestination(rule, key, written, owner, scope);
  };
  const ring = compileRing(rule, 'ring', rule.ring ?? 'main', owner, scope);
  checkExits(rule, ring, owner, scope);
  return {
    name: rule.when,
    frame: rule.when === 'default' ? null : rule.when,
    enabled: rule.enabled ?? true,
    dnd: rule.doNotDisturb ?? false,
    screen: rule.screening ?? false,
    always: exit('always'),
    offline: exit('offline'),
    active: exit('active'),
    ring,
    next: compileNext(rule, owner, scope),
    busy: exit('busy'),
    unanswered: exit('unanswered'),
  };
}

function checkExits(rule: RuleFile, ring: RingSet, owner: RuleOwner, scope: Scope): void {
  if (rule.always !== undefined) {
    // "with no other setting"
    const idle = (['ring', 'offline', 'active', 'next', 'busy', 'unanswered'] as const).find(
      (key) => rule[key] !== undefined,
    );
    if (idle !== undefined)
      warn(scope, rule, idle, 'has no effect, because always takes every call; remove it, or always');
    if (rule.doNotDisturb === true) {
      warn(
        scope,
        rule,
        'always',
        'has no effect but for allowed callers, because do not disturb comes first; remove one of the two',
      ); // D-2
    }
  }
  const rung = ring.also.length + (typeof ring.own === 'string' ? (ring.own === 'none' ? 0 : 1) : ring.own.length);
  if (rule.busy !== undefined && (rung > 1 || ring.own === 'all')) {
    fail(scope, rule, 'busy', 'is for a rule of which one device rings alone; expected unanswered'); // D-9
  }
  if (rule.offline === undefined) return;
  if (owner.deviceIds.length === 0)
    fail(scope, rule, 'offline', `${owner.extension} has no device that could be offline`);
  else if (ring.also.length > 0) {
    const message =
      'comes before what rings along: with no device of one’s own registered nothing rings; remove it if that is to ring';
    warn(scope, rule, 'offline', message); // D-10
  }
}

/** D-73 */
function compileNext(rule: RuleFile, owner: RuleOwner, scope: Scope): AnsweringRule['next'] {
  const { next } = rule;
  if (next === undefined) return null;
  const afterMs = durationMs(next.after) ?? 0;
  if (afterMs >= owner.ringMs) {
    const ringTime = durationText(owner.ringMs);
    fail(scope, next, 'after', `is not shorter than the ring time of ${ringTime}, so that nothing rings next`);
  }
  const ring = compileRing(next, 'ring', next.ring, { ...owner, ringMs: owner.ringMs - afterMs }, scope);
  return { afterMs, ring };
}

function compileRing(rule: object, key: string, written: RingFile, owner: RuleOwner, scope: Scope): RingSet {
  if (typeof written === 'string' || Array.isArray(written)) {
    return { own: compileOwn(rule, key, written, owner, scope), also: [] };
  }
  const own = written.devices === undefined ? 'main' : compileOwn(written, 'devices', written.devices, owner, scope);
  const list = written.also ?? [];
  const also = list.map((entry, index) => {
    if (typeof entry !== 'object') {
      return { to: compileRung(list, index, { extension: entry }, true, owner, scope), delayMs: 0 };
    }
    const delay = entry.delay ?? domainDefaults.delay;
    const delayMs = durationMs(delay) ?? 0;
    if (delayMs >= owner.ringMs) {
      // D-11
      const ringTime = durationText(owner.ringMs);
      warn(
        scope,
        entry,
        'delay',
        `never rings, because ${delay} is not shorter than the ring time of ${ringTime}; make the delay shorter, or ringTime longer`,
      );
    }
    const to = typeof entry.to === 'object' ? entry.to : { extension: entry.to };
    if (entry.confirm !== undefined && !('number' in to)) {
      warn(scope, entry, 'confirm', 'has no effect, because only numbers outside are asked');
    }
    if (entry.confirm === false) {
      warn(scope, entry, 'confirm', 'a mailbox that answers there will take the call; true asks for a 1 first');
    }
    return { to: compileRung(entry, 'to', to, entry.confirm ?? true, owner, scope), delayMs };
  });
  if (own === 'none' && also.length === 0) {
    warn(scope, written, 'devices', 'nothing rings: every call is unanswered at once');
  }
  return { own, also };
}

function compileOwn(
  holder: object,
  key: string,
  written: 'main' | 'all' | 'none' | readonly (string | number)[],
  owner: RuleOwner,
  scope: Scope,
): RingSet['own'] {
  if (typeof written === 'string') {
    if (written === 'main' && owner.deviceIds.length === 0) {
      fail(scope, holder, key, `${owner.extension} has no device to ring; expected none`);
    }
    return written;
  }
  written.forEach((device, index) => {
    const id = String(device);
    if (owner.deviceIds.includes(id)) return;
    const suggestion = didYouMean(id, owner.deviceIds);
    fail(scope, written, index, `${owner.extension} has no device ${JSON.stringify(id)}${suggestion}`);
  });
  if (written.length === 0) fail(scope, holder, key, 'the list is empty; expected device ids, or none');
  return [...new Set(written.map(String))];
}

/** D-13: what rings along is a device, or an extension of which the main device rings. */
function compileRung(
  holder: object,
  key: string | number,
  to:
    | { readonly extension: string | number }
    | { readonly device: string | number }
    | { readonly number: string | number },
  confirm: boolean,
  owner: RuleOwner,
  scope: Scope,
): Destination {
  if ('number' in to) return numberDestination({ ...to, confirm }, to, owner, scope);
  if ('device' in to) return deviceDestination(to, String(to.device), scope);
  const extension = String(to.extension);
  if (scope.names.services.has(extension)) {
    fail(scope, holder, key, `${extension} is a service and cannot ring`);
  } else if (scope.names.queues.has(extension) || scope.names.slots.has(extension)) {
    fail(
      scope,
      holder,
      key,
      `${extension} is a queue or a park place and cannot ring along; calls can be forwarded there`,
    );
  } else {
    checkExtension(holder, key, extension, scope);
    if (scope.names.extensions.has(extension) && !scope.names.devices.has(extension)) {
      fail(scope, holder, key, `${extension} has no device to ring`);
    }
  }
  return { to: 'extension', extension };
}

export function compileDestination(
  rule: object,
  key: string,
  written: DestinationFile,
  owner: RuleOwner,
  scope: Scope,
): Destination {
  if (written === 'voicemail') return mailboxDestination(rule, key, owner.extension, scope);
  if (typeof written !== 'object') return forward(rule, key, String(written), owner, scope);
  if ('voicemail' in written) return mailboxDestination(written, 'voicemail', String(written.voicemail), scope);
  if ('number' in written) return numberDestination(written, written, owner, scope);
  if ('device' in written) return deviceDestination(written, String(written.device), scope);
  return forward(written, 'extension', String(written.extension), owner, scope);
}

function forward(holder: object, key: string, extension: string, owner: RuleOwner, scope: Scope): Destination {
  const { extensions, services, queues, slots } = scope.names;
  if (extension === owner.extension) {
    const phone = queues.has(extension) ? '' : `; { device: "${extension}" } rings the phone alone`;
    fail(scope, holder, key, `sends the call back to ${extension} itself${phone}`);
  } else if (!services.has(extension) && !queues.has(extension) && !slots.has(extension)) {
    checkExtension(holder, key, extension, scope, [...extensions.keys(), ...queues]);
  }
  return { to: 'extension', extension };
}

function mailboxDestination(holder: object, key: string, extension: string, scope: Scope): Destination {
  const { extensions, mailboxes } = scope.names;
  checkExtension(holder, key, extension, scope);
  if (extensions.has(extension) && !mailboxes.has(extension)) {
    fail(scope, holder, key, `${extension} has no voicemail; expected a user with voicemail: true`);
  }
  return { to: 'voicemail', extension };
}

function deviceDestination(holder: { readonly device: string | number }, id: string, scope: Scope): Destination {
  const { devices } = scope.names;
  if (!devices.has(id)) {
    fail(scope, holder, 'device', `there is no device ${JSON.stringify(id)}${didYouMean(id, devices.keys())}`);
  }
  return { to: 'device', device: id };
}

function numberDestination(
  { number, confirm = false }: { readonly number: string | number; readonly confirm?: boolean | undefined },
  holder: object,
  { country }: RuleOwner,
  scope: Scope,
): Destination {
  const e164 = toE164(String(number), country);
  if (e164 === null) fail(scope, holder, 'number', `${JSON.stringify(number)} is no telephone number of ${country}`);
  return { to: 'number', number: e164 ?? String(number), confirm };
}

function checkExtension(
  holder: object,
  key: string | number,
  extension: string,
  scope: Scope,
  candidates: Iterable<string> = scope.names.extensions.keys(),
): void {
  if (scope.names.extensions.has(extension)) return;
  fail(scope, holder, key, `there is no extension ${JSON.stringify(extension)}${didYouMean(extension, candidates)}`);
}
