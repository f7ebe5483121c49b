import { type AnsweringRule, type Destination, NO_FRAMES, type User } from '../core/domain.js';
import { NO_LISTS } from '../core/screening-list.js';
import { queueExit } from './queue.js';
import type { QueueFile, QueueRuleFile } from './queue-file.js';
import { checkOrder, implicitDefault } from './rule.js';
import type { Scope } from './scope.js';

/** a queue with answering rules is a system user, who has no phone (D-10) and the domain's zone (D-39). */
export function compileSystemUser(queue: QueueFile, country: string, scope: Scope): User | null {
  const { rules: written = [] } = queue;
  if (written.length === 0) return null;
  const extension = String(queue.extension);
  checkOrder(written, extension, scope);
  const line: Destination = { to: 'queue', extension };
  const rules = written.map((rule) => compileRule(rule, queue, line, country, scope));
  const hasDefault = written.some(({ when }) => when === 'default');
  return {
    extension,
    name: queue.name ?? extension,
    timeZone: null,
    devices: [],
    ringMs: 0,
    maxCalls: null,
    voicemail: null,
    lists: NO_LISTS,
    mayCall: null,
    callerId: null,
    music: null,
    dnd: false,
    forward: null,
    timeFrames: NO_FRAMES,
    rules: hasDefault ? rules : [...rules, ruleOf('default', null, true, line)],
  };
}

function compileRule(
  rule: QueueRuleFile,
  queue: QueueFile,
  line: Destination,
  country: string,
  scope: Scope,
): AnsweringRule {
  const { when, enabled = true, always = 'queue' } = rule;
  const to = always === 'queue' ? line : (queueExit(queue, rule, 'always', always, country, scope) ?? line);
  return ruleOf(when, when === 'default' ? null : when, enabled, to);
}

function ruleOf(name: string, frame: string | null, enabled: boolean, always: Destination): AnsweringRule {
  return { ...implicitDefault, name, frame, enabled, ring: { own: 'none', also: [] }, always };
}
