import type { Simulation } from './simulation.js';

/** One figure of a simulation, as it is compared. */
type Figure = {
  readonly title: string;
  readonly of: (simulation: Simulation) => number | null;
  readonly unit: 'count' | 'seconds' | 'percent';
};

const FIGURES: readonly Figure[] = [
  { title: 'calls', unit: 'count', of: ({ summary }) => summary.volume + summary.refused },
  { title: 'answered', unit: 'count', of: ({ summary }) => summary.answered },
  { title: 'hung up', unit: 'count', of: ({ summary }) => summary.hungUp },
  { title: 'timed out', unit: 'count', of: ({ summary }) => summary.timedOut },
  { title: 'voicemail', unit: 'count', of: ({ summary }) => summary.voicemail },
  { title: 'refused', unit: 'count', of: ({ summary }) => summary.refused },
  { title: 'service level', unit: 'percent', of: ({ summary }) => summary.serviceLevel },
  { title: 'abandon rate', unit: 'percent', of: ({ summary }) => summary.abandonRate },
  { title: 'average wait', unit: 'seconds', of: ({ summary }) => summary.averageWaitMs },
  { title: 'median wait', unit: 'seconds', of: ({ waits }) => waits.medianMs },
  { title: '90 % wait at most', unit: 'seconds', of: ({ waits }) => waits.p90Ms },
  { title: '95 % wait at most', unit: 'seconds', of: ({ waits }) => waits.p95Ms },
  { title: 'longest wait', unit: 'seconds', of: ({ summary }) => summary.longestWaitMs },
  { title: 'average talk', unit: 'seconds', of: ({ summary }) => summary.averageTalkMs },
  { title: 'occupancy', unit: 'percent', of: ({ occupancy }) => occupancy },
  { title: 'missed offers', unit: 'count', of: ({ agents }) => agents.reduce((sum, { missed }) => sum + missed, 0) },
  { title: 'calls of an agent, least', unit: 'count', of: (simulation) => callsOf(simulation).at(0) ?? null },
  { title: 'calls of an agent, most', unit: 'count', of: (simulation) => callsOf(simulation).at(-1) ?? null },
];

function callsOf({ agents }: Simulation): readonly number[] {
  return agents.map(({ calls }) => calls).sort((a, b) => a - b);
}

/** The figures of one or more simulations side by side, one line each; of two also their difference. */
export function tellSimulations(simulations: readonly Simulation[]): string {
  const [first, second] = simulations;
  const differs = first !== undefined && second !== undefined && simulations.length === 2;
  const head = ['', ...simulations.map(({ name }) => name), ...(differs ? ['difference'] : [])];
  const rows = FIGURES.map(({ title, of, unit }) => {
    const values = simulations.map(of);
    const [a = null, b = null] = values;
    const difference = a === null || b === null ? '' : withSign(b - a, unit);
    return [title, ...values.map((value) => render(value, unit)), ...(differs ? [difference] : [])];
  });
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function render(value: number | null, unit: Figure['unit']): string {
  if (value === null) return '-';
  switch (unit) {
    case 'count':
      return String(value);
    case 'seconds':
      return `${(value / 1000).toFixed(1)} s`;
    case 'percent':
      return `${(value * 100).toFixed(1)} %`;
  }
}

function withSign(difference: number, unit: Figure['unit']): string {
  return `${difference > 0 ? '+' : ''}${render(difference, unit)}`;
}

/** Everything that is known of the simulations, unrounded. */
export function simulationsJson(simulations: readonly Simulation[]): string {
  return JSON.stringify(simulations, null, 2);
}
