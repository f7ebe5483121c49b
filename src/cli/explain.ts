import { durationText } from '../config/duration.js';
import { loadConfig } from '../config/load.js';
import type { Environment } from '../config/password.js';
import { type Caller, outsideCaller } from '../core/caller.js';
import { type Domain, describe, ownerOf, type User } from '../core/domain.js';
import { tell } from '../core/reason.js';
import { wallText } from '../core/wall-clock.js';
import { type Contact, quietWorld, type World } from '../core/world.js';
import { reportProblems } from './check.js';
import { type ExplanationStep, explainCall } from './explanation.js';
import { type DomainChoice, domainOf, instantOf, instead, Misasked } from './question.js';
import { bold, dim, type Terminal } from './terminal.js';

export type ExplainQuestion = {
  readonly to: string;
  readonly from?: string | undefined;
  /** Wall clock of the domain's zone, `2026-12-25T10:00`; absent: now. */
  readonly at?: string | undefined;
  readonly domain?: string | undefined;
  /** Comma-separated device ids that are taken as registered; absent: all, or those that are. */
  readonly registered?: string | undefined;
  readonly json?: boolean | undefined;
};

export type ExplainOptions = ExplainQuestion & { readonly config: string };

/** What a call is explained by. */
export type ExplainScope = DomainChoice & {
  /** How things are in a domain; null: every device is registered, nobody is in a call. */
  readonly worldOf: ((domain: Domain) => World) | null;
};

/** `strowger explain`: 0 if the call would be taken, 1 if the question or the configuration makes no sense. */
export function explain(options: ExplainOptions, env: Environment, nowMs: number, terminal: Terminal): number {
  const loaded = loadConfig(options.config, env);
  if (!loaded.ok) {
    reportProblems(loaded, terminal);
    return 1;
  }
  return explainIn({ ...loaded.config, worldOf: null }, options, nowMs, terminal);
}

/** The same by a configuration that is loaded, or by the one that is in force. */
export function explainIn(scope: ExplainScope, options: ExplainQuestion, nowMs: number, terminal: Terminal): number {
  try {
    const domain = domainOf(scope, options.domain);
    const to = extensionOf(domain, options.to);
    const caller = callerOf(domain, options.from);
    const at = instantOf(domain, options.at, nowMs);
    const { world, registered } = worldOf(scope, domain, options.registered);
    const steps = explainCall(domain, world, to, caller.caller, at);
    if (options.json === true) {
      const question = { domain: domain.name, to, from: options.from ?? null, at: wallText(at, domain.timeZone) };
      terminal.out(`${JSON.stringify({ ...question, registered, steps: steps.map(withTexts(domain)) }, null, 2)}\n`);
    } else {
      const toUser = domain.users.get(to);
      const callee = toUser === undefined ? to : `${to} (${toUser.name})`;
      terminal.out(`A call from ${caller.text} to ${callee} of ${domain.name},\n`);
      terminal.out(`${wallText(at, domain.timeZone)}, that nobody answers:\n\n`);
      terminal.out(story(domain, steps, terminal));
    }
    return 0;
  } catch (error) {
    if (!(error instanceof Misasked)) throw error;
    terminal.err(`strowger explain: ${error.message}\n`);
    return 1;
  }
}

