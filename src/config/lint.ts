import type { Domain } from '../core/domain.js';
import { type LoopStep, type RoutingFault, routingFaults } from '../core/routing-graph.js';
import { wallText } from '../core/wall-clock.js';
import type { DomainFile, UserFile } from './domain-file.js';
import type { QueueFile } from './queue-file.js';
import { type Scope, warn } from './scope.js';

/** Warns of what is wrong with the rules of a domain taken together. `nowMs`: from when on; `most`: see `routingFaults`. */
export function lintRouting(domain: Domain, written: DomainFile, nowMs: number, scope: Scope, most?: number): void {
  const faults = routingFaults(domain, nowMs, most);
  if (faults.length === 0) return;
  const owners: Owners = new Map(
    [...(written.users ?? []), ...(written.queues ?? [])].map((owner) => [String(owner.extension), owner]),
  );
  for (const fault of faults) tell(fault, domain, written, owners, scope);
}

/** Users, and queues that have rules. */
type Owners = ReadonlyMap<string, Pick<UserFile | QueueFile, 'rules'>>;

function tell(fault: RoutingFault, domain: Domain, written: DomainFile, owners: Owners, scope: Scope): void {
  switch (fault.fault) {
    case 'idleFrame':
      warnOfRule(
        fault,
        'when',
        'never decides within a year, because its time frame never holds in it; remove the rule, or give the frame other dates',
        owners,
        scope,
      );
      return;
    case 'covered': {
      const { extension, by, at } = fault;
      const above = JSON.stringify(domain.users.get(extension)?.rules[by]?.name ?? '');
      const example = `${above} on ${wallText(at, domain.timeZone)}`;
      const message = `never decides within a year, because whenever it holds, a rule above it does, such as ${example}; move it up, or remove it`;
      warnOfRule(fault, 'when', message, owners, scope);
      return;
    }
    case 'loop': {
      const [first] = fault.steps;
      if (first === undefined) return;
      const when = wallText(fault.at, domain.timeZone);
      const isSure = fault.steps.every(({ exit }) => exit === 'always' || exit === 'unanswered');
      const which = isSure ? 'calls that nobody takes' : 'calls to lines that are busy or offline';
      const message = `${which} go in a circle, for example ${when}: ${wayOf(fault.steps)}; let one of them end in voicemail`;
      if (first.rule !== null) warnOfRule({ ...first, rule: first.rule }, first.exit, message, owners, scope);
      else {
        const queue = written.queues?.find(({ extension }) => String(extension) === first.extension);
        if (queue !== undefined) warn(scope, queue, 'forwardUnanswered', message);
      }
      return;
    }
    case 'moreLoops': {
      const message = `circles of forwards that are not listed: ${fault.count} more`;
      scope.findings.warnings.push({ ...scope.file.keyPlace(scope.file.value, 'users'), message });
      return;
    }
    case 'unseen': {
      const when = wallText(fault.at, domain.timeZone);
      const message = `so much changes here that circles of forwards were looked for until ${when} only, and rules that never decide not at all`;
      scope.findings.warnings.push({ ...scope.file.keyPlace(scope.file.value, 'users'), message });
    }
  }
}

/** The rule as it is written; one that is implied has nothing to warn of. */
function warnOfRule(
  step: { readonly extension: string; readonly rule: number },
  key: 'when' | LoopStep['exit'],
  message: string,
  owners: Owners,
  scope: Scope,
) {
  const rule = owners.get(step.extension)?.rules?.[step.rule];
  if (rule !== undefined) warn(scope, rule, key, message);
}

const MOST_STEPS = 12;

/** `201 → 202 → 201` */
function wayOf(steps: readonly LoopStep[]): string {
  // The rules of a queue and its line are one to the reader.
  const all = steps.map(({ extension }) => extension).filter((extension, i, every) => extension !== every[i - 1]);
  const shown =
    all.length <= MOST_STEPS ? all : [...all.slice(0, MOST_STEPS - 1), `(${all.length - MOST_STEPS + 1} more)`];
  return [...shown, ...all.slice(0, 1)].join(' → ');
}
