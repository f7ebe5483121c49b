import { CAUSES } from '../core/cause.js';
import { dialMatches } from '../core/dial-plan.js';
import type { Destination, Domain } from '../core/domain.js';
import { type DomainState, NO_STATE, withToggle, withUser } from '../core/domain-state.js';
import { parseTime } from '../core/local-date.js';
import { comparable } from '../core/phone-number.js';
import { firstInstant } from '../core/wall-clock.js';
import type {
  CallEnd,
  CallerDoing,
  CallTest,
  Expectation,
  ExpectedEnd,
  Key,
  PhoneDoing,
  TestCaller,
  TrunkDoing,
} from './call-test.js';
import { type CaseFile, callTestDefaults, type EndFile, type KeysFile, type PhoneFile } from './call-test-file.js';
import { durationMs } from './duration.js';
import { didYouMean } from './problem.js';
import { fail, type Scope } from './scope.js';

/** What the cases of one file have in common. */
export type Around = {
  readonly domain: Domain;
  readonly devices: ReadonlySet<string>;
  /** Of cases that do not say when; null: they have to. */
  readonly at: number | null;
  readonly scope: Scope;
};

/** Compiles what conforms to the schema; what makes no sense in the domain is reported in the scope's findings. */
export function compileCase(written: CaseFile, around: Around): CallTest {
  const { domain, scope } = around;
  const does = callerDoing(written);
  const registered = written.registered === undefined ? null : new Set(devicesOf(written.registered, around));
  return {
    name: written.name,
    place: scope.file.place(written, 'name'),
    domain,
    state: stateOf(written, around),
    at: instantOf(written, around),
    from: callerOf(written, around),
    dialled: String(written.to),
    does,
    registered,
    phones: phonesOf(written, registered, around),
    trunks: trunksOf(written, around),
    agents: agentsOf(written, around),
    inCall: devicesOf(written.inCall ?? [], around),
    expected: expectationOf(written, does, around),
  };
}

/** The wall clock's time where the domain is, in epoch milliseconds; null, and reported, if there is none such. */
export function momentIn(domain: Domain, written: string, holder: object, scope: Scope): number | null {
  const minute = parseTime(written.replace(' ', 'T'));
  const instant = minute === null ? null : firstInstant(minute, domain.timeZone);
  if (instant === null)
    fail(scope, holder, 'at', `${JSON.stringify(written)} is not in the calendar or not on the clock`);
  return instant;
}

function instantOf(written: CaseFile, { domain, at, scope }: Around): number {
  if (written.at !== undefined) return momentIn(domain, written.at, written, scope) ?? 0;
  if (at === null)
    fail(scope, written, 'at', 'missing; expected a time such as 2026-12-25T10:00, here or for the whole file');
  return at ?? 0;
}

function callerOf(written: CaseFile, around: Around): TestCaller {
  const { from } = written;
  if (typeof from !== 'object') {
    const party = partyOf(written, 'from', from, around);
    if (around.devices.has(party)) return { is: 'device', device: party, anonymous: false };
    return { is: 'outside', number: party, name: '', anonymous: false, trunk: firstTrunk(written, 'from', around) };
  }
  const { anonymous = false } = from;
  if ('device' in from) return { is: 'device', device: deviceOf(from, 'device', from.device, around), anonymous };
  const { name = '', trunk } = from;
  if (trunk !== undefined) checkTrunk(from, 'trunk', trunk, around);
  const number = comparable(String(from.number), around.domain.country);
  return { is: 'outside', number, name, anonymous, trunk: trunk ?? firstTrunk(from, 'number', around) };
}

function firstTrunk(holder: object, key: string, { domain, scope }: Around): string {
  const first = [...domain.trunks.values()].find(({ enabled }) => enabled);
  if (first === undefined) fail(scope, holder, key, `${domain.name} has no trunk by which anybody outside could call`);
  return first?.name ?? '';
}

function callerDoing({ caller = {} }: CaseFile): CallerDoing {
  const { hangsUp, presses, speaks = callTestDefaults.speaks } = caller;
  return { hangsUpMs: optionalMs(hangsUp), keys: keysOf(presses), speaksMs: ms(speaks) };
}

