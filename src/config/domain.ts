import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Outbound } from '../core/dial-plan.js';
import { type Device, type Domain, type Mailbox, NO_FRAMES, type User } from '../core/domain.js';
import type { HoldMusic } from '../core/hold-music.js';
import type { TimeFrame } from '../core/time-frame.js';
import { type DeviceFile, type DomainFile, domainDefaults, type UserFile } from './domain-file.js';
import { durationMs } from './duration.js';
import { compileFeatures } from './feature.js';
import { compileIncoming } from './incoming.js';
import { compileMusic, compileMusicName } from './music.js';
import { compileClasses, compileNumber, compileOutside } from './outside.js';
import { compilePark } from './park.js';
import { type Environment, readPassword } from './password.js';
import { compileQueues } from './queue.js';
import { compileGoals } from './queue-goals.js';
import { compileSystemUser } from './queue-rule.js';
import { compileRules } from './rule.js';
import { warnOfRungInVain } from './rung-in-vain.js';
import { fail, failName, lineOf, type Scope } from './scope.js';
import { compileLists } from './screening.js';
import { compileTimeFrames } from './time-frame.js';
import { checkCountry, checkTimeZone } from './zone.js';

/** Where the passwords come from that the file does not hold itself. */
export type PasswordSource = {
  readonly env: Environment;
  /** The password of a device that was given none. */
  readonly madeUp: (domain: string, device: string) => string;
};

/** Compiles what conforms to the schema; what is wrong beyond it is reported in the scope's findings. */
export function compileDomain(written: DomainFile, passwords: PasswordSource, scope: Scope): Domain {
  const name = written.domain.toLowerCase();
  if (written.timezone !== undefined) checkTimeZone(written.timezone, written, 'timezone', scope);
  if (written.country !== undefined) checkCountry(written.country, written, 'country', scope);
  if (written.timezone === undefined) warnOfDefaultZone(written, scope);
  const country = written.country ?? domainDefaults.country;
  const outside = compileOutside(written, country, passwords.env, scope);
  const { outbound } = outside;
  const timeFrames = compileTimeFrames(written.timeFrames ?? {}, { country, owner: null, shared: NO_FRAMES }, scope);
  const music = compileMusic(written, scope);
  const users = new Map<string, User>();
  const met = new Set<UserFile>();
  for (const [index, user] of (written.users ?? []).entries()) {
    if (met.has(user)) {
      const line = scope.file.place(user, 'extension').line;
      fail(scope, written.users, index, `extension ${user.extension} is given to a user already, at line ${line}`);
      continue; // an alias
    }
    met.add(user);
    const compiled = compileUser(user, { domain: name, country, timeFrames, outbound, music, passwords }, scope);
    if (!users.has(compiled.extension)) users.set(compiled.extension, compiled);
  }
  const acd = compileQueues(written, { country, users, music }, scope);
  for (const queue of written.queues ?? []) {
    const system = compileSystemUser(queue, country, scope);
    if (system !== null && !users.has(system.extension)) users.set(system.extension, system);
  }
  for (const user of met) {
    const compiled = users.get(String(user.extension));
    if (compiled !== undefined) warnOfRungInVain(user, compiled, { users, numbers: outside.numbers }, scope);
  }
  checkServices(written, scope);
  return {
    name,
    aliases: [...new Set((written.aliases ?? []).map((alias) => alias.toLowerCase()))],
    timeZone: written.timezone ?? domainDefaults.timezone,
    country,
    timeFrames,
    users,
    services: new Map(Object.entries(written.services ?? {})),
    features: compileFeatures(written, { timeFrames, users }, scope),
    lists: compileLists(written.lists, country, scope),
    ...outside,
    outbound: { ...outbound, mayCall: compileClasses(written.outbound?.mayCall, outbound, scope) },
    acd,
    goals: compileGoals(written.statistics, scope),
    park: compilePark(written, country, music, scope),
    music,
  };
}

/** What of the domain concerns its users. */
type Around = {
  readonly domain: string;
  readonly country: string;
  readonly timeFrames: ReadonlyMap<string, TimeFrame>;
  readonly outbound: Outbound;
  readonly music: HoldMusic;
  readonly passwords: PasswordSource;
};

function warnOfDefaultZone(written: DomainFile, scope: Scope): void {
  const user = written.users?.find(
    ({ timezone, timeFrames, incoming }) =>
      timezone === undefined && (timeFrames !== undefined || incoming?.hours !== undefined),
  );
  const holder = written.timeFrames === undefined ? user : written;
  if (holder === undefined) return;
  const key = holder.timeFrames === undefined ? 'incoming' : 'timeFrames';
  const message = `no timezone is given, so that the time frames are read in ${domainDefaults.timezone}`;
  scope.findings.warnings.push({ ...scope.file.keyPlace(holder, key), message });
}

