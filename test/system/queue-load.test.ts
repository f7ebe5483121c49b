import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Exchange, freePort, startExchange } from '../../tools/exchange.mjs';
import { Sipp, type SippLoad, type SippResult } from '../support/sipp.js';

const DOMAIN = 'office.test';
const CARRIER = '127.0.0.2';
const NUMBER = '+12125558801';
const AGENTS = Array.from({ length: 50 }, (_, i) => `${3000 + i}`);
const CALLERS = 500;
const PASSWORD = 'not-much-of-a-secret';
const CLI = 'dist/cli/strowger.js';
const run = promisify(execFile);

type Figures = {
  readonly volume: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly waiting: number;
};

/** An agent talks for so long: the pace of all of them together is 100 calls a second. [ms] */
const TALK_MS = 500;

const KINDS = {
  roundRobin: {},
  ringAll: {},
  linearHunt: {},
  linearCascade: { initialGroup: 10, addGroup: 10 },
} as const;
type Kind = keyof typeof KINDS;

function office(kind: Kind, agents: readonly string[], wrapUp: string): Readonly<Record<string, unknown>> {
  const queue = { extension: '8801', name: 'Sales', kind, agents, agentRingTime: '5s', wrapUp, ...KINDS[kind] };
  return {
    domain: DOMAIN,
    country: 'US',
    timezone: 'America/New_York',
    trunks: { carrier: { host: CARRIER, qualify: false } },
    numbers: { [NUMBER]: { queue: '8801' } },
    features: { '*45': 'agentLogin' },
    queues: [queue],
    users: agents.map((extension) => ({ extension, devices: [{ id: extension, password: PASSWORD }] })),
    server: { log: 'warn', media: { address: '127.0.0.1', ports: '46000-49999' } },
  };
}

