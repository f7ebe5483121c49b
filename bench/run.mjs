// What the exchange costs, measured: `npm run bench [calls|registrations|relay|memory|configuration …]`. The server has a processor of
// its own and SIPp another; where Debian's Kamailio can be had, it is measured in the same run as the yardstick.
// With STROWGER_DRACHTIO and STROWGER_FREESWITCH, `calls` measures that pairing, all three processes together (docs/drachtio.md).
import { cpus } from 'node:os';
import { startExchange } from '../tools/exchange.mjs';
import * as calls from './calls.mjs';
import * as configuration from './configuration.mjs';
import { hasKamailio, startKamailio } from './kamailio.mjs';
import * as memory from './memory.mjs';
import * as queued from './queued.mjs';
import * as registrations from './registrations.mjs';
import * as relay from './relay.mjs';
import { benchOffice, SERVER_CPU } from './sipp-load.mjs';

const FIGURES = { calls, queued, registrations, relay, memory, configuration };
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in FIGURES));
if (unknown.length > 0) {
  console.error(`no such figure: ${unknown.join(', ')}. There are: ${Object.keys(FIGURES).join(', ')}`);
  process.exit(2);
}
if (cpus().length < 2) console.log('There is one processor only: server and load share it, and every figure is low.');
console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} processors, Node.js ${process.versions.node}\n`,
);

const yardstick = hasKamailio();
if (!yardstick) console.log('Kamailio is not installed and cannot be: ours alone.\n');

for (const [name, figure] of Object.entries(FIGURES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`# ${figure.title}\n`);
  const ours = await measured(figure, 'Strowger', () => startStrowger(figure.office ?? {}));
  const theirs = figure.usesYardstick && yardstick ? await measured(figure, 'Kamailio', startKamailio) : null;
  for (const [what, value] of Object.entries(ours)) {
    const against = theirs?.[what];
    const comparable = Number.isFinite(against) && against > 0 && Number.isFinite(value);
    const ratio = comparable ? `; Kamailio ${round(against)}; ours is ${(value / against).toFixed(2)} times that` : '';
    console.log(`${what}: ${round(value)}${ratio}`);
  }
  console.log('');
}

async function measured(figure, name, start) {
  const server = figure.standsAlone === true ? { stop: async () => {} } : await start();
  try {
    const { lines, figures, why } = await figure.measure(server);
    console.log(table(name, [figure.columns, ...lines]));
    if (why) console.log(`What ended it ${why}\n`);
    return figures;
  } finally {
    await server.stop();
  }
}

/** `office`: what the figure wants beside the users. */
async function startStrowger(office) {
  const callers = benchOffice(2000, 400).users;
  return await startExchange(
    { ...benchOffice(3000, 400), users: [...callers, ...benchOffice(3000, 400).users], ...office },
    { cpu: SERVER_CPU },
  );
}

function table(name, rows) {
  const texts = rows.map((row) => row.map(String));
  const widths = texts[0].map((_, i) => Math.max(...texts.map((row) => row[i]?.length ?? 0)));
  const lines = texts.map((row) => `| ${row.map((cell, i) => cell.padStart(widths[i])).join(' | ')} |`);
  return `${name}\n${lines[0]}\n|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|\n${lines.slice(1).join('\n')}\n`;
}

function round(value) {
  return Number(value.toPrecision(3));
}
