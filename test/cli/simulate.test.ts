import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type SimulateOptions, simulateQueue } from '../../src/cli/simulate.js';
import { openStore } from '../../src/store/store.js';
import { folderOf } from '../config/config-folder.js';
import { DAY, Day } from '../core/queue-day.js';
import { recordedTerminal } from './recorded-terminal.js';

const office = (kind: string, agents: string) => `domain: a.example
timezone: UTC
statistics: { serviceLevel: 20s }
users: [{ extension: 201 }, { extension: 202 }, { extension: 203 }]
queues: [{ extension: 8801, name: Sales, kind: ${kind}, wrapUp: 30s, agents: ${agents} }, { extension: 8802, agents: [201] }]
`;
const FILES = {
  'office.yaml': office('roundRobin', '[201, 202]'),
  'other.yaml': office('linearHunt', '[201, 202, 203]'),
  'none.yaml': 'domain: a.example\nusers: [{ extension: 201 }]\nqueues: [{ extension: 8801 }]\n',
};
const DEFAULTS = {
  ...{ arrivals: 'poisson:30/h', talk: 'lognormal:180s', patience: 'exponential:3m', answer: 'constant:4s' },
  ...{ hours: '8', seed: '1' },
};

/** Paths in `given` are names of `FILES`. */
function simulated(queue: string, given: Partial<SimulateOptions> = {}, data = 'data', folder = folderOf(FILES)) {
  const terminal = recordedTerminal();
  const at = (name: string | undefined) => (name === undefined ? undefined : join(folder, name));
  const paths = { config: join(folder, given.config ?? 'office.yaml'), against: at(given.against), data: at(data) };
  const code = simulateQueue(queue, { ...DEFAULTS, ...given, ...paths }, {}, terminal);
  const { out, err } = terminal.said();
  return { code, out, err: err.replaceAll(folder, '') };
}

const json = (queue: string, given: Partial<SimulateOptions> = {}) =>
  JSON.parse(simulated(queue, { ...given, json: true }).out);

describe('strowger simulate', () => {
  it('tells how a day would go, the same for the same seed', () => {
    const { code, out, err } = simulated('8801');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n').map((line) => line.split(/ {2,}/)[0])).toEqual([
      ...['', 'calls', 'answered', 'hung up', 'timed out', 'voicemail', 'refused', 'service level', 'abandon rate'],
      ...['average wait', 'median wait', '90 % wait at most', '95 % wait at most', 'longest wait', 'average talk'],
      ...['occupancy', 'missed offers', 'calls of an agent, least', 'calls of an agent, most', ''],
      ...['office.yaml 8801', '', '', ''],
    ]);
    expect(simulated('Sales').out).toBe(out);
    expect(simulated('8801', { seed: '2' }).out).not.toBe(out);
  });

  it('compares two configurations that meet the same callers', () => {
    const [first, second] = json('8801', { against: 'other.yaml' });
    expect([first.name, second.name]).toEqual(['office.yaml 8801', 'other.yaml 8801']);
    expect(second.summary.volume).toBe(first.summary.volume);
    expect(second.agents).toHaveLength(3);
    expect(second.summary.answered).toBeGreaterThan(first.summary.answered);
    expect(first).toEqual(json('8801')[0]);
    expect(simulated('8801', { against: 'other.yaml' }).out).toMatch(
      /office\.yaml 8801 {2}other\.yaml 8801 {2}difference/,
    );
  });

  it('has as many agents as are asked for, with the wrap-up of the queue', () => {
    const [simulation] = json('8801', { agents: '5', patience: 'never', talk: 'constant:60s', hours: '100' });
    expect(simulation.agents.map(({ agent }: { agent: string }) => agent)).toEqual(['1', '2', '3', '4', '5']);
    // 90 s of every two minutes are shared by five
    expect(simulation.occupancy).toBeCloseTo((30 * 90) / 3600 / 5, 1);
    expect(simulation.slaMs).toBe(20_000);
  });

  it('draws a chart of both', () => {
    const { out } = simulated('8801', { svg: true, against: 'other.yaml' });
    expect(out).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg".*<\/svg>\n$/s);
    expect(out.match(/<polyline/g)).toHaveLength(4);
  });

  it('plays a recorded day again, and what another configuration would have made of it', async () => {
    const folder = folderOf({ ...FILES, 'data/x': '' });
    mkdirSync(join(folder, 'd'));
    const store = openStore({
      file: join(folder, 'd/strowger.db'),
      inThread: true,
      onError: ({ message }) => expect.fail(message),
    });
    const day = new Day()
      .status(-1000, '201', 'online')
      .answered(0, 'c1', '201', 5, 300)
      .left(1, 'c2', 'abandoned', 20)
      .answered(10, 'c3', '201', 5, 60);
    for (const row of day.rows) store.addQueueRow('a.example', row);
    await store.close();
    const options = { replay: new Date(DAY).toISOString().slice(0, 10), json: true, against: 'other.yaml' };
    const [first, second] = JSON.parse(simulated('8801', options, 'd', folder).out);
    expect(first.summary).toMatchObject({ volume: 3, answered: 2, hungUp: 1, serviceLevel: 2 / 3 });
    expect(first.agents.map(({ calls }: { calls: number }) => calls)).toEqual([2, 0]);
    // 202 was not there; 203 is new, and there all day
    expect(second.summary).toMatchObject({ volume: 3, answered: 3 });
    expect(second.agents.map(({ calls }: { calls: number }) => calls)).toEqual([2, 0, 1]);
    expect(simulated('8801', { replay: '2026-01-01' }, 'd', folder).err).toBe(
      'strowger simulate: nobody called queue 8801 on 2026-01-01\n',
    );
  });

  it.each<[string, string, Partial<SimulateOptions>, string]>([
    ['an unknown queue', '8803', {}, 'a.example has no queue "8803"; did you mean "8801"?'],
    [
      'a queue without agents',
      '8801',
      { config: 'none.yaml' },
      'queue 8801 of none.yaml has no agents; try --agents 6',
    ],
    [
      'no callers',
      '8801',
      { arrivals: undefined },
      'nobody calls; give --arrivals such as poisson:30/h, or --replay with a day',
    ],
    ['no rate', '8801', { arrivals: 'poisson:30' }, '--arrivals poisson:30: "30" is no rate such as 30/h'],
    ['no length', '8801', { talk: 'constant:3' }, '--talk constant:3: "3" is no duration such as 90s or 1m30s'],
    [
      'an unknown distribution',
      '8801',
      { patience: 'normal:3m' },
      '--patience normal:3m: "normal" is none of constant, exponential, uniform, lognormal, never',
    ],
    ['no hours', '8801', { hours: '0' }, '"0" is no number of hours; expected such as 8'],
    [
      'half an agent',
      '8801',
      { agents: '1.5' },
      '"1.5" is no number of agents; expected a whole number from 1 to 10000',
    ],
    ['no seed', '8801', { seed: 'x' }, '"x" is no seed; expected a whole number from 0 to 4294967295'],
    ['no day', '8801', { replay: '2026-11-20T10:00' }, '"2026-11-20T10:00" is no day; expected one such as 2026-11-20'],
  ])('refuses %s', (_, queue, given, message) => {
    expect(simulated(queue, given)).toEqual({ code: 1, out: '', err: `strowger simulate: ${message}\n` });
  });
});
