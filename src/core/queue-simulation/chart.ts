import type { Simulation } from './simulation.js';

const WIDTH = 960;
const PANEL = 200;
const LEFT = 56;
const RIGHT = 16;
const TOP = 52;
const GAP = 48;
const COLOURS = ['#2a6fb0', '#d0602b', '#3b8f4e', '#8a4fa3'];
const HOUR_MS = 3_600_000;

type Panel = { readonly title: string; readonly of: (simulation: Simulation) => readonly number[] };

const PANELS: readonly Panel[] = [
  { title: 'callers waiting', of: ({ series }) => series.waiting },
  { title: 'agents talking', of: ({ series }) => series.talking },
];

/** An SVG document: callers waiting and agents talking over the period, one line per simulation. */
export function drawChart(simulations: readonly Simulation[]): string {
  const height = TOP + PANELS.length * (PANEL + GAP);
  const durationMs = Math.max(1, ...simulations.map((simulation) => simulation.durationMs));
  const panels = PANELS.map((panel, index) => drawPanel(panel, simulations, TOP + index * (PANEL + GAP), durationMs));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...simulations.map(drawLegend),
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function drawLegend({ name, summary }: Simulation, index: number): string {
  const x = LEFT + index * 220;
  const level = summary.serviceLevel === null ? '' : `, ${(summary.serviceLevel * 100).toFixed(1)} % in time`;
  return (
    `<rect x="${x}" y="10" width="12" height="12" fill="${colour(index)}"/>` +
    `<text x="${x + 18}" y="20">${escapeXml(name)}${level}</text>`
  );
}

function drawPanel({ title, of }: Panel, simulations: readonly Simulation[], top: number, durationMs: number): string {
  const highest = roundUp(Math.max(1, ...simulations.flatMap(of)));
  const x = (ms: number): string => (LEFT + (ms / durationMs) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const y = (value: number): string => (top + PANEL - (value / highest) * PANEL).toFixed(1);
  const grid = [0, highest / 2, highest].map(
    (value) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}" stroke="#d8d8d8"/>` +
      `<text x="${LEFT - 6}" y="${y(value)}" dy="4" text-anchor="end">${value}</text>`,
  );
  const hours = ticks(durationMs).map(
    (ms) => `<text x="${x(ms)}" y="${top + PANEL + 16}" text-anchor="middle">${ms / HOUR_MS} h</text>`,
  );
  const lines = simulations.map((simulation, index) => {
    const { stepMs } = simulation.series;
    const points = of(simulation).map((value, part) => `${x((part + 0.5) * stepMs)},${y(value)}`);
    return `<polyline fill="none" stroke="${colour(index)}" stroke-width="1.5" points="${points.join(' ')}"/>`;
  });
  const caption = `<text x="${LEFT}" y="${top - 6}" font-weight="bold">${title}</text>`;
  return [caption, ...grid, ...hours, ...lines].join('\n');
}

/** Whole hours, a dozen at most. */
function ticks(durationMs: number): readonly number[] {
  const hours = durationMs / HOUR_MS;
  const step = Math.max(1, Math.ceil(hours / 12));
  return Array.from({ length: Math.floor(hours / step) + 1 }, (_, index) => index * step * HOUR_MS);
}

/** To 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((factor) => factor * power >= value) ?? 10) * power;
}

function colour(index: number): string {
  return COLOURS[index % COLOURS.length] ?? '#000000';
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
