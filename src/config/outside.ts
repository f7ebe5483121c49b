import { isIP } from 'node:net';
import { NO_OUTBOUND, type Outbound, type Trunk } from '../core/dial-plan.js';
import type { Domain } from '../core/domain.js';
import { type PhoneNumber, type Treatment, toE164 } from '../core/phone-number.js';
import type { DomainFile } from './domain-file.js';
import { durationMs } from './duration.js';
import type { NumbersFile, OutboundFile, TrunkFile, TrunksFile } from './outside-file.js';
import { outsideDefaults } from './outside-file.js';
import { type Environment, readPassword } from './password.js';
import { didYouMean } from './problem.js';
import { fail, failName, lineOf, type Scope, warn } from './scope.js';

/** What is compiled of a domain's ways to the public network. */
export type Outside = Pick<Domain, 'numbers' | 'trunks' | 'outbound'>;

export function compileOutside(written: DomainFile, country: string, env: Environment, scope: Scope): Outside {
  const trunks = compileTrunks(written.trunks ?? {}, env, scope);
  const [first] = Object.entries(written.trunks ?? {});
  if (written.outbound?.routes === undefined && first?.[1].enabled === false) {
    warn(scope, first[1], 'enabled', `${first[0]} is disabled and is passed over; put one that is enabled first`);
  }
  return {
    trunks,
    numbers: compileNumbers(written.numbers ?? {}, country, scope),
    outbound: compileOutbound(written.outbound, trunks, country, scope),
  };
}

/** A number as the file writes it, in E.164; reports one that is none. */
export function compileNumber(
  number: string | number,
  country: string,
  holder: unknown,
  key: string | number,
  scope: Scope,
): string {
  const e164 = toE164(String(number), country);
  if (e164 === null) fail(scope, holder, key, `${JSON.stringify(number)} is no telephone number of ${country}`);
  return e164 ?? String(number);
}

function compileTrunks(written: TrunksFile, env: Environment, scope: Scope): Map<string, Trunk> {
  return new Map(Object.entries(written).map(([name, trunk]) => [name, compileTrunk(name, trunk, env, scope)]));
}

function compileTrunk(name: string, trunk: TrunkFile, env: Environment, scope: Scope): Trunk {
  const { host, username = null, register = false } = trunk;
  if ((username === null) !== (trunk.password === undefined)) {
    const [there, missing] = username === null ? ['password', 'username'] : ['username', 'password'];
    fail(scope, trunk, there, `belongs together with ${missing}, which is missing`);
  }
  if (register !== false && username === null) {
    fail(scope, trunk, 'register', 'needs username and password, by which the carrier knows us');
  }
  const { qualify = register === false } = trunk;
  const address = host.replace(/^\[|\]$/g, '');
  const sources = trunk.from ?? (isIP(address) === 0 ? [] : [address]);
  checkSources(trunk, sources, scope);
  return {
    name,
    enabled: trunk.enabled ?? true,
    host,
    port: trunk.port ?? null,
    transport: trunk.transport ?? null,
    username,
    password: trunk.password === undefined ? null : readPassword(trunk.password, trunk, username ?? name, env, scope),
    registerMs: register === false ? null : durationMs(register === true ? outsideDefaults.register : register),
    qualifyMs: qualify === false ? null : durationMs(qualify === true ? outsideDefaults.qualify : qualify),
    sources,
    format: trunk.format ?? outsideDefaults.format,
    passesCaller: trunk.passesCaller ?? false,
    tells: trunk.tells ?? [],
  };
}

function checkSources(trunk: TrunkFile, sources: readonly string[], scope: Scope): void {
  if (sources.length === 0) {
    const message = 'is a name, so that calls from there are not known by their address; give `from` to receive calls';
    warn(scope, trunk, 'host', message);
  }
  for (const [index, source] of (trunk.from ?? []).entries()) {
    const [address = '', bits] = source.split('/');
    const family = isIP(address);
    const longest = family === 6 ? 128 : 32;
    if (family === 0 || (bits !== undefined && Number(bits) > longest)) {
      fail(scope, trunk.from, index, `${JSON.stringify(source)} is no address or network`);
    }
  }
}

/** Objects that later versions bring: numbers may not lead to them yet. */
const unbuilt = { conference: 'a conference', attendant: 'an attendant' } as const;

function compileNumbers(written: NumbersFile, country: string, scope: Scope): Map<string, PhoneNumber> {
  const numbers = new Map<string, PhoneNumber>();
  for (const [key, form] of Object.entries(written)) {
    const number = toE164(key, country);
    if (number === null) {
      failName(scope, written, key, `${JSON.stringify(key)} is no telephone number of ${country}`);
      continue;
    }
    if (numbers.has(number)) failName(scope, written, key, `${number} is given twice`);
    const notes = typeof form === 'object' ? (form.notes ?? '') : '';
    numbers.set(number, { number, treatment: compileTreatment(written, key, form, scope), notes });
  }
  return numbers;
}

