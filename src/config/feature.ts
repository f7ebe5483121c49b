import type { Domain, Feature } from '../core/domain.js';
import { ABSENCES } from '../core/queue/queue-config.js';
import type { DomainFile } from './domain-file.js';
import { didYouMean } from './problem.js';
import { fail, failName, lineOf, type Scope } from './scope.js';

type Frames = Pick<Domain, 'timeFrames' | 'users'>;

/** The feature codes of a domain; a code that means something else already is an error. */
export function compileFeatures(
  { features: written, agentStatuses = {} }: DomainFile,
  domain: Frames,
  scope: Scope,
): ReadonlyMap<string, Feature> {
  const features = new Map<string, Feature>();
  for (const [code, form] of Object.entries(written ?? {})) {
    const taken = scope.names.services.get(code) ?? scope.names.extensions.get(code);
    if (taken !== undefined) {
      failName(scope, written, code, `${code} is a service or an extension already, at line ${lineOf(scope, taken)}`);
    }
    if (typeof form !== 'object') {
      features.set(code, { does: form });
      continue;
    }
    if ('agentAway' in form) {
      const away = Object.entries(agentStatuses).flatMap(([name, is]) => (is === 'away' ? [name] : []));
      checkAbsence(form, [...ABSENCES, ...away], scope);
      features.set(code, { does: 'agentAway', status: form.agentAway });
      continue;
    }
    checkToggle(form, domain, scope);
    features.set(code, { does: 'toggle', frame: form.toggle });
  }
  return features;
}

/** The frame is a shared one, or a private one of at least one user, and switched by hand (D-62). */
function checkToggle(form: { readonly toggle: string }, { timeFrames, users }: Frames, scope: Scope): void {
  const { frames, privateFrames } = scope.names;
  const { toggle } = form;
  const name = JSON.stringify(toggle);
  const isDeclared = frames.has(toggle) || [...privateFrames.values()].some((names) => names.has(toggle));
  if (!isDeclared) {
    const all = [...frames.keys(), ...[...privateFrames.values()].flatMap((names) => [...names])];
    fail(scope, form, 'toggle', `there is no time frame ${name}${didYouMean(toggle, all)}`);
    return;
  }
  const meant = [timeFrames.get(toggle), ...[...users.values()].map((user) => user.timeFrames.get(toggle))];
  const other = meant.find((frame) => frame !== undefined && frame.kind !== 'toggle');
  if (other === undefined) return;
  const whose = other.owner === null ? '' : ` of ${other.owner}`;
  const message = `${name}${whose} is no frame that is switched by hand; expected one with \`switched\``;
  fail(scope, form, 'toggle', message);
}

function checkAbsence(form: { readonly agentAway: string }, absences: readonly string[], scope: Scope): void {
  const { agentAway } = form;
  if (absences.includes(agentAway)) return;
  const instead = didYouMean(agentAway, absences) || `; there are ${absences.join(', ')}, see agentStatuses`;
  fail(scope, form, 'agentAway', `there is no absence ${JSON.stringify(agentAway)}${instead}`);
}
