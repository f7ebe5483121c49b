import { describe, expect, test } from 'vitest';
import { NO_OUTBOUND, type Trunk } from '../../src/core/dial-plan.js';
import type { PhoneNumber } from '../../src/core/phone-number.js';
import { rule, user } from '../support/office.js';
import { CLEAN, OFFER, recordedSwitch } from '../support/recorded-switch.js';
import { MUSIC, online, queue, queueOffice, SALES, stage } from './queue-stage.js';

const prompt = (id: string) => ({ file: `prompts/en/${id}.wav` });
const MAILBOX = { maxMessageMs: 60_000, greeting: null };

describe('what a waiting caller hears', () => {
  test('A-135 a required intro is heard to its end before anybody is rung', async () => {
    const x = await stage(queueOffice({ intro: '/intro.wav', requireIntro: true }));
    x.calls('c');
    expect(x.said()).toEqual(['answer c']);
    expect(x.media.leg('c')?.playing).toEqual([{ file: '/intro.wav' }]);
    x.clock.advance(1_000);
    expect(x.said()).toEqual(['invite c.q1.1 sip:211@192.0.2.7']);
    expect(x.media.leg('c')?.playing).toEqual([MUSIC]);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('A-135 an intro that is not required is cut by who answers', async () => {
    const x = await stage(queueOffice({ intro: '/intro.wav' }));
    x.calls('c');
    x.answers('c.q1.1');
    expect(x.media.leg('c')).toMatchObject({ playing: null, connectedTo: 'c.q1.1' });
    x.clock.advance(2_000);
    expect(x.media.leg('c')).toMatchObject({ playing: null, connectedTo: 'c.q1.1' });
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('A-110 his place is told at entry and every 90 s, and the music goes on', async () => {
    const x = await stage(queueOffice({ announce: ['position', 'callers'] }), []);
    x.calls('c');
    x.calls('d');
    const place = ['queue-you-are-caller-number', 'number-2'].map(prompt);
    expect(x.media.leg('d')?.playing).toEqual([...place, prompt('number-1'), prompt('queue-caller-ahead')]);
    x.clock.advance(4_000);
    expect(x.media.leg('d')?.playing).toEqual([MUSIC]);
    x.clock.advance(86_000);
    expect(x.media.leg('c')?.playing?.[0]).toEqual(prompt('queue-you-are-caller-number'));
    expect(x.clear('c', 'd')).toEqual(CLEAN);
  });

  test('A-110 the phone number chooses what its callers are told', async () => {
    const number: PhoneNumber = {
      number: '+12125550100',
      treatment: { to: 'queue', extension: SALES, introduction: 'callers' },
      notes: '',
    };
    const x = await stage(queueOffice({}, {}, { domain: { numbers: new Map([[number.number, number]]) } }), []);
    x.calls('c', '201', '+12125550100');
    expect(x.media.leg('c')?.playing).toEqual([prompt('queue-you-are-next')]);
    expect(x.queueLog[0]).toMatchObject({ type: 'entered', dialled: '+12125550100' });
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('A-145 voicemail is offered with every queue ring time-out; 1 takes it', async () => {
    const x = await stage(queueOffice({ queueRingMs: 30_000, voicemail: '202' }), []);
    x.calls('c');
    x.clock.advance(30_000);
    expect(x.media.leg('c')?.playing).toEqual([prompt('queue-press-one-to-leave-a-message')]);
    x.clock.advance(7_000); // he says nothing, and stays in line
    expect(x.media.leg('c')?.playing).toEqual([MUSIC]);
    x.clock.advance(23_000);
    x.media.injectDigit('c', '1');
    x.clock.advance(10);
    expect(x.media.leg('c')?.playing).toContainEqual(prompt('vm-person-at-extension'));
    expect(x.clear('c')).toEqual(CLEAN);
    expect(x.log()).toEqual(['entered', 'left voicemail']);
    expect(x.records[0]?.to).toEqual({ kind: 'voicemail', id: '202' });
  });

  test('A-147 music of the queue, else of the domain, else a tone', async () => {
    const loud = { name: 'loud', files: ['/loud.wav'], order: 'random', intro: '/hello.wav', messages: null } as const;
    const domain = queueOffice({ music: 'loud' });
    const x = await stage({ ...domain, music: { ...domain.music, classes: new Map([['loud', loud]]) } }, []);
    x.calls('c');
    const music = { id: 'acme.example loud', files: ['/loud.wav'], order: 'random', messages: null };
    expect(x.media.leg('c')?.playing).toEqual([{ file: '/hello.wav' }, { music }]);
    expect(x.clear('c')).toEqual(CLEAN);
    const y = await stage({ ...domain, music: { classes: new Map(), standard: null } }, []);
    y.calls('c');
    expect(y.media.leg('c')?.playing).toEqual([expect.objectContaining({ tone: [440] })]);
    expect(y.clear('c')).toEqual(CLEAN);
  });
});

describe('how the agent is rung', () => {
  test('A-155 D-15 he is told which queue calls and presses 1; the caller hears music meanwhile', async () => {
    const x = await stage(queueOffice({}, { confirm: true }), ['211']);
    x.calls('c');
    x.answers('c.q1.1');
    expect(x.media.leg('c.q1.1')?.playing?.slice(0, 2)).toEqual(['confirm-call-from-queue', 'number-8'].map(prompt));
    expect(x.media.leg('c')?.playing).toEqual([MUSIC]);
    expect(x.exchange.queues('acme.example')?.agents[0]?.activity).toBe('confirming');
    x.media.injectDigit('c.q1.1', '1');
    x.clock.advance(10);
    expect(x.media.leg('c')?.connectedTo).toBe('c.q1.1');
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test.each([
    ['presses 2', (x: Awaited<ReturnType<typeof stage>>) => x.media.injectDigit('c.q1.1', '2'), 'declined'],
    ['hangs up', (x: Awaited<ReturnType<typeof stage>>) => x.signalling.ended('c.q1.1', 200), 'declined'],
    ['says nothing', (x: Awaited<ReturnType<typeof stage>>) => x.clock.advance(20_000), 'missed'],
  ])('A-155 D-37 an agent who %s', async (_, does, outcome) => {
    const x = await stage(queueOffice({}, { confirm: true }), ['211']);
    x.calls('c');
    x.answers('c.q1.1');
    does(x);
    x.clock.advance(10);
    expect(x.log().at(-1)).toBe(`offerEnded 211 ${outcome}`);
    expect(x.media.leg('c')?.playing).toEqual([MUSIC]);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test.each([
    ['5 s', 5_000, 4_900],
    ['20 s', 20_000, 19_900],
    ['40 s', 40_000, 39_900],
  ])('A-155 D-17 who picked up may take %s to press 1, as the queue says', async (_, confirmMs, pressed) => {
    const office = queueOffice({ confirmMs }, { confirm: true });
    const x = await stage(office, ['211']);
    x.calls('c');
    x.answers('c.q1.1');
    x.clock.advance(pressed);
    x.media.injectDigit('c.q1.1', '1');
    x.clock.advance(10);
    expect(x.media.leg('c')?.connectedTo).toBe('c.q1.1');
    expect(x.clear('c')).toEqual(CLEAN);
    const y = await stage(office, ['211']);
    y.calls('c');
    y.answers('c.q1.1');
    y.clock.advance(confirmMs);
    expect(y.log().at(-1)).toBe('offerEnded 211 missed');
    expect(y.clear('c')).toEqual(CLEAN);
  });

  test('D-19 the ring time ends while the agent may press 1 for a minute: he has 20 s more, then the caller’s time is over too', async () => {
    const domain = queueOffice(
      { confirmMs: 60_000, queueRingMs: 30_000, forwardUnanswered: { to: 'extension', extension: '202' } },
      { confirm: true },
    );
    const x = await stage(domain, ['211']);
    x.calls('c');
    x.rings('c.q1.1');
    x.clock.advance(19_000);
    x.answers('c.q1.1');
    x.clock.advance(20_000);
    expect(x.log().at(-1)).toBe('offered');
    x.clock.advance(3_000);
    expect(x.log().slice(-2)).toEqual(['offerEnded 211 missed', 'left timeout']);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('A-156 his phone answers by itself, and shows the queue and who calls', async () => {
    const x = await stage(queueOffice({}, { autoAnswer: true }), ['211']);
    x.calls('c');
    expect(x.signalling.targets.get('c.q1.1')).toMatchObject({
      from: { name: 'Sales: User 201', user: '201' },
      headers: [
        ['Answer-Mode', 'Auto'],
        ['Call-Info', '<sip:acme.example>;answer-after=0'],
        ['Alert-Info', '<http://acme.example>;info=alert-autoanswer'],
      ],
    });
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('A-148 the whisper is heard by him alone, then they are connected', async () => {
    const x = await stage(queueOffice({ whisper: '/whisper.wav' }));
    x.calls('c');
    x.answers('c.q1.1');
    expect(x.media.leg('c.q1.1')).toMatchObject({ playing: [{ file: '/whisper.wav' }], connectedTo: null });
    expect(x.media.leg('c')?.playing).toEqual([MUSIC]);
    x.clock.advance(1_000);
    expect(x.media.leg('c')).toMatchObject({ playing: null, connectedTo: 'c.q1.1' });
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('A-148 he hangs up on the whisper: the caller keeps his place', async () => {
    const x = await stage(queueOffice({ whisper: '/whisper.wav' }));
    x.calls('c');
    x.answers('c.q1.1');
    x.said();
    x.signalling.ended('c.q1.1', 200);
    expect(x.said()).toEqual(['invite c.q2.1 sip:212@192.0.2.7']);
    expect(x.media.leg('c')?.playing).toEqual([MUSIC]);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('A-148 the caller hangs up during the whisper: the agent is let go without wrap-up', async () => {
    const x = await stage(queueOffice({ whisper: '/whisper.wav' }, { wrapUpMs: 60_000 }));
    x.calls('c');
    x.answers('c.q1.1');
    x.said();
    x.signalling.ended('c', 200);
    expect(x.said()).toEqual(['hangUp c.q1.1 487']);
    expect(x.exchange.queues('acme.example')?.agents[0]).toMatchObject({ activity: 'idle', wrapUpMs: 0 });
    expect(x.clear()).toEqual(CLEAN);
  });

  test('D-35 a direct call makes him busy, a queue call makes him active (D-8)', async () => {
    const toVoicemail = { to: 'voicemail', extension: '202' } as const;
    const agent = user('211', { rules: [rule({ active: toVoicemail })] });
    const x = await stage(queueOffice({}, {}, { users: [agent] }), ['211']);
    x.calls('a', '201', '211');
    x.answers('a.1');
    x.calls('c', '202');
    expect(x.said()).not.toContain('invite c.q1.1 sip:211@192.0.2.7');
    expect(x.exchange.queues('acme.example')?.agents[0]?.queues[0]?.why).toBe('has all the calls he may have');
    x.signalling.ended('a', 200);
    expect(x.said()).toContain('invite c.q1.1 sip:211@192.0.2.7');
    x.answers('c.q1.1');
    x.calls('b', '201', '211');
    expect(x.signalling.targets.has('b.1')).toBe(false);
    expect(x.clear('b', 'c')).toEqual(CLEAN);
  });
});

describe('agents that are users', () => {
  const reach = { reach: { type: 'user', extension: '220' } } as const;
  const mobile = { to: 'number', number: '+12125550123', confirm: true } as const;
  const trunk: Trunk = {
    ...{ name: 'carrier', enabled: true, host: 'sip.carrier.example', port: null, transport: null },
    ...{ username: null, password: null, registerMs: null, qualifyMs: null, sources: [], passesCaller: false },
    ...{ format: 'e164', tells: [] },
  };
  const domain = (over: Parameters<typeof rule>[0], dnd = false) => {
    const agent = user('220', { rules: [rule(over)], dnd, voicemail: MAILBOX });
    const outside = {
      trunks: new Map([['carrier', trunk]]),
      outbound: { ...NO_OUTBOUND, routes: [{ match: '+*', class: 'any', trunks: ['carrier'] }] },
    };
    return queueOffice({}, reach, { users: [agent], domain: outside });
  };

  test('D-27 the ring set of his active rule rings, outside with confirmation', async () => {
    const x = await stage(domain({ ring: { own: 'all', also: [{ to: mobile, delayMs: 5_000 }] } }), ['211']);
    x.calls('c');
    x.rings('c.q1.1');
    x.clock.advance(5_000);
    expect(x.said()).toEqual([
      'answer c',
      'invite c.q1.1 sip:220@192.0.2.7',
      'invite c.q1.2 sip:+12125550123@sip.carrier.example',
    ]);
    x.answers('c.q1.2');
    x.media.injectDigit('c.q1.2', '1');
    x.clock.advance(10);
    expect(x.media.leg('c')?.connectedTo).toBe('c.q1.2');
    expect(x.exchange.worldOf('acme.example').callsOf('211')).toBe(1);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('D-37 a number outside that fails is tried again after a rest: it never registers anew', async () => {
    const x = await stage(domain({ always: mobile }), ['211']);
    x.calls('c');
    x.signalling.ended('c.q1.1', 503);
    expect(x.log().at(-1)).toBe('offerEnded 211 declined');
    x.clock.advance(5_000);
    expect(x.said().at(-1)).toBe('invite c.q2.1 sip:+12125550123@sip.carrier.example');
    expect(x.notices).toEqual([]);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test.each([
    ['do not disturb', { dnd: true }],
    ['Always to a mailbox', { always: { to: 'voicemail', extension: '220' } as const }],
    ['Always to a colleague', { always: { to: 'extension', extension: '201' } as const }],
  ])('D-27 %s makes him unavailable: a queue never ends in a mailbox', async (_, over) => {
    const x = await stage(domain(over), ['211']);
    x.calls('c');
    expect(x.said()).toEqual(['answer c']);
    expect(x.exchange.queues('acme.example')?.agents[0]?.queues[0]?.why).toBe('no phone to ring');
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('D-27 Always to a number rings that', async () => {
    const x = await stage(domain({ always: mobile }), ['211']);
    x.calls('c');
    expect(x.said()).toEqual(['answer c', 'invite c.q1.1 sip:+12125550123@sip.carrier.example']);
    expect(x.clear('c')).toEqual(CLEAN);
  });
});

describe('in and out', () => {
  test('A-134 who is not let in hears why as early media, and is refused with 480', async () => {
    const x = await stage(queueOffice({ requireAgents: true }), []);
    x.calls('c');
    expect(x.said()).toEqual(['progress c 183 with SDP']);
    expect(x.media.leg('c')?.playing).toEqual([prompt('queue-unavailable')]);
    x.clock.advance(1_000);
    expect(x.said()).toEqual(['hangUp c 480 Q.850;cause=20;text="Subscriber absent"']);
    expect(x.clear()).toEqual(CLEAN);
    expect(x.log()).toEqual(['refused noAgents']);
  });

  test('A-134 a caller without SDP is refused without a word', async () => {
    const x = await stage(queueOffice({ requireAgents: true }), []);
    x.signalling.invited('c', '201', SALES, null);
    expect(x.said()).toEqual(['hangUp c 480 Q.850;cause=20;text="Subscriber absent"']);
    expect(x.clear()).toEqual(CLEAN);
  });

  test('A-138 forward if unavailable', async () => {
    const forwardUnavailable = { to: 'extension', extension: '202' } as const;
    const x = await stage(queueOffice({ maxLength: 1, forwardUnavailable }), []);
    x.calls('c');
    x.calls('d', '201');
    expect(x.said().at(-1)).toBe('invite d.1 sip:202@192.0.2.7');
    expect(x.clear('c', 'd')).toEqual(CLEAN);
    expect(x.records[1]?.forwards).toEqual([
      expect.objectContaining({ from: SALES, to: 'extension 202', purpose: 'unavailable' }),
    ]);
  });

  test('A-144 forward if unanswered: the offer is cut short, the caller hears ringback', async () => {
    const forwardUnanswered = { to: 'extension', extension: '202' } as const;
    const x = await stage(queueOffice({ queueRingMs: 10_000, forwardUnanswered }));
    x.calls('c');
    x.rings('c.q1.1');
    x.said();
    x.clock.advance(10_000);
    expect(x.said()).toEqual(['hangUp c.q1.1 480', 'invite c.1 sip:202@192.0.2.7']);
    expect(x.media.leg('c')?.playing).toEqual([expect.objectContaining({ tone: [440, 480] })]);
    x.answers('c.1');
    expect(x.media.leg('c')?.connectedTo).toBe('c.1');
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('D-32 forwarded to another queue he brings his waiting time along', async () => {
    const forwardUnanswered = { to: 'extension', extension: '8802' } as const;
    const first = queueOffice({ queueRingMs: 10_000, forwardUnanswered });
    const acd = { ...first.acd, queues: [...first.acd.queues, queue({ extension: '8802', name: 'Support' })] };
    const x = await stage({ ...first, acd }, []);
    x.calls('c');
    x.clock.advance(5_000);
    x.calls('d', '202', '8802');
    x.clock.advance(5_000);
    const calls = x.exchange.queues('acme.example')?.queues[1]?.callers.map(({ party }) => party.number);
    expect(calls).toEqual(['201', '202']);
    expect(x.clear('c', 'd')).toEqual(CLEAN);
  });

  test('D-46 queues that forward to each other are not gone round for ever', async () => {
    const to = (extension: string) => ({
      queueRingMs: 10_000,
      forwardUnanswered: { to: 'extension', extension } as const,
    });
    const first = queueOffice(to('8802'));
    const acd = { ...first.acd, queues: [...first.acd.queues, queue({ extension: '8802', ...to(SALES) })] };
    const x = await stage({ ...first, acd }, []);
    x.calls('c');
    x.clock.advance(60_000);
    expect(x.said().at(-1)).toBe('hangUp c 487');
    expect(x.clear()).toEqual(CLEAN);
  });

  test('no caller waits for ever: after an hour he is told and let go', async () => {
    const x = await stage(queueOffice(), []);
    x.calls('c');
    x.clock.advance(3_600_000);
    expect(x.media.leg('c')?.playing).toEqual([prompt('queue-unanswered')]);
    x.clock.advance(1_000);
    expect(x.said().at(-1)).toBe('hangUp c 487');
    expect(x.clear()).toEqual(CLEAN);
    expect(x.log()).toEqual(['entered', 'left maxWait']);
  });

  test('a rule may lead to a queue', async () => {
    const away = user('230', { rules: [rule({ always: { to: 'extension', extension: SALES } })] });
    const x = await stage(queueOffice({}, {}, { users: [away] }), ['211']);
    x.calls('c', '201', '230');
    expect(x.said()).toEqual(['answer c', 'invite c.q1.1 sip:211@192.0.2.7']);
    expect(x.clear('c')).toEqual(CLEAN);
  });

  test('D-33 A-162 a caller is picked up, prioritised and sent elsewhere by hand', async () => {
    const x = await stage(queueOffice(), []);
    for (const call of ['c', 'd']) x.calls(call);
    const callers = () => x.exchange.queues('acme.example')?.queues[0]?.callers.map(({ call }) => call) ?? [];
    const [first = '', second = ''] = callers();
    expect(x.exchange.askQueues('acme.example', { type: 'callerPrioritised', call: second, by: 'admin' })).toBeNull();
    expect(callers()).toEqual([second, first]);
    const to = { to: 'extension', extension: '202' } as const;
    expect(
      x.exchange.askQueues('acme.example', { type: 'callerTransferred', call: first, to, by: 'admin' }),
    ).toBeNull();
    expect(x.said().at(-1)).toBe('invite c.1 sip:202@192.0.2.7');
    const pickUp = { type: 'callerPickedUp', call: second, agent: '212', by: '212' } as const;
    expect(x.exchange.askQueues('acme.example', pickUp)).toBeNull();
    expect(x.said().at(-1)).toBe('invite d.q1.1 sip:212@192.0.2.7');
    expect(x.exchange.askQueues('acme.example', { ...pickUp, call: 'nobody' })).toBe('nobody with this call waits');
    expect(x.exchange.askQueues('acme.example', { type: 'agentReturned', agent: '299', by: 'x' })).toBe(
      'there is no agent 299',
    );
    expect(x.clear('c', 'd')).toEqual(CLEAN);
  });
});

describe('agents', () => {
  const features = new Map([
    ['*50', { does: 'agentLogin' } as const],
    ['*51', { does: 'agentToggle' } as const],
    ['*52', { does: 'agentAway', status: 'Lunch' } as const],
    ['*53', { does: 'agentReturn' } as const],
    ['*54', { does: 'wrapUpEnd' } as const],
  ]);

  test.each([
    ['logs in to all of his queues', ['*50'], 'agent-login', { status: 'online' }],
    ['logs in to one of them', [`*50${SALES}`], 'agent-login', { status: 'online' }],
    ['does not log in to a queue that is not his', ['*508899'], 'refused', { status: 'offline' }],
    ['logs out again', ['*50', '*51'], 'agent-logout', { status: 'offline' }],
    ['goes to lunch', ['*50', '*52'], 'agent-away', { status: 'away', reason: 'Lunch' }],
    ['cannot be away who is not there', ['*52'], 'refused', { status: 'offline' }],
    ['comes back', ['*50', '*52', '*53'], 'agent-return', { status: 'online' }],
    ['has no wrap-up to end', ['*50', '*54'], 'refused', { status: 'online' }],
  ])('A-159 A-160 by feature code an agent %s', async (_, codes, outcome, status) => {
    const x = await stage(queueOffice({}, {}, { domain: { features } }), []);
    codes.forEach((code, index) => {
      x.calls(`f${index}`, '211', code);
      x.clock.advance(100);
      if (index < codes.length - 1) x.signalling.ended(`f${index}`, 200);
    });
    expect(x.media.leg(`f${codes.length - 1}`)?.playing?.[0]).toEqual(prompt(`feature-${outcome}`));
    expect(x.exchange.queues('acme.example')?.agents[0]).toMatchObject(status);
    expect(x.clear(`f${codes.length - 1}`)).toEqual(CLEAN);
  });

  test('D-36 a restart neither logs an agent in nor ends his wrap-up, and finds phones by their kept registrations', async () => {
    const now = Date.parse('2026-11-23T15:00:00Z'); // when the stage begins
    const wrapUp = { queue: SALES, call: 'before', from: now - 20_000, until: now + 40_000, talkMs: 1, reason: null };
    const saved = [{ ...online('211', 0), wrapUp }];
    const x = await recordedSwitch(queueOffice({}, { wrapUpMs: 60_000 }), ['201', '211', '212'], saved);
    x.signalling.invited('c', '201', SALES, OFFER);
    x.clock.advance(39_999);
    expect(x.signalling.said).toEqual(['answer c']);
    x.clock.advance(1);
    expect(x.signalling.said.at(-1)).toBe('invite c.q1.1 sip:211@192.0.2.7');
    expect(x.exchange.queues('acme.example')?.agents.map(({ status }) => status)).toEqual([
      'online',
      'offline',
      'offline',
    ]);
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('a stop with callers waiting: the log and the records say how each ended', async () => {
    const x = await stage(queueOffice({}, { wrapUpMs: 60_000 }), ['211']);
    for (const call of ['c', 'd']) x.calls(call);
    x.answers('c.q1.1');
    x.clock.advance(5_000);
    await Promise.all([x.exchange.stop(), Promise.resolve().then(() => x.clock.advance(3_000))]);
    expect(x.log().sort()).toEqual([
      'connected 211',
      'entered',
      'entered',
      'left abandoned',
      'offerEnded 211 answered',
      'offered',
      'talkEnded 211',
    ]);
    expect(x.records.map(({ cause }) => cause.by)).toEqual(['switch', 'switch']);
    expect(x.agents.get('211')).toMatchObject({ status: 'online', wrapUp: { queue: SALES, talkMs: 5_000 } });
    expect(x.leaks()).toEqual(CLEAN);
  });
});
