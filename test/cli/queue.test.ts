import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startControlServer } from '../../src/cli/control-server.js';
import { runCommand } from '../../src/cli/program.js';
import { obeyQueues } from '../../src/cli/queue-control.js';
import { loadConfig } from '../../src/config/load.js';
import { quietWorld } from '../../src/core/world.js';
import { openStore } from '../../src/store/store.js';
import { LiveQueues, type QueueOrder } from '../../src/switch/live-queues.js';
import { folderOf } from '../config/config-folder.js';
import { FakeClock } from '../support/fake-clock.js';
import { recordedTerminal } from './recorded-terminal.js';

const OFFICE = `domain: a.example
timezone: UTC
agentStatuses: { Back office: available }
queues:
  - { extension: 8801, name: Sales, agents: [201, 202], wrapUp: 30s }
  - { extension: 8802, name: Help, agents: [202] }
numbers: { "+12125550102": { queue: 8802 }, "+12125550101": { queue: 8802, introduction: wait } }
users:
  - { extension: 201, name: Ellen Green }
  - { extension: 202, name: Tom Baker }
  - { extension: 203, name: Ana Silva }
`;
const START = Date.UTC(2026, 10, 23, 9);

/** The live queues of the office behind a control socket, all phones registered, their record in a store. */
async function running() {
  const folder = folderOf({ 'config/domains/a.yaml': OFFICE });
  const [config, data] = [join(folder, 'config'), join(folder, 'd')];
  mkdirSync(data);
  const loaded = loadConfig(config, {});
  const domain = loaded.ok ? loaded.config.domains.get('a.example') : undefined;
  if (domain === undefined) throw new Error('the office is wrong');
  const file = join(data, 'strowger.db');
  const store = openStore({ file, inThread: true, onError: ({ message }) => expect.fail(message) });
  const clock = new FakeClock(START);
  const lines = new LiveQueues(domain, {
    clock,
    world: quietWorld((device) => [{ uri: `sip:${device}@192.0.2.1`, flow: null }]),
    records: {
      agents: (name) => store.loadAgents(name),
      saveAgent: (name, agent) => store.saveAgent(name, agent),
      queueEvent: (name, row) => store.addQueueRow(name, row),
      parkEvent: () => {},
      notice: () => {},
    },
    shown: () => {},
    guard: (_call, _order, work) => work(),
  });
  const orders: QueueOrder[] = [];
  const join_ = (record: string, queue: string, name: string) =>
    lines.join(
      {
        ...{ id: record, record, inSlot: () => {}, giveTo: () => {}, take: () => {}, nothingParked: () => {} },
        inQueue: (order) => orders.push(order),
      },
      { queue, party: { name, number: '5550100' }, dialled: queue, priority: 0, announce: null, since: null },
    );
  const nothing = {
    ...{ startedAt: 0, domains: [], pairing: 'embedded', listeners: [], daemons: [], timers: 0 },
    ...{ registrations: [], users: [], trunks: [], calls: [] },
  };
  const socket = await startControlServer(join(data, 'control.sock'), () => nothing, {
    queues: {
      show: (name) => (name === domain.name ? lines.snapshot() : null),
      obey: (command) =>
        obeyQueues(command, {
          domain: (name) => (name === domain.name ? domain : null),
          show: () => lines.snapshot(),
          ask: (_, event) => lines.ask(event),
        }),
    },
  });
  onTestFinished(async () => {
    lines.stop();
    await socket.stop();
    await store.close();
  });
  const say = async (...words: string[]) => {
    await store.flush();
    const terminal = recordedTerminal();
    const status = await runCommand([...words, '-c', config, '-d', data], terminal, {});
    const { out, err } = terminal.said();
    return { status, out, err: err.replaceAll(folder, '') };
  };
  return { say, lines, clock, orders, enter: join_, socket };
}

const DONE = { status: 0, out: 'done\n', err: '' };
const refused = (command: string, message: string) => ({
  status: 1,
  out: '',
  err: `strowger ${command}: ${message}\n`,
});