function compileTreatment(numbers: NumbersFile, key: string, form: NumbersFile[string], scope: Scope): Treatment {
  if (typeof form !== 'object') {
    if (form === 'available') return { to: 'available' };
    return { to: 'user', extension: dialable(numbers, key, String(form), scope) };
  }
  if ('available' in form) return { to: 'available' };
  if ('user' in form) return { to: 'user', extension: dialable(form, 'user', String(form.user), scope) };
  if ('voicemail' in form) {
    const extension = known(form, 'voicemail', String(form.voicemail), scope);
    if (scope.names.extensions.has(extension) && !scope.names.mailboxes.has(extension)) {
      fail(scope, form, 'voicemail', `${extension} has no voicemail; expected a user with voicemail: true`);
    }
    return { to: 'voicemail', extension };
  }
  if ('queue' in form) {
    const extension = String(form.queue);
    if (!scope.names.queues.has(extension)) {
      const message = `there is no queue ${JSON.stringify(extension)}${didYouMean(extension, scope.names.queues)}`;
      fail(scope, form, 'queue', message);
    }
    return { to: 'queue', extension, introduction: form.introduction ?? outsideDefaults.introduction };
  }
  for (const [kind, what] of Object.entries(unbuilt)) {
    if (kind in form) fail(scope, form, kind, `numbers cannot lead to ${what} in this version`);
  }
  return { to: 'available' };
}

/** A user, or a queue as if its extension had been dialled. */
function dialable(holder: object, key: string, extension: string, scope: Scope): string {
  return scope.names.queues.has(extension) ? extension : known(holder, key, extension, scope);
}

function known(holder: object, key: string, extension: string, scope: Scope): string {
  if (!scope.names.extensions.has(extension)) {
    const suggestion = didYouMean(extension, scope.names.extensions.keys());
    fail(scope, holder, key, `there is no extension ${JSON.stringify(extension)}${suggestion}`);
  }
  return extension;
}

function compileOutbound(
  written: OutboundFile | undefined,
  trunks: ReadonlyMap<string, Trunk>,
  country: string,
  scope: Scope,
): Outbound {
  const all = [...trunks.keys()];
  const everywhere = trunks.size === 0 ? [] : [{ match: '*', class: outsideDefaults.class, trunks: all }];
  if (written === undefined) return { ...NO_OUTBOUND, routes: everywhere };
  const routes = written.routes?.map((route) => {
    checkTrunks(route.trunks, trunks, scope);
    return { match: route.match, class: route.class ?? outsideDefaults.class, trunks: route.trunks };
  });
  if (written.emergencyTrunks !== undefined) checkTrunks(written.emergencyTrunks, trunks, scope);
  const emergency = (written.emergency ?? []).map(String);
  for (const [index, number] of emergency.entries()) {
    const service = scope.names.services.get(number);
    if (service !== undefined) {
      const line = lineOf(scope, service);
      fail(
        scope,
        written.emergency,
        index,
        `${number} is a service already, at line ${line}; it would never be reached`,
      );
    }
    const user = scope.names.extensions.get(number);
    if (user !== undefined) {
      fail(
        scope,
        written.emergency,
        index,
        `${number} is the extension of a user already, at line ${lineOf(scope, user)}`,
      );
    }
  }
  return {
    prefix: String(written.prefix ?? ''),
    emergency: { numbers: new Set(emergency), trunks: written.emergencyTrunks ?? [] },
    routes: routes ?? everywhere,
    mayCall: written.mayCall === undefined ? null : new Set(written.mayCall),
    callerId:
      written.callerId === undefined ? null : compileNumber(written.callerId, country, written, 'callerId', scope),
  };
}

function checkTrunks(names: readonly string[], trunks: ReadonlyMap<string, Trunk>, scope: Scope): void {
  names.forEach((name, index) => {
    const trunk = trunks.get(name);
    if (trunk === undefined) {
      fail(scope, names, index, `there is no trunk ${JSON.stringify(name)}${didYouMean(name, trunks.keys())}`);
    } else if (!trunk.enabled && index === 0) {
      warn(scope, names, index, `${name} is disabled and is passed over; put one that is enabled first`);
    }
  });
}

/** Reports classes that no route has. */
export function compileClasses(
  classes: readonly string[] | undefined,
  outbound: Outbound,
  scope: Scope,
): ReadonlySet<string> | null {
  if (classes === undefined) return null;
  const given = new Set(outbound.routes.map((route) => route.class));
  classes.forEach((name, index) => {
    if (given.has(name)) return;
    warn(scope, classes, index, `no route has the class ${JSON.stringify(name)}${didYouMean(name, given)}`);
  });
  return new Set(classes);
}