/** What is dialled: of ours, or outside as far as there is a way there. */
function extensionOf(domain: Domain, to: string): string {
  const known = [
    ...domain.users.keys(),
    ...domain.services.keys(),
    ...domain.features.keys(),
    ...domain.acd.queues.map(({ extension }) => extension),
    ...(domain.park?.slots ?? []).map(({ slot }) => slot),
    ...domain.numbers.keys(),
  ];
  if (known.includes(to)) return to;
  const leadsOutside = domain.trunks.size > 0 || domain.numbers.size > 0 || domain.outbound.emergency.numbers.has(to);
  const digits = to.replace(/[\s().\-/]/g, ''); // as people write numbers
  if (leadsOutside && /^[+*]?\d[\d*#]*$/.test(digits)) return digits;
  throw new Misasked(`${domain.name} has no extension or service "${to}"${instead(to, known)}`);
}

function callerOf(domain: Domain, from: string | undefined): { readonly caller: Caller; readonly text: string } {
  const owner = from === undefined ? null : ownerOf(domain, from);
  if (from !== undefined && owner !== null) {
    const caller = { device: from, number: owner.extension, name: owner.name, anonymous: false };
    return { caller, text: `${from} (${owner.name})` };
  }
  const sender = { name: '', user: from ?? '', host: 'outside.invalid' };
  const caller = outsideCaller({ from: sender, asserted: null, privacy: [] }, domain.country);
  return { caller, text: from === undefined ? 'outside, without a number,' : `${from}, which is outside,` };
}

/** Reasons for programs: the data, and the words for it. */
function withTexts(domain: Domain) {
  return (step: ExplanationStep): unknown =>
    step.what !== 'decided'
      ? step
      : { ...step, because: step.because.map((reason) => ({ ...reason, text: tell(reason, domain) })) };
}

/** How things are, or are said to be, and which devices are registered then. */
function worldOf(
  scope: ExplainScope,
  domain: Domain,
  list: string | undefined,
): { readonly world: World; readonly registered: readonly string[] } {
  const all = [...domain.users.values()].flatMap(({ devices }) => devices.map(({ id }) => id));
  const known = scope.worldOf?.(domain) ?? quietWorld((device) => contactsAt(device));
  if (list === undefined) {
    return { world: known, registered: all.filter((device) => known.contactsOf(device).length > 0) };
  }
  const said = devicesIn(list, domain, all);
  const contactsOf = (device: string) => (said.has(device) ? contactsAt(device) : []);
  return { world: { ...known, contactsOf }, registered: [...said] };
}

function contactsAt(device: string): readonly Contact[] {
  return [{ uri: `sip:${device}@phone.invalid`, flow: null }];
}

function devicesIn(list: string, domain: Domain, all: readonly string[]): ReadonlySet<string> {
  const ids = list.split(',').flatMap((id) => (id.trim() === '' ? [] : [id.trim()]));
  const unknown = ids.find((id) => !all.includes(id));
  if (unknown !== undefined) throw new Misasked(`${domain.name} has no device "${unknown}"${instead(unknown, all)}`);
  return new Set(ids);
}

/** The steps as lines: when, what, and why below it. */
function story(domain: Domain, steps: readonly ExplanationStep[], terminal: Terminal): string {
  const lines = steps.flatMap((step) => {
    const time = durationText(step.afterMs).padStart(6);
    const what = `${time}  ${bold(sentence(domain, step), terminal)}`;
    if (step.what !== 'decided') return [what];
    return [what, ...step.because.map((reason) => `          ${dim(tell(reason, domain), terminal)}`)];
  });
  return lines.map((line) => `${line}\n`).join('');
}

function sentence(domain: Domain, step: ExplanationStep): string {
  switch (step.what) {
    case 'decided': {
      const owner = step.to.to === 'extension' ? domain.users.get(step.to.extension) : undefined;
      const whose = owner === undefined ? '' : ` of ${named(owner)}`;
      return step.rule === null ? `to ${describe(step.to)}` : `rule "${step.rule}"${whose}`;
    }
    case 'rings': {
      const owner = ownerOf(domain, step.target);
      const asked = step.confirm === null ? '' : ', and has to press 1 to take the call';
      return `${step.target} rings${owner === null ? '' : ` (${owner.name})`}${asked}`;
    }
    case 'screens':
      return 'the caller is asked for a name';
    case 'feature':
      return `the feature code does ${step.does}`;
    case 'voicemail': {
      const owner = domain.users.get(step.extension);
      return `the voicemail of ${owner === undefined ? step.extension : named(owner)} takes the call`;
    }
    case 'service':
      return `the ${step.service} service takes the call`;
    case 'queue':
      return `the caller waits in the queue ${step.extension}`;
    case 'slot':
      return `whoever is parked at ${step.slot} is retrieved`;
    case 'regret':
      return `the caller is told why the call ends (${step.why})`;
    case 'refused':
      return `the call is refused: ${step.why} (${step.status})`;
  }
}

function named({ extension, name }: User): string {
  return name === extension ? extension : `${extension} (${name})`;
}
