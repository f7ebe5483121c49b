import { isOnline } from './acd.js';
import type { Verdict } from './ranking.js';

/** green is available, red is busy or unavailable, grey is not logged in. */
export type Light = 'green' | 'red' | 'grey';

/** Of an agent, by what each of his queues thinks of him. */
export function agentLight(verdicts: readonly Verdict[]): Light {
  if (verdicts.includes('eligible')) return 'green';
  return verdicts.some((verdict) => isOnline(verdict) || verdict === 'away') ? 'red' : 'grey';
}

/** Of a queue: somebody is free, somebody is there, nobody is. */
export function queueLight({ online, available }: { readonly online: number; readonly available: number }): Light {
  if (online === 0) return 'grey';
  return available > 0 ? 'green' : 'red';
}
