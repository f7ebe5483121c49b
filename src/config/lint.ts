import type { Domain } from '../core/domain.js';
import { type RoutingFault, routingFaults } from '../core/routing-graph.js';
import { wallText } from '../core/wall-clock.js';
import type { DomainFile } from './domain-file.js';
import { type Scope, warn } from './scope.js';

/** Warns of what is wrong with the rules of a domain taken together. `nowMs`: from when on. */
export function lintRouting(domain: Domain, written: DomainFile, nowMs: number, scope: Scope): void {
  for (const fault of routingFaults(domain, nowMs)) tell(fault, domain, written, scope);
}

function tell(fault: RoutingFault, domain: Domain, written: DomainFile, scope: Scope): void {
  switch (fault.fault) {
    case 'neverActive': {
      const rule = writtenRule(written, fault.extension, fault.rule);
      if (rule !== null) {
        const message =
          'never decides within a year, because rules above it hold whenever this one does, or its time frame never does; move it up, or remove it';
        warn(scope, rule, 'when', message);
      }
      return;
    }
    case 'loop': {
      const [first] = fault.steps;
      if (first === undefined) return;
      const rule = writtenRule(written, first.extension, first.rule);
      if (rule === null) return;
      const way = [...fault.steps.map(({ extension }) => extension), first.extension].join(' → ');
      const when = wallText(fault.at, domain.timeZone);
      const key = rule.always === undefined ? 'unanswered' : 'always';
      warn(
        scope,
        rule,
        key,
        `calls that nobody takes go in a circle, for example ${when}: ${way}; let one of them end in voicemail`,
      );
    }
  }
}

/** The rule as it is written; null for one that is implied. */
function writtenRule(written: DomainFile, extension: string, rule: number) {
  const user = written.users?.find((one) => String(one.extension) === extension);
  return user?.rules?.[rule] ?? null;
}
