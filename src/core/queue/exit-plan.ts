import type { Plan, Purpose, Regret } from '../plan.js';
import type { QueueExit } from './queue-effect.js';
import type { Departure, Refusal } from './queue-log.js';

/** What is done with a caller whom a queue or slot, `from`, has sent away; where no exit is left he is told so. */
export function exitPlan(exit: QueueExit, from: string, why: Departure | Refusal | 'unanswered'): Plan {
  const regret: Regret = isUnavailable(why) ? 'queueUnavailable' : 'queueUnanswered';
  const purpose: Purpose = why === 'transferred' ? why : isUnavailable(why) ? 'unavailable' : 'unanswered';
  const otherwise: Plan = { do: 'regret', why: regret, cause: 'unavailable' };
  switch (exit.to) {
    case 'reject':
      return { ...otherwise, cause: exit.cause };
    case 'forward':
      return { do: 'route', from, to: exit.destination, purpose, screened: false, otherwise };
    case 'voicemail': {
      const to = { to: 'voicemail', extension: exit.mailbox } as const;
      return { do: 'route', from, to, purpose, screened: false, otherwise };
    }
  }
}

function isUnavailable(why: Departure | Refusal | 'unanswered'): boolean {
  switch (why) {
    case 'noAgents':
    case 'full':
    case 'longWait':
    case 'noQueue':
    case 'closed':
      return true;
    case 'abandoned':
    case 'timeout':
    case 'voicemail':
    case 'maxWait':
    case 'transferred':
    case 'lost':
    case 'unanswered':
      return false;
  }
}
