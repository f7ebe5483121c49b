import { describe, expect, test } from 'vitest';
import { NO_OUTBOUND, type Trunk } from '../../src/core/dial-plan.js';
import type { AnsweringRule, Domain, User } from '../../src/core/domain.js';
import { devices, office, rule, user } from '../support/office.js';
import { CLEAN, OFFER, recordedSwitch } from '../support/recorded-switch.js';

const MOBILE = '+12125550123';
const mailbox = { maxMessageMs: 60_000, greeting: null };

function officeWithTrunk(over: Partial<AnsweringRule>, ofUser: Partial<User> = {}): Domain {
  const trunk: Trunk = {
    ...{ name: 'carrier', enabled: true, host: 'sip.carrier.example', port: null, transport: null },
    ...{ username: 'acme', password: 'secret', registerMs: null, qualifyMs: null, sources: [], passesCaller: false },
    format: 'e164',
    tells: ['history-info', 'diversion'],
  };
  return office([user('201'), user('202', { rules: [rule(over)], callerId: '+12125550202', ...ofUser })], {
    trunks: new Map([
      ['carrier', trunk],
      ['backup', { ...trunk, name: 'backup', host: 'sip.backup.example', format: 'digits', tells: [] }],
    ]),
    outbound: { ...NO_OUTBOUND, routes: [{ match: '+*', class: 'any', trunks: ['carrier', 'backup'] }] },
    features: new Map([['*78', { does: 'dndOn' }]]),
  });
}

const simring: Partial<AnsweringRule> = {
  ring: { own: 'main', also: [{ to: { to: 'number', number: MOBILE, confirm: true }, delayMs: 0 }] },
};

async function ringing(over: Partial<AnsweringRule> = simring, ofUser: Partial<User> = {}) {
  const x = await recordedSwitch(officeWithTrunk(over, ofUser), ['201', '202']);
  x.signalling.invited('c', '201', '202', OFFER);
  return x;
}