/** A text of keys is typed in a steady hand, one each second. */
function keysOf(written: KeysFile | undefined): Key[] {
  if (written === undefined) return [];
  if (typeof written !== 'object') return [...String(written)].map((key, i) => ({ key, afterMs: 1000 * (i + 1) }));
  return written.map(({ key, after }) => ({ key: String(key), afterMs: ms(after) }));
}

function phonesOf(
  written: CaseFile,
  registered: ReadonlySet<string> | null,
  around: Around,
): ReadonlyMap<string, PhoneDoing> {
  const { phones = {} } = written;
  const doings = new Map<string, PhoneDoing>();
  for (const [name, phone] of Object.entries(phones)) {
    const party = partyOf(phones, name, name, around);
    const isDevice = around.devices.has(party);
    if (isDevice && registered?.has(party) === false)
      fail(around.scope, phones, name, `${party} is not among those that are \`registered\``);
    if (!isDevice && phone === 'unregistered')
      fail(around.scope, phones, name, 'a number outside is never registered; expected dead, or another behaviour');
    doings.set(party, phoneDoing(phone));
  }
  return doings;
}

function phoneDoing(phone: PhoneFile): PhoneDoing {
  switch (phone) {
    case 'rings':
    case 'dead':
    case 'unregistered':
      return { does: phone };
    case 'busy':
      return { does: 'refuses', status: CAUSES.busy.status, afterMs: 0 };
    case 'declines':
      return { does: 'refuses', status: CAUSES.declined.status, afterMs: 0 };
  }
  if ('answers' in phone) {
    const { answers, presses, hangsUp } = phone;
    return { does: 'answers', afterMs: ms(answers), keys: keysOf(presses), hangsUpMs: optionalMs(hangsUp) };
  }
  const afterMs = ms(phone.after ?? '0s');
  return 'refuses' in phone
    ? { does: 'refuses', status: phone.refuses, afterMs }
    : { does: 'redirects', to: String(phone.redirects), afterMs };
}

function trunksOf({ trunks = {} }: CaseFile, around: Around): ReadonlyMap<string, TrunkDoing> {
  const doings = Object.entries(trunks).map(([name, doing]): [string, TrunkDoing] => {
    checkTrunk(trunks, name, name, around);
    return [name, { status: doing === 'down' ? null : doing.refuses }];
  });
  return new Map(doings);
}

function stateOf(written: CaseFile, around: Around): DomainState {
  const { dnd = [], forwards = {}, toggles = {} } = written;
  const { domain, scope } = around;
  let state = NO_STATE;
  dnd.forEach((user, index) => {
    state = withUser(state, extensionOf(dnd, index, user, around), { dnd: true });
  });
  for (const [user, to] of Object.entries(forwards)) {
    state = withUser(state, extensionOf(forwards, user, user, around), {
      forward: destinationOf(forwards, user, String(to), around),
    });
  }
  for (const [name, on] of Object.entries(toggles)) {
    const frame = domain.timeFrames.get(name);
    const known = [...domain.timeFrames].flatMap(([each, { kind }]) => (kind === 'toggle' ? [each] : []));
    if (frame === undefined)
      fail(scope, toggles, name, `there is no time frame ${JSON.stringify(name)}${didYouMean(name, known)}`);
    else if (frame.kind !== 'toggle') fail(scope, toggles, name, `${JSON.stringify(name)} is no toggle frame`);
    state = withToggle(state, name, { on, until: null });
  }
  return state;
}

function agentsOf({ agents = [] }: CaseFile, around: Around): string[] {
  const known = new Set(around.domain.acd.agents.map(({ agent }) => agent));
  return agents.map((agent, index) => {
    const id = extensionOf(agents, index, agent, around);
    if (around.domain.users.has(id) && !known.has(id))
      fail(around.scope, agents, index, `${id} is an agent of no queue`);
    return id;
  });
}

/** As a user would forward by feature code. */
function destinationOf(holder: object, key: string, written: string, around: Around): Destination {
  if (around.domain.users.has(written)) return { to: 'extension', extension: written };
  return { to: 'number', number: partyOf(holder, key, written, around), confirm: true };
}