function compileUser(user: UserFile, around: Around, scope: Scope): User {
  const { domain, country, outbound, music, passwords } = around;
  const extension = String(user.extension);
  const first = scope.names.extensions.get(extension);
  if (first !== undefined && first.holder !== user) {
    fail(
      scope,
      user,
      'extension',
      `extension ${extension} is given to a user already, at line ${lineOf(scope, first)}`,
    );
  }
  if (user.timezone !== undefined) checkTimeZone(user.timezone, user, 'timezone', scope);
  const devices = compileDevices(user, extension, domain, passwords, scope);
  const ringMs = durationMs(user.ringTime ?? domainDefaults.ringTime) ?? 0;
  const owner = { extension, ringMs, deviceIds: devices.map(({ id }) => id), country };
  const voicemail = compileMailbox(user, scope);
  const { rules, frame } =
    user.incoming === undefined
      ? { rules: compileRules(user.rules ?? [], owner, scope), frame: null }
      : compileIncoming(user, user.incoming, owner, voicemail !== null, scope);
  return {
    extension,
    name: user.name ?? extension,
    timeZone: user.timezone ?? null,
    devices,
    ringMs,
    maxCalls: user.maxCalls ?? null,
    lists: compileLists(user.lists, country, scope),
    mayCall: compileClasses(user.mayCall, outbound, scope),
    callerId: user.callerId === undefined ? null : compileNumber(user.callerId, country, user, 'callerId', scope),
    music: compileMusicName(user, music, scope),
    dnd: false,
    forward: null,
    voicemail,
    timeFrames: privateFrames(user, extension, frame, around, scope),
    rules,
  };
}

/** Those that are written, and the one that the preferences stand for. */
function privateFrames(
  { timeFrames }: UserFile,
  owner: string,
  ofIncoming: TimeFrame | null,
  { country, timeFrames: shared }: Around,
  scope: Scope,
): User['timeFrames'] {
  if (timeFrames === undefined && ofIncoming === null) return NO_FRAMES;
  const frames = compileTimeFrames(timeFrames ?? {}, { country, owner, shared }, scope);
  return ofIncoming === null ? frames : new Map([...frames, [ofIncoming.name, ofIncoming]]);
}

/** The main device first. */
function compileDevices(
  user: UserFile,
  extension: string,
  domain: string,
  passwords: PasswordSource,
  scope: Scope,
): Device[] {
  const secret = (written: UserFile['password'], holder: object, id: string): string =>
    written === undefined
      ? passwords.madeUp(domain, id)
      : (readPassword(written, holder, id, passwords.env, scope) ?? '');
  if (user.devices === undefined) {
    const password = secret(user.password, user, extension);
    return [{ id: extension, password, maxContacts: domainDefaults.maxContacts }];
  }
  if (user.password !== undefined) {
    fail(scope, user, 'password', 'belongs to the devices here: give each of them its own');
  }
  const list = user.devices;
  const devices = list.map((device, index): Device => {
    const form: Exclude<DeviceFile, string | number> = typeof device === 'object' ? device : { id: device };
    const [holder, key] = typeof device === 'object' ? [device, 'id'] : [list, index];
    const id = String(form.id);
    checkDeviceId(id, extension, holder, key, scope);
    return {
      id,
      password: secret(form.password, holder, id),
      maxContacts: form.maxContacts ?? domainDefaults.maxContacts,
    };
  });
  const main = devices.filter(({ id }) => id === extension);
  if (main.length === 0 && devices.length > 0) {
    fail(
      scope,
      user,
      'devices',
      `none of them is the main device, whose id is the extension, ${JSON.stringify(extension)}`,
    );
  }
  return [...main, ...devices.filter(({ id }) => id !== extension)];
}

/** the extension, or the extension and a suffix; unique in the domain, since it is the name that registers. */
function checkDeviceId(id: string, extension: string, holder: object, key: string | number, scope: Scope): void {
  const suffix = id.startsWith(extension) ? id.slice(extension.length) : null;
  if (suffix === null || /^\d/.test(suffix)) {
    const message = `${JSON.stringify(id)} is not a device of ${extension}; expected "${extension}", or "${extension}" and a suffix that begins with a letter`;
    fail(scope, holder, key, message);
    return;
  }
  const first = scope.names.devices.get(id);
  if (first !== undefined && !scope.file.isAt(first.spot, holder, key)) {
    fail(scope, holder, key, `device ${JSON.stringify(id)} is declared already, at line ${lineOf(scope, first.spot)}`);
  }
}

function compileMailbox(user: UserFile, scope: Scope): Mailbox | null {
  const written = user.voicemail ?? false;
  if (written === false) return null;
  const { greeting, maxMessage } = written === true ? {} : written;
  const path = greeting === undefined ? null : resolve(dirname(scope.file.name), greeting);
  if (path !== null && typeof written === 'object') {
    if (!path.endsWith('.wav')) fail(scope, written, 'greeting', `${JSON.stringify(greeting)} is not a .wav file`);
    else if (!existsSync(path)) fail(scope, written, 'greeting', `there is no file ${path}`);
  }
  return { maxMessageMs: durationMs(maxMessage ?? domainDefaults.maxMessage) ?? 0, greeting: path };
}

function checkServices(written: DomainFile, scope: Scope): void {
  for (const number of Object.keys(written.services ?? {})) {
    const user = scope.names.extensions.get(number);
    if (user === undefined || written.services === undefined) continue;
    const message = `${number} is the extension of a user already, at line ${lineOf(scope, user)}`;
    failName(scope, written.services, number, message);
  }
}