describe('confirmation', () => {
  test('D-16 D-17 who answers outside is asked, hears nothing of the caller, and takes the call with 1', async () => {
    const x = await ringing();
    x.clock.advance(1_000);
    x.signalling.emit({ type: 'answered', leg: 'c.2', sdp: OFFER });
    expect(x.media.leg('c.2')).toMatchObject({ connectedTo: null });
    expect(x.media.leg('c.2')?.playing?.at(-1)).toEqual({ file: 'prompts/en/confirm-press-one.wav' });
    expect(x.signalling.said).not.toContain('answer c');
    x.clock.advance(2_000);
    x.media.injectDigit('c.2', '1');
    x.clock.advance(10);
    expect(x.signalling.said).toContain('hangUp c.1 487 SIP;cause=200;text="Call completed elsewhere"');
    expect(x.media.leg('c')?.connectedTo).toBe('c.2');
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
    expect(x.records[0]?.to).toEqual({ kind: 'number', id: MOBILE });
  });

  test('D-20 the phone inside wins while the mobile is asked, which is told so', async () => {
    const x = await ringing();
    x.signalling.emit({ type: 'answered', leg: 'c.2', sdp: OFFER });
    x.clock.advance(1_000);
    x.signalling.emit({ type: 'answered', leg: 'c.1', sdp: OFFER });
    expect(x.media.leg('c')?.connectedTo).toBe('c.1');
    expect(x.media.leg('c.2')?.playing).toEqual([{ file: 'prompts/en/confirm-call-taken.wav' }]);
    x.media.injectDigit('c.2', '1');
    x.clock.advance(2_000);
    expect(x.signalling.said.at(-1)).toBe('hangUp c.2 487 SIP;cause=200;text="Call completed elsewhere"');
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-17 2 declines for this leg only', async () => {
    const x = await ringing();
    x.signalling.emit({ type: 'answered', leg: 'c.2', sdp: OFFER });
    x.media.injectDigit('c.2', '2');
    x.clock.advance(10);
    expect(x.signalling.said.at(-1)).toBe('hangUp c.2 480');
    x.signalling.emit({ type: 'answered', leg: 'c.1', sdp: OFFER });
    expect(x.media.leg('c')?.connectedTo).toBe('c.1');
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-17 another key asks again', async () => {
    const x = await ringing();
    x.signalling.emit({ type: 'answered', leg: 'c.2', sdp: OFFER });
    x.media.injectDigit('c.2', '7');
    x.clock.advance(10);
    expect(x.media.leg('c.2')?.playing?.at(-1)).toEqual({ file: 'prompts/en/confirm-press-one.wav' });
    x.clock.advance(6_000); // the prompt is over
    x.media.injectDigit('c.2', '1');
    x.clock.advance(10);
    expect(x.media.leg('c')?.connectedTo).toBe('c.2');
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-17 1 by INFO', async () => {
    const x = await ringing();
    x.signalling.emit({ type: 'answered', leg: 'c.2', sdp: OFFER });
    const body = 'Signal=1\r\nDuration=160\r\n';
    x.signalling.emit({ type: 'informed', leg: 'c.2', contentType: 'application/dtmf-relay', body });
    x.clock.advance(1_000);
    expect(x.media.leg('c')?.connectedTo).toBe('c.2');
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-8 who has taken a call by a mobile is in a call', async () => {
    const x = await ringing();
    const calls = () => x.exchange.worldOf('acme.example').callsOf('202');
    x.signalling.emit({ type: 'answered', leg: 'c.2', sdp: OFFER });
    expect(calls(), 'while he is asked').toBe(0);
    x.media.injectDigit('c.2', '1');
    x.clock.advance(10);
    expect(calls()).toBe(1);
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(calls()).toBe(0);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-18 the mobile’s own mailbox answers and says nothing: it does not take the call', async () => {
    const x = await ringing({ ...simring, unanswered: null }, { voicemail: mailbox, ringMs: 60_000 });
    x.signalling.emit({ type: 'progressed', leg: 'c.1', status: 180, answer: null });
    x.clock.advance(5_000);
    x.signalling.emit({ type: 'answered', leg: 'c.2', sdp: OFFER });
    x.clock.advance(20_000);
    expect(x.signalling.said.at(-1)).toBe('hangUp c.2 480');
    expect(x.media.leg('c')).toBeNull();
    x.clock.advance(35_000);
    expect(x.signalling.said.at(-1)).toBe('answer c');
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.records[0]?.to).toEqual({ kind: 'voicemail', id: '202' });
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-19 the ring time expires inside the prompt: who is being asked may still take the call', async () => {
    const x = await ringing();
    x.clock.advance(24_000);
    x.signalling.emit({ type: 'answered', leg: 'c.2', sdp: OFFER });
    x.clock.advance(1_000);
    expect(x.signalling.said.at(-1)).toBe('hangUp c.1 480');
    x.media.injectDigit('c.2', '1');
    x.clock.advance(10);
    expect(x.media.leg('c')?.connectedTo).toBe('c.2');
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-21 the caller gives up while somebody is asked', async () => {
    const x = await ringing();
    x.signalling.emit({ type: 'answered', leg: 'c.2', sdp: OFFER });
    x.clock.advance(1_000);
    x.signalling.ended('c', 487);
    expect(x.signalling.said.slice(-2)).toEqual(['hangUp c.1 487', 'hangUp c.2 487']);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-16 early media of a leg that has to confirm is not passed', async () => {
    const x = await ringing({ ring: { own: 'none', also: simring.ring?.also ?? [] } });
    x.signalling.emit({ type: 'progressed', leg: 'c.1', status: 183, answer: OFFER });
    expect(x.signalling.said.at(-1)).toBe('progress c 180');
    x.signalling.ended('c', 487);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });
});