describe('strowger queue', () => {
  it('A-146 lists the queues: waiting, longest wait, available and online agents', async () => {
    const { say, enter, clock } = await running();
    await say('agent', '202', 'login');
    enter('c1', '8802', 'Zoë');
    enter('c2', '8801', 'Max');
    clock.advance(12_000);
    expect((await say('queue')).out).toBe(`Queue  Name   Kind        Waiting  Longest  Available  Online
8801   Sales  roundRobin        1      12s          0       1
8802   Help   roundRobin        1      12s          0       1
`);
  });

  it('A-111 shows the phone numbers that lead straight to it', async () => {
    const { say } = await running();
    expect((await say('queue', '8802')).out).toMatch(/^8802 Help, .*\ncalled at \+12125550101, \+12125550102\n/);
    expect(JSON.parse((await say('queue', '8802', '--json')).out)).toMatchObject({
      numbers: ['+12125550101', '+12125550102'],
    });
    expect((await say('queue', '8801')).out).not.toContain('called at');
  });

  it('A-162 shows the line and why each agent is not offered callers', async () => {
    const { say, enter, clock, lines } = await running();
    await say('agent', 'Tom Baker', 'login');
    await say('agent', '201', 'login', '--status', 'back office');
    await say('agent', '201', 'away', 'lunch');
    enter('c1', '8801', 'Zoë');
    enter('c2', '8801', '');
    clock.advance(7_000);
    expect((await say('queue', 'sales')).out).toBe(`8801 Sales, roundRobin: 2 callers, 0 of 1 online available
average wait 7s

Place  Caller         Waits  Priority  State               Call
    1  5550100 (Zoë)     7s            reserved Tom Baker  c1
    2  5550100           7s            waits               c2

Agent  Name         Status            For this queue
201    Ellen Green  away (Lunch)      away
202    Tom Baker    online, reserved  being offered another caller
`);
    const shown = JSON.parse((await say('queue', '8801', '--json')).out);
    expect(shown.callers.map(({ call }: { call: string }) => call)).toEqual(['c1', 'c2']);
    const everything = JSON.parse((await say('queue', '--json')).out);
    expect(everything).toEqual(JSON.parse(JSON.stringify(lines.snapshot())));
  });

  it('D-33 A-162 prioritises, picks up and transfers a waiting caller, by call or place', async () => {
    const { say, enter, lines, orders } = await running();
    for (const call of ['call-1', 'call-2', 'call-3']) enter(call, '8801', 'Zoë');
    const line = () => lines.snapshot().queues[0]?.callers.map(({ call }) => call);
    expect(await say('queue', '8801', 'prioritise', '3')).toEqual(DONE);
    expect(line()).toEqual(['call-3', 'call-1', 'call-2']);
    expect(await say('queue', '8801', 'pickup', 'call-2', '--agent', '201')).toEqual(DONE);
    expect(orders.at(-1)).toMatchObject({ type: 'offer', call: 'call-2', agent: '201' });
    expect(await say('queue', '8801', 'transfer', 'call-1', '203', '--by', 'boss')).toEqual(DONE);
    expect(orders.at(-1)).toMatchObject({
      ...{ type: 'leave', call: 'call-1' },
      exit: { to: 'forward', destination: { to: 'extension', extension: '203' } },
    });
    expect(line()).toEqual(['call-3', 'call-2']);
    expect((await say('why', 'call-1')).out).toMatch(/left 8801 \(Sales\): sent elsewhere by boss\n/);
  });

  it('tells what does not go', async () => {
    const { say, enter } = await running();
    for (const call of ['call-1', 'call-2']) enter(call, '8801', 'Zoë');
    expect(await say('queue', '8803')).toEqual(refused('queue', 'there is no queue "8803"; did you mean "8801"?'));
    expect(await say('queue', '8801', 'prioritise')).toEqual(refused('queue', 'expected a call or place'));
    expect(await say('queue', '8801', 'prioritise', '7')).toEqual(
      refused('queue', 'nobody waits in queue 8801 with the call or place "7"'),
    );
    expect(await say('queue', '8801', 'prioritise', 'call')).toEqual(
      refused('queue', 'several callers wait in queue 8801 with the call or place "call"'),
    );
    expect(await say('queue', '8801', 'pickup', '1')).toEqual(
      refused('queue', 'expected an agent who picks up, --agent 201'),
    );
    expect(await say('queue', '8801', 'pickup', '1', '--agent', '203')).toEqual({
      ...{ status: 1, out: '', err: 'there is no agent 203\n' },
    });
    expect(await say('queue', '8801', 'transfer', '1', '299')).toEqual({
      ...{ status: 1, out: '', err: '299 is no number that a caller can be sent to\n' },
    });
    expect(await say('queue', '--domain', 'b.example')).toEqual(
      refused('queue', 'there is no domain "b.example"; did you mean "a.example"?'),
    );
  });

  it('ends with 3 when nothing runs', async () => {
    const { say, socket } = await running();
    await socket.stop();
    expect(await say('queue')).toEqual({
      ...{ status: 3, out: '' },
      err: 'strowger queue: strowger is not running (nobody answers at /d/control.sock)\n',
    });
  });
});