describe('50 agents and 500 callers through a queue, with SIPp at both ends', () => {
  let exchange: Exchange;
  const running: Sipp[] = [];

  afterEach(async () => {
    await Promise.all(running.splice(0).map((sipp) => sipp.stop()));
    await exchange.stop();
  });

  function play(scenario: string, more: Omit<SippLoad, 'scenario' | 'serverPort' | 'domain'>): Sipp {
    const path = join('test/system/queue', `${scenario}.xml`);
    return new Sipp({ scenario: path, serverPort: exchange.port, domain: DOMAIN, ...more });
  }

  /** Credentials for SIPp to answer a challenge with. */
  const rowOf = (user: string, ...more: (string | number)[]) => [
    user,
    `[authentication username=${user} password=${PASSWORD}]`,
    ...more,
  ];

  async function played(sipp: Sipp, calls: number): Promise<SippResult> {
    const result = await sipp.result();
    expect(result, result.said).toMatchObject({ done: calls, failed: 0 });
    return result;
  }

  /** Every agent registers, logs in, and answers from here on. */
  async function agentsAtWork(
    kind: Kind,
    ringMs: number,
    agents = AGENTS,
    wrapUp = '0s',
  ): Promise<{ readonly port: number }> {
    exchange = await startExchange(office(kind, agents, wrapUp));
    const port = await freePort();
    const registered = play('register', {
      rows: agents.map((agent) => rowOf(agent, port, 600)),
      port, // a phone is called where it registered from
      calls: agents.length,
      rate: 100,
    });
    await played(registered, agents.length);
    const loggedIn = play('dial', {
      rows: agents.map((agent) => rowOf(agent)),
      port: await freePort(),
      calls: agents.length,
      rate: 50,
      settings: { code: '*45' },
    });
    await played(loggedIn, agents.length);
    const settings = { ring: ringMs, talk: TALK_MS };
    running.push(play('agent', { rows: [['-']], port, calls: 0, rate: 1, settings }));
    await sleep(300);
    return { port };
  }

  async function callersWith(patienceMs: number, calls: number, rate: number): Promise<Sipp> {
    const options = { port: await freePort(), host: CARRIER, calls, rate };
    return play('caller', { rows: [[NUMBER]], ...options, settings: { patience: patienceMs } });
  }

  /** What `strowger stats` says of today, once it says nothing new. */
  async function figures(report: 'queues' | 'agents'): Promise<readonly Figures[]> {
    const where = ['--config', exchange.configFile, '--data', exchange.dataFolder];
    const { stdout } = await run(process.execPath, [CLI, 'stats', report, ...where, '--json']);
    const told: { readonly lines: readonly Figures[] } = JSON.parse(stdout);
    return told.lines;
  }

  /** What `strowger agent` prints. */
  async function agent(...words: readonly string[]): Promise<string> {
    const where = ['--config', exchange.configFile, '--data', exchange.dataFolder];
    return (await run(process.execPath, [CLI, 'agent', ...words, ...where])).stdout;
  }

  /** All calls are over. */
  async function nothingLeft(): Promise<void> {
    await vi.waitFor(
      async () => {
        expect((await exchange.status())['calls']).toEqual([]);
      },
      { timeout: 60_000, interval: 500 },
    );
    expect(exchange.running(), exchange.output()).toBe(true);
  }

  it.each(['roundRobin', 'ringAll', 'linearHunt', 'linearCascade'] as const)(
    'A-127 %s: every caller is answered, once',
    async (kind) => {
      await agentsAtWork(kind, 20);
      await played(await callersWith(60_000, CALLERS, 250), CALLERS);
      await nothingLeft();
      await sleep(1000); // the last rows are written
      const [queue] = await figures('queues');
      expect(queue).toMatchObject({ volume: CALLERS, answered: CALLERS, abandoned: 0, waiting: 0, missed: 0 });
      const answered = (await figures('agents')).map((agent) => agent.answered);
      expect(answered.reduce((sum, each) => sum + each, 0)).toBe(CALLERS);
      if (kind === 'roundRobin') expect(Math.max(...answered) - Math.min(...answered)).toBeLessThanOrEqual(10);
    },
    150_000,
  );

  it('races: callers leave while agents answer, several answer together, and agents unregister while they are offered one', async () => {
    const { port } = await agentsAtWork('ringAll', 30);
    const callers = await Promise.all([30, 60, 300, 1500].map((patienceMs) => callersWith(patienceMs, 50, 25)));
    await sleep(1000);
    const leaving = AGENTS.slice(0, 20);
    const rows = leaving.map((agent) => rowOf(agent, port, 0));
    await played(play('register', { rows, port: await freePort(), calls: leaving.length, rate: 20 }), leaving.length);
    for (const each of callers) await played(each, 50);
    await nothingLeft();
    await sleep(1000);
    const [queue] = await figures('queues');
    expect(queue?.volume).toBe(200);
    expect((queue?.answered ?? 0) + (queue?.abandoned ?? 0)).toBe(200);
    expect(queue?.waiting).toBe(0);
  }, 150_000);

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'D-36 ended by %s with callers waiting: the record tells their end, the wrap-up goes on, the phone is rung without registering again',
    async (signal) => {
      await agentsAtWork('roundRobin', 20, ['3000'], '9m55s');
      await played(await callersWith(60_000, 1, 1), 1);
      const waiting = await callersWith(8_000, 5, 50);
      await vi.waitFor(async () => expect((await exchange.status())['calls']).toHaveLength(5), { timeout: 10_000 });
      await sleep(1000);
      const before = JSON.parse(await agent('3000', '--json'));
      await exchange.restart(signal);
      const { status, since, activity, queues } = before;
      expect(activity).toBe('wrapUp');
      expect(JSON.parse(await agent('3000', '--json'))).toMatchObject({ status, since, activity, queues });
      const { done } = await waiting.result();
      if (signal === 'SIGTERM') expect(done).toBe(5); // each heard a BYE
      const [queue] = await figures('queues');
      expect(queue).toMatchObject({ volume: 6, answered: 1, abandoned: 5, waiting: 0 });
      await agent('3000', 'wrap-up', 'end');
      await played(await callersWith(60_000, 1, 1), 1);
      await nothingLeft();
      await sleep(1000);
      expect((await figures('queues'))[0]).toMatchObject({ volume: 7, answered: 2, abandoned: 5 });
    },
    150_000,
  );
});