describe('screening', () => {
  const screened: Partial<AnsweringRule> = { screen: true, ring: { own: 'main', also: [] } };

  async function named(sayMs: number) {
    const x = await ringing(screened, { voicemail: mailbox });
    expect(x.signalling.said).toEqual(['answer c']);
    x.clock.advance(1_400); // the prompt and the tone
    expect(x.media.leg('c')?.recording).toBe('acme.example-202.wav');
    if (sayMs > 0) x.clock.advance(sayMs);
    x.media.fallSilent('c');
    x.clock.advance(2_000);
    x.clock.advance(1_100); // thanks
    return x;
  }

  test('D-25 the caller says a name, who answers hears it and presses 1', async () => {
    const x = await named(1_500);
    expect(x.signalling.said.at(-1)).toBe('invite c.1 sip:202@192.0.2.7');
    expect(x.media.leg('c')?.playing).toEqual([expect.objectContaining({ tone: [440, 480] })]);
    x.signalling.emit({ type: 'answered', leg: 'c.1', sdp: OFFER });
    expect(x.media.leg('c.1')?.playing).toContainEqual({ file: 'acme.example-202.wav' });
    x.media.injectDigit('c.1', '1');
    x.clock.advance(10);
    expect(x.media.leg('c')).toMatchObject({ connectedTo: 'c.1', playing: null });
    x.signalling.ended('c.1', 200);
    x.clock.advance(1_000);
    expect(x.deposits).toEqual(['discard acme.example-202.wav']);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-25 a caller who says nothing is announced by number', async () => {
    const x = await named(0);
    x.signalling.emit({ type: 'answered', leg: 'c.1', sdp: OFFER });
    expect(x.media.leg('c.1')?.playing?.slice(0, 4)).toEqual(
      ['confirm-call-from', 'number-2', 'number-0', 'number-1'].map((id) => ({ file: `prompts/en/${id}.wav` })),
    );
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-25 all declined goes the way of unanswered calls', async () => {
    const x = await named(1_500);
    x.signalling.emit({ type: 'answered', leg: 'c.1', sdp: OFFER });
    x.signalling.ended('c.1', 200);
    x.clock.advance(1_000);
    expect(x.media.leg('c')?.playing).toContainEqual({ file: 'prompts/en/vm-person-at-extension.wav' });
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.records[0]?.to).toEqual({ kind: 'voicemail', id: '202' });
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-25 a caller who hangs up instead of saying a name rings nobody', async () => {
    const x = await ringing(screened);
    x.clock.advance(2_000);
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.signalling.targets.size).toBe(0);
    expect(x.leaks()).toEqual(CLEAN);
  });
});

describe('exits', () => {
  test('D-8 a user who talks is active, by whatever phone', async () => {
    const domain = office([
      user('201'),
      user('202', {
        devices: devices('202', '202wp'),
        rules: [rule({ active: { to: 'voicemail', extension: '201' } })],
      }),
      user('203', { voicemail: mailbox }),
    ]);
    const x = await recordedSwitch(domain, ['202', '202wp']);
    x.signalling.invited('a', '201', '202', OFFER);
    expect(x.exchange.worldOf('acme.example').callsOf('202')).toBe(0);
    x.signalling.emit({ type: 'answered', leg: 'a.2', sdp: OFFER });
    expect(x.exchange.worldOf('acme.example').callsOf('202')).toBe(1);
    x.signalling.invited('b', '203', '202', OFFER);
    expect(x.signalling.targets.has('b.1')).toBe(false);
    x.signalling.ended('a', 200);
    x.clock.advance(1_000);
    expect(x.exchange.worldOf('acme.example').callsOf('202')).toBe(0);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-9 the one phone is busy: the busy exit, once', async () => {
    const busy = { to: 'voicemail', extension: '202' } as const;
    const unanswered = { to: 'extension', extension: '201' } as const;
    const x = await ringing({ ring: { own: 'main', also: [] }, busy, unanswered }, { voicemail: mailbox });
    x.signalling.ended('c.1', 486);
    expect(x.signalling.said.at(-1)).toBe('answer c');
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-10 phones that are dead take the offline exit', async () => {
    const x = await ringing({
      ring: { own: 'main', also: [] },
      offline: { to: 'number', number: MOBILE, confirm: false },
    });
    x.clock.advance(6_000);
    expect(x.signalling.said.slice(-2)).toEqual(['hangUp c.1 480', `invite c.2 sip:${MOBILE}@sip.carrier.example`]);
    x.signalling.ended('c', 487);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-48 a phone that points elsewhere forwards its own leg, which confirms outside', async () => {
    const x = await ringing({ ring: { own: 'main', also: [] } });
    const contacts = [`sip:${MOBILE}@acme.example`];
    x.signalling.emit({ type: 'ended', leg: 'c.1', by: 'remote', status: 302, reasons: [], contacts });
    expect(x.signalling.said.at(-1)).toBe(`invite c.2 sip:${MOBILE}@sip.carrier.example`);
    x.signalling.emit({ type: 'answered', leg: 'c.2', sdp: OFFER });
    expect(x.media.leg('c.2')?.playing?.at(-1)).toEqual({ file: 'prompts/en/confirm-press-one.wav' });
    x.signalling.ended('c', 487);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-48 a phone that points to itself is not followed for ever', async () => {
    const x = await ringing({ ring: { own: 'main', also: [] } });
    const contacts = ['sip:202@acme.example'];
    x.signalling.emit({ type: 'ended', leg: 'c.1', by: 'remote', status: 302, reasons: [], contacts });
    x.signalling.emit({ type: 'ended', leg: 'c.2', by: 'remote', status: 302, reasons: [], contacts });
    expect(x.signalling.said.at(-1)).toMatch(/^hangUp c 482/);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });
});