describe('strowger agent', () => {
  it('A-159 logs in to one queue or all, and out again', async () => {
    const { say, lines } = await running();
    const queues = () => lines.agent('202')?.queues.map(({ loggedIn }) => loggedIn);
    expect(await say('agent', '202', 'login', '--queue', '8802')).toEqual(DONE);
    expect(queues()).toEqual([false, true]);
    expect(await say('agent', '202', 'login')).toEqual(DONE);
    expect(queues()).toEqual([true, true]);
    expect(await say('agent', '202', 'logout', '--queue', '8802')).toEqual(DONE);
    expect(queues()).toEqual([true, false]);
    expect(await say('agent', '202', 'logout')).toEqual(DONE);
    expect(lines.agent('202')?.status).toBe('offline');
    expect(await say('agent', '202', 'single-call')).toEqual(DONE);
    expect(lines.agent('202')?.status).toBe('singleCall');
  });

  it('A-160 is away and returns', async () => {
    const { say, lines } = await running();
    await say('agent', '201', 'login', '--status', 'Back office');
    expect(lines.agent('201')).toMatchObject({ status: 'online', reason: 'Back office' });
    expect(await say('agent', '201', 'away', 'meeting')).toEqual(DONE);
    expect(lines.agent('201')).toMatchObject({ status: 'away', reason: 'Meeting' });
    expect(await say('agent', '201', 'return')).toEqual(DONE);
    expect(lines.agent('201')).toMatchObject({ status: 'online', reason: null });
  });

  it('D-36 A-164 extends and ends a wrap-up, and takes a note', async () => {
    const { say, lines, enter, orders, clock } = await running();
    await say('agent', '201', 'login');
    enter('c1', '8801', 'Zoë');
    const offer = orders.find((order) => order.type === 'offer');
    if (offer?.type !== 'offer') throw new Error('nobody was offered');
    lines.tell({ type: 'offerAnswered', offer: offer.offer });
    clock.advance(60_000);
    lines.tell({ type: 'talkEnded', offer: offer.offer });
    clock.advance(10_000);
    expect(await say('agent', '201')).toEqual({
      ...{ status: 0, err: '' },
      out: `201 Ellen Green: online for 1m10s, wrapping up
wraps up for 20s more

Queue  Logged in  Why
8801   yes        wrapping up for 20 s more
`,
    });
    expect(await say('agent', '201', 'wrap-up', 'extend', '1m', 'long', 'report')).toEqual(DONE);
    expect(lines.agent('201')?.wrapUpMs).toBe(80_000);
    expect(await say('agent', '201', 'wrap-up', 'end')).toEqual(DONE);
    expect(lines.agent('201')?.wrapUpMs).toBe(0);
    expect(await say('agent', '201', 'note', 'c1', 'wants', 'an', 'offer', '--disposition', 'sale')).toEqual(DONE);
    expect((await say('why', 'c1')).out).toMatch(/201 \(Ellen Green\) noted: sale, wants an offer\n$/);
  });

  it('--why tells why others were offered the last callers', async () => {
    const { say, enter } = await running();
    await say('agent', '202', 'login');
    enter('c1', '8801', 'Zoë');
    expect((await say('agent', 'Ellen Green', '--why')).out).toBe(`201 Ellen Green: offline for 0s

Queue  Logged in  Why
8801   no         offline

The last callers:
  Mon 2026-11-23 09:00 UTC  8801  c1  offline
`);
    expect(JSON.parse((await say('agent', '201', '--json')).out)).toMatchObject({ agent: '201', status: 'offline' });
  });

  it.each([
    [
      'A-160 an unknown status',
      ['agent', '201', 'away', 'Luncheon'],
      'there is no status "Luncheon"; there are online, offline, single call, Lunch, Break, Meeting, Other, Web, Back office\n',
    ],
    ['A-159 a queue of others', ['agent', '201', 'login', '--queue', '8802'], '201 is no agent of queue 8802\n'],
    [
      'away without having logged in',
      ['agent', '201', 'away', 'Lunch'],
      '201 is logged in nowhere, and cannot be away\n',
    ],
    [
      'away from one queue',
      ['agent', '201', 'away', 'Lunch', '--queue', '8801'],
      '201 is away from all queues or from none\n',
    ],
    ['back from nowhere', ['agent', '201', 'return'], '201 is not away\n'],
    ['the end of no wrap-up', ['agent', '201', 'wrap-up', 'end'], '201 is not wrapping up a call\n'],
    ['more of no wrap-up', ['agent', '201', 'wrap-up', 'extend', '30s'], '201 is not wrapping up a call\n'],
    [
      'half a command',
      ['agent', '201', 'wrap-up'],
      'strowger agent: expected wrap-up end, or wrap-up extend 30s REASON\n',
    ],
    ['a note to nothing', ['agent', '201', 'note'], 'strowger agent: expected a call\n'],
    [
      'a note of nothing',
      ['agent', '201', 'note', 'c1'],
      'strowger agent: expected a text, --disposition or --reason\n',
    ],
    ['nobody', ['agent', '209'], 'strowger agent: there is no agent "209"; did you mean "201"?\n'],
  ])('refuses %s', async (_, words, err) => {
    const { say } = await running();
    expect(await say(...words)).toEqual({ status: 1, out: '', err });
  });

  it('does not take what is no command', () => {
    const people = { domain: () => null, show: () => null, ask: () => null };
    expect(obeyQueues('{', people).status).toBe(400);
    expect(obeyQueues('{"do":"return","domain":"b","by":"x","agent":"1"}', people).status).toBe(404);
  });
});

describe('strowger why', () => {
  it('tells each decision with everybody who was passed over, and where the call is now', async () => {
    const { say, enter, clock } = await running();
    await say('agent', '202', 'login');
    enter('c1', '8801', 'Zoë');
    clock.advance(5_000);
    const { status, out } = await say('why', 'c1');
    expect({ status, out }).toEqual({
      status: 0,
      out: `In the queues, it

    0.0 s  entered 8801 (Sales), having dialled 8801
    0.0 s  was offered to 202 (Tom Baker)
             202 (Tom Baker): offered, idle for 0 s
             201 (Ellen Green): offline

and is number 1 in queue 8801 now
`,
    });
    expect(JSON.parse((await say('why', 'c1', '--json')).out)).toMatchObject({
      ...{ record: null, rows: [{ type: 'entered' }, { type: 'offered', ranking: { agents: ['201', '202'] } }] },
    });
    expect(await say('why', 'c9')).toEqual(refused('why', 'there is no record of a call "c9"'));
  });
});