function expectationOf({ expect }: CaseFile, does: CallerDoing, around: Around): Expectation {
  const { rule, legs, end } = expect;
  const { scope, domain } = around;
  if (rule === undefined && legs === undefined && end === undefined)
    scope.findings.errors.push({ ...scope.file.place(expect), message: 'is empty; expected rule, legs or end' });
  const rules = new Set([...domain.users.values()].flatMap((user) => user.rules.map(({ name }) => name)));
  if (rule !== undefined && !rules.has(rule))
    fail(scope, expect, 'rule', `no user has a rule for ${JSON.stringify(rule)}${didYouMean(rule, rules)}`);
  return {
    rule: rule === undefined ? null : { name: rule, place: scope.file.place(expect, 'rule') },
    legs:
      legs?.map((leg) => {
        if (leg.by !== undefined) checkTrunk(leg, 'by', leg.by, around);
        return {
          to: partyOf(leg, 'to', leg.to, around),
          atMs: ms(leg.at ?? callTestDefaults.legAt),
          untilMs: optionalMs(leg.until),
          by: leg.by ?? null,
          place: scope.file.place(leg),
        };
      }) ?? null,
    end: end === undefined ? null : endOf(end, does, around),
  };
}

function endOf(written: EndFile, does: CallerDoing, around: Around): ExpectedEnd {
  return { end: callEnd(written, does, around), atMs: optionalMs(written.at), place: around.scope.file.place(written) };
}

function callEnd(written: EndFile, { hangsUpMs }: CallerDoing, around: Around): CallEnd {
  const { scope, domain } = around;
  if ('answered' in written) return { end: 'answered', by: partyOf(written, 'answered', written.answered, around) };
  if ('voicemail' in written) {
    const extension = extensionOf(written, 'voicemail', written.voicemail, around);
    if (domain.users.get(extension)?.voicemail === null)
      fail(scope, written, 'voicemail', `${extension} has no voicemail`);
    return { end: 'voicemail', extension };
  }
  if ('service' in written) return { end: 'service', number: String(written.service) };
  if ('refused' in written) {
    const { refused } = written;
    if (typeof refused === 'number') return { end: 'refused', cause: null, status: refused };
    return { end: 'refused', cause: refused, status: CAUSES[refused].status };
  }
  if (hangsUpMs === null)
    fail(scope, written, 'gaveUp', 'the caller never does so here; give `caller: { hangsUp: … }` as well');
  return { end: 'gaveUp' };
}

/** A device of the domain, or a number: as `comparable` writes it. */
function partyOf(holder: object, key: string | number, written: string | number, around: Around): string {
  const text = String(written);
  const { domain, devices, scope } = around;
  if (devices.has(text)) return text;
  const number = comparable(text, domain.country);
  const { emergency, routes } = domain.outbound;
  const isShortCode =
    emergency.numbers.has(number) || routes.some(({ match }) => /\d/.test(match) && dialMatches(match, number));
  if (number.startsWith('+') || isShortCode) return number;
  fail(scope, holder, key, `there is no device ${JSON.stringify(text)}${didYouMean(text, devices)}`);
  return text;
}

function deviceOf(holder: object, key: string | number, written: string | number, around: Around): string {
  const id = String(written);
  if (!around.devices.has(id))
    fail(around.scope, holder, key, `there is no device ${JSON.stringify(id)}${didYouMean(id, around.devices)}`);
  return id;
}

function devicesOf(written: readonly (string | number)[], around: Around): string[] {
  return written.map((id, index) => deviceOf(written, index, id, around));
}

function extensionOf(holder: object, key: string | number, written: string | number, around: Around): string {
  const extension = String(written);
  const { users } = around.domain;
  if (!users.has(extension)) {
    const suggestion = didYouMean(extension, users.keys());
    fail(around.scope, holder, key, `there is no extension ${JSON.stringify(extension)}${suggestion}`);
  }
  return extension;
}

function checkTrunk(holder: object, key: string, name: string, { domain, scope }: Around): void {
  const { trunks } = domain;
  if (!trunks.has(name))
    fail(scope, holder, key, `there is no trunk ${JSON.stringify(name)}${didYouMean(name, trunks.keys())}`);
}

function ms(written: string): number {
  return durationMs(written) ?? 0;
}

function optionalMs(written: string | undefined): number | null {
  return written === undefined ? null : ms(written);
}