describe('calls to the outside', () => {
  test('E3 the next trunk is tried after a failure before anything rang, never after', async () => {
    const x = await recordedSwitch(officeWithTrunk({}), ['201']);
    x.signalling.invited('c', '201', '2125550123', OFFER);
    x.signalling.ended('c.1', 503);
    expect(x.signalling.said.at(-1)).toBe('invite c.2 sip:12125550123@sip.backup.example');
    x.signalling.emit({ type: 'progressed', leg: 'c.2', status: 180, answer: null });
    x.signalling.ended('c.2', 503);
    expect(x.signalling.said.at(-1)).toMatch(/^hangUp c 480/);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test.each([[486], [404], [603]])('E3 a refusal with %i is the callee’s own word', async (status) => {
    const x = await recordedSwitch(officeWithTrunk({}), ['201']);
    x.signalling.invited('c', '201', '2125550123', OFFER);
    x.signalling.ended('c.1', status);
    expect(x.signalling.said.at(-1)).toMatch(new RegExp(`^hangUp c ${status}`));
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-47 D-49 a forward shows the forwarder’s number and tells of the forward', async () => {
    const x = await ringing({ always: { to: 'number', number: MOBILE, confirm: false } });
    const target = x.signalling.targets.get('c.1');
    expect(target).toMatchObject({
      from: { name: 'User 201', user: '+12125550202', host: 'sip.carrier.example' },
      maxForwards: 69,
      credentials: { username: 'acme', password: 'secret' },
    });
    expect(target?.headers).toEqual([
      ['P-Asserted-Identity', '<sip:+12125550202@sip.carrier.example>'],
      ['History-Info', '<sip:+12125550202@sip.carrier.example?Reason=SIP%3Bcause%3D302>;index=1'],
      ['History-Info', `<sip:${MOBILE}@sip.carrier.example>;index=1.1;mp=1`],
      ['Diversion', '<sip:+12125550202@sip.carrier.example>;reason=unconditional;counter=1'],
    ]);
    x.signalling.ended('c', 487);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test.each([
    ['four', ['<sip:1@a>', '<sip:2@a>', '<sip:3@a>;counter=2'], 'invite c.1 sip:202@192.0.2.7'],
    ['five', ['<sip:1@a>, <sip:2@a>', '<sip:3@a>;reason=busy;counter=3'], 'hangUp c 482'],
  ])('D-47 a call that was diverted %s times', async (_, lines, expected) => {
    const x = await recordedSwitch(officeWithTrunk({}), ['202']);
    x.signalling.invited('c', '201', '202', OFFER, { Diversion: lines });
    expect(x.signalling.said.at(-1)).toContain(expected);
    x.signalling.ended('c', 487);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-5 RFC 3323 §4.1.1.3 a caller who hides is anonymous on the phones, too', async () => {
    const x = await recordedSwitch(officeWithTrunk({}), ['202']);
    x.signalling.invited('c', '+12125550777', '202', OFFER, { Privacy: ['id'] });
    expect(x.signalling.targets.get('c.1')?.from).toEqual({
      name: 'Anonymous',
      user: 'anonymous',
      host: 'anonymous.invalid',
    });
    x.signalling.ended('c', 487);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test.each([
    ['a caller without a number is the last one', 'anonymous', '202', '202 dndOn  null'],
    ['who dials himself has not called', '202', '202', '202 dndOn  201'],
  ])('A-103 %s', async (_, from, to, said) => {
    const x = await recordedSwitch(officeWithTrunk({}), []);
    x.signalling.invited('a', '201', '202', OFFER);
    x.signalling.invited('b', from, to, OFFER);
    x.signalling.invited('c', '202', '*78', OFFER);
    expect(x.features).toEqual([said]);
    for (const leg of ['a', 'b', 'c']) x.signalling.ended(leg, 487);
    x.clock.advance(10_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('a feature code is done for who dials it, with the number that called last', async () => {
    const x = await recordedSwitch(officeWithTrunk({}), []);
    x.signalling.invited('a', '201', '202', OFFER);
    x.signalling.invited('b', '202', '*78', OFFER);
    expect(x.features).toEqual(['202 dndOn  201']);
    expect(x.signalling.said.at(-1)).toBe('answer b');
    expect(x.media.leg('b')?.playing).toEqual(
      ['feature-dnd-on', 'goodbye'].map((id) => ({ file: `prompts/en/${id}.wav` })),
    );
    x.clock.advance(10_000);
    expect(x.leaks()).toEqual(CLEAN);
  });
});
