import type { EpochMs } from '../../machine/machine.js';
import type { Queue } from './acd.js';
import { averageWait } from './line.js';
import type { Refusal } from './queue-log.js';

/**
 * The entry gates in their order; null: all open. Asked once, at entry: a caller inside is not thrown out because the
 * agents leave.
 */
export function shutGate(queue: Queue, now: EpochMs): Refusal | null {
  const { config, line } = queue;
  if (config.requireAgents && queue.online === 0) return 'noAgents';
  if (config.maxLength > 0 && line.length >= config.maxLength) return 'full';
  if (config.maxExpectedWaitMs > 0 && !isServing(queue) && averageWait(queue, now) >= config.maxExpectedWaitMs)
    return 'longWait';
  return null;
}

/** Nobody waits and an agent is free: whatever the average says, it would keep a queue closed for ever. */
function isServing({ line, eligible }: Queue): boolean {
  return line.length === 0 && eligible.length > 0;
}
