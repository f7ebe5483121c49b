import { type AcdConfig, type AgentConfig, ENTRY_DEFAULTS, type QueueConfig } from '../queue/queue-config.js';

/**
 * The agents of one queue, without their other queues. `count`: so many in place of those of the configuration, named
 * `1`, `2` …, each with the settings of one of them in turn; null: those of the configuration.
 */
export function staffOf(
  { agents }: AcdConfig,
  { extension }: QueueConfig,
  count: number | null,
): readonly AgentConfig[] {
  const own = agents.flatMap(({ agent, name, entries }) => {
    const entry = entries.find(({ queue }) => queue === extension);
    return entry === undefined ? [] : [{ agent, name, entries: [entry] }];
  });
  if (count === null) return own;
  return Array.from({ length: count }, (_, index) => {
    const agent = String(index + 1);
    const [settings] = own[index % own.length]?.entries ?? [];
    const reach = { type: 'device', device: agent } as const;
    return {
      agent,
      name: agent,
      entries: [{ ...ENTRY_DEFAULTS, ...settings, queue: extension, reach, order: index + 1 }],
    };
  });
}
