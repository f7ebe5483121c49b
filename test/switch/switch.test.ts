import { describe, expect, test } from 'vitest';
import { devices, office, rule, user } from '../support/office.js';
import { CLEAN, OFFER, recordedSwitch, sdp } from '../support/recorded-switch.js';

const mailbox = { maxMessageMs: 60_000, greeting: null };

describe('switch', () => {
  test('a call rings, is answered, talks and is hung up by the callee', async () => {
    const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
    x.signalling.invited('c', '202', '203', OFFER);
    x.signalling.emit({ type: 'progressed', leg: 'c.1', status: 180, answer: null });
    x.clock.advance(2_000);
    x.signalling.emit({ type: 'answered', leg: 'c.1', sdp: OFFER });
    expect(x.media.leg('c')?.connectedTo).toBe('c.1');
    x.clock.advance(10_000);
    x.signalling.ended('c.1', 200);
    x.clock.advance(1_000);
    expect(x.signalling.said).toEqual(['invite c.1 sip:203@192.0.2.7', 'progress c 180', 'answer c', 'hangUp c 487']);
    expect(x.leaks()).toEqual(CLEAN);
    const [record] = x.records;
    expect(record).toMatchObject({
      dialled: '203',
      from: { number: '202', device: '202', name: 'User 202' },
      to: { kind: 'device', id: '203' },
      rule: 'default',
      cause: { status: 200, q850: 16, by: 'callee' },
    });
    expect((record?.answeredAt ?? 0) - (record?.startedAt ?? 0)).toBe(2_000);
    expect(record?.legs.map((l) => [l.direction, l.answeredAt === null])).toEqual([
      ['in', false],
      ['out', false],
    ]);
  });

  test('D-21 two devices ring, one answers, the other is told it was answered elsewhere', async () => {
    const x = await recordedSwitch(office([user('202'), user('203', { devices: devices('203', '203wp') })]), [
      '203',
      '203wp',
    ]);
    x.signalling.invited('c', '202', '203', OFFER);
    x.signalling.emit({ type: 'answered', leg: 'c.2', sdp: OFFER });
    expect(x.signalling.said).toContain('hangUp c.1 487 SIP;cause=200;text="Call completed elsewhere"');
    expect(x.media.leg('c')?.connectedTo).toBe('c.2');
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-12 no answer goes to voicemail; the message is filed when the caller hangs up', async () => {
    const x = await recordedSwitch(office([user('202'), user('203', { voicemail: mailbox })]), ['203']);
    x.signalling.invited('c', '202', '203', OFFER);
    x.clock.advance(25_000);
    expect(x.signalling.said).toEqual(['invite c.1 sip:203@192.0.2.7', 'hangUp c.1 480', 'answer c']);
    x.clock.advance(20_000); // greeting, beep, and some of the message
    x.media.fallSilent('c', true);
    x.clock.advance(5_000);
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.deposits).toHaveLength(1);
    expect(x.deposits[0]).toMatch(/^203 acme.example-203.wav \d+ from 202$/);
    expect(x.records[0]?.to).toEqual({ kind: 'voicemail', id: '203' });
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-68 a hang-up on the beep is no message', async () => {
    const x = await recordedSwitch(office([user('202'), user('203', { voicemail: mailbox })]), []);
    x.signalling.invited('c', '202', '203', OFFER);
    x.clock.advance(6_000);
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.deposits.filter((d) => !d.startsWith('discard'))).toEqual([]);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('D-46 a forwarding loop ends in the mailbox of the user that closed it', async () => {
    const to = (extension: string) => rule({ always: { to: 'extension', extension } });
    const x = await recordedSwitch(
      office([
        user('201'),
        user('202', { rules: [to('203')], voicemail: mailbox }),
        user('203', { rules: [to('202')] }),
      ]),
      [],
    );
    x.signalling.invited('c', '201', '202', OFFER);
    expect(x.signalling.said).toEqual(['answer c']);
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.records[0]?.forwards.map((f) => `${f.from} ${f.to} ${f.purpose}`)).toEqual([
      '202 extension 203 always',
      '203 extension 202 always',
    ]);
    expect(x.leaks()).toEqual(CLEAN);
  });

  const rejections: [string, string, number, string][] = [
    ['unknown number', '999', 404, 'Q.850;cause=1;text="Unallocated number"'],
    ['D-12 nobody registered and no voicemail', '203', 480, 'Q.850;cause=20;text="Subscriber absent"'],
  ];
  test.each(rejections)('%s', async (_name, to, status, reason) => {
    const x = await recordedSwitch(office([user('202'), user('203')]), []);
    x.signalling.invited('c', '202', to, OFFER);
    expect(x.signalling.said).toEqual([`hangUp c ${status} ${reason}`]);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
    expect(x.records[0]?.cause.status).toBe(status);
  });

  test('a busy phone makes the caller hear busy', async () => {
    const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
    x.signalling.invited('c', '202', '203', OFFER);
    x.signalling.ended('c.1', 486);
    expect(x.signalling.said.at(-1)).toBe('hangUp c 486 Q.850;cause=17;text="User busy"');
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('the caller gives up while the phone rings', async () => {
    const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
    x.signalling.invited('c', '202', '203', OFFER);
    x.signalling.ended('c', 487);
    expect(x.signalling.said.at(-1)).toBe('hangUp c.1 487');
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
    expect(x.records[0]?.cause).toEqual({ status: 487, q850: 16, by: 'caller' });
  });

  test('RFC 3264 §5 late offer: our offer goes with the 200, their answer comes with the ACK', async () => {
    const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
    x.signalling.invited('c', '202', '203', null);
    x.signalling.emit({ type: 'answered', leg: 'c.1', sdp: OFFER });
    expect(x.signalling.sdps.get('c')).toMatch(/m=audio \d+ RTP\/AVP/);
    x.signalling.emit({ type: 'acknowledged', leg: 'c', answer: OFFER });
    expect(x.media.leg('c')?.connectedTo).toBe('c.1');
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('RFC 3960 early media of the only phone reaches the caller', async () => {
    const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
    x.signalling.invited('c', '202', '203', OFFER);
    x.signalling.emit({ type: 'progressed', leg: 'c.1', status: 183, answer: OFFER });
    expect(x.signalling.said.at(-1)).toBe('progress c 183 with SDP');
    expect(x.media.leg('c')?.connectedTo).toBe('c.1');
    x.signalling.emit({ type: 'answered', leg: 'c.1', sdp: OFFER });
    expect(x.signalling.said.at(-1)).toBe('answer c');
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('hold by one side disconnects and plays to the other, resume joins them again', async () => {
    const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
    x.signalling.invited('c', '202', '203', OFFER);
    x.signalling.emit({ type: 'answered', leg: 'c.1', sdp: OFFER });
    x.signalling.emit({ type: 'modified', leg: 'c', offer: sdp(['a=sendonly']) });
    expect(x.signalling.sdps.get('c')).toMatch(/a=recvonly/);
    expect(x.media.leg('c.1')?.playing).not.toBeNull();
    x.signalling.emit({ type: 'modified', leg: 'c', offer: sdp(['a=sendrecv']) });
    expect(x.media.leg('c.1')?.connectedTo).toBe('c');
    x.signalling.emit({ type: 'modified', leg: 'c', offer: sdp([], '99') });
    expect(x.signalling.said.at(-1)).toBe('refuse c 488');
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('an offer without a codec of ours is 488', async () => {
    const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
    x.signalling.invited('c', '202', '*43', sdp(['a=rtpmap:99 foo/8000'], '99'));
    expect(x.signalling.said).toEqual([expect.stringContaining('hangUp c 488')]);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('no media port left is 503', async () => {
    const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
    x.media.failNextOpen('exhausted');
    x.signalling.invited('c', '202', '*43', OFFER);
    expect(x.signalling.said).toEqual([expect.stringContaining('hangUp c 503')]);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('INFO digits are translated for a phone without telephone-event, and heard once', async () => {
    const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
    x.signalling.invited('c', '202', '203', OFFER);
    x.signalling.emit({ type: 'answered', leg: 'c.1', sdp: sdp([], '0') });
    x.media.injectDigit('c', '5');
    x.clock.advance(100);
    const info = { type: 'informed', leg: 'c', contentType: 'application/dtmf-relay' } as const;
    x.signalling.emit({ ...info, body: 'Signal=5\r\nDuration=100\r\n' });
    expect(x.signalling.said.filter((s) => s.startsWith('inform'))).toEqual([
      'inform c.1 application/dtmf-relay Signal=5 Duration=100',
    ]);
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test.each([
    { first: 'INFO', second: 'RTP', sent: '' },
    { first: 'RTP', second: 'INFO', sent: '' },
    { first: 'INFO', second: 'nothing', sent: '5' },
  ])(
    'a press by $first, then $second: the far end is sent "$sent" beside what the engine relays',
    async ({ first, second, sent }) => {
      const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
      x.signalling.invited('c', '202', '203', OFFER);
      x.signalling.emit({ type: 'answered', leg: 'c.1', sdp: OFFER });
      const info = { type: 'informed', leg: 'c', contentType: 'application/dtmf-relay', body: 'Signal=5' } as const;
      for (const way of [first, second]) {
        if (way === 'INFO') x.signalling.emit(info);
        if (way === 'RTP') x.media.injectDigit('c', '5');
        x.clock.advance(20);
      }
      x.clock.advance(500);
      expect(x.media.leg('c.1')?.sent).toBe(sent);
      x.signalling.ended('c', 200);
      x.clock.advance(1_000);
      expect(x.leaks()).toEqual(CLEAN);
    },
  );

  test('silent media ends the call', async () => {
    const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
    x.signalling.invited('c', '202', '203', OFFER);
    x.signalling.emit({ type: 'answered', leg: 'c.1', sdp: OFFER });
    x.media.injectSilent('c.1');
    x.clock.advance(1_000);
    expect(x.signalling.said.filter((s) => s.startsWith('hangUp')).map((s) => s.split(' ')[1])).toEqual(['c.1', 'c']);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('stopping ends every call with its record', async () => {
    const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
    x.signalling.invited('c', '202', '203', OFFER);
    x.signalling.invited('d', '202', '*43', OFFER);
    const stopped = x.exchange.stop();
    x.clock.advance(3_000);
    await stopped;
    expect(x.records).toHaveLength(2);
  });
});
