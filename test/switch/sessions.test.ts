import { describe, expect, test } from 'vitest';
import { DomainDirectory } from '../../src/switch/domain-directory.js';
import { devices, office, rule, user } from '../support/office.js';
import { CLEAN, OFFER, recordedSwitch, sdp } from '../support/recorded-switch.js';

const mailbox = { maxMessageMs: 60_000, greeting: null };
const OPUS = ['a=rtpmap:111 opus/48000/2'];

/** 202 calls 203, who answers. */
async function talking(offer = OFFER, answer = OFFER) {
  const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
  x.signalling.invited('c', '202', '203', offer);
  x.signalling.emit({ type: 'answered', leg: 'c.1', sdp: answer });
  const end = (): void => {
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  };
  return { ...x, modify: (leg: string, offer: string) => x.signalling.emit({ type: 'modified', leg, offer }), end };
}

describe('sessions of two talking parties', () => {
  test('RFC 3264 §8 a re-INVITE keeps a codec that only the two of them know', async () => {
    const x = await talking(sdp(OPUS, '111 0 101'), sdp(OPUS, '111 101'));
    x.modify('c', sdp([...OPUS, 'a=sendonly'], '111 0 101'));
    expect(x.signalling.sdps.get('c')).toMatch(/m=audio \d+ RTP\/AVP 111/);
    expect(x.signalling.said).not.toContain('refuse c 488');
    x.end();
  });

  test.each([
    ['the first to hold resumes first', ['c', 'c.1']],
    ['the last to hold resumes first', ['c.1', 'c']],
  ])('RFC 3264 §8.4 both hold, %s: both hear each other again', async (_name, resuming) => {
    const x = await talking();
    x.modify('c', sdp(['a=sendonly']));
    x.modify('c.1', sdp(['a=sendonly']));
    for (const leg of resuming) x.modify(leg, sdp(['a=sendrecv']));
    expect(x.media.leg('c')).toMatchObject({ connectedTo: 'c.1', playing: null });
    expect(x.media.leg('c.1')).toMatchObject({ connectedTo: 'c', playing: null });
    x.end();
  });

  test('silence is no reason to end a call while it is held', async () => {
    const x = await talking();
    x.modify('c', sdp(['a=sendonly']));
    x.media.injectSilent('c.1');
    expect(x.exchange.calls).toBe(1);
    x.modify('c', sdp(['a=sendrecv']));
    x.media.injectSilent('c.1');
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
    expect(x.records[0]?.cause).toMatchObject({ q850: 41 });
  });
});

describe('sessions of a call that is not answered yet', () => {
  const unanswered = (extension: string) => rule({ unanswered: { to: 'extension', extension } });

  test('RFC 3960 early media of the first phone is followed by the early media of the next', async () => {
    const users = [user('202'), user('203', { rules: [unanswered('204')] }), user('204')];
    const x = await recordedSwitch(office(users), ['203', '204']);
    x.signalling.invited('c', '202', '203', OFFER);
    x.signalling.emit({ type: 'progressed', leg: 'c.1', status: 183, answer: OFFER });
    expect(x.media.leg('c')?.connectedTo).toBe('c.1');
    x.clock.advance(25_000);
    x.signalling.emit({ type: 'progressed', leg: 'c.2', status: 183, answer: OFFER });
    expect(x.media.leg('c')?.connectedTo).toBe('c.2');
    x.signalling.ended('c', 487);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('RFC 3960 a caller with an early session hears the next phone ring in it', async () => {
    const users = [user('202'), user('203', { rules: [unanswered('204')] }), user('204')];
    const x = await recordedSwitch(office(users), ['203', '204']);
    x.signalling.invited('c', '202', '203', OFFER);
    x.signalling.emit({ type: 'progressed', leg: 'c.1', status: 183, answer: OFFER });
    x.clock.advance(25_000);
    x.signalling.emit({ type: 'progressed', leg: 'c.2', status: 180, answer: null });
    expect(x.media.leg('c')?.playing).toMatchObject([{ tone: [440, 480] }]);
    x.signalling.emit({ type: 'answered', leg: 'c.2', sdp: OFFER });
    expect(x.media.leg('c')).toMatchObject({ connectedTo: 'c.2', playing: null });
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test.each([
    ['only video', sdp().replace('m=audio', 'm=video')],
    ['a line that is switched off', sdp().replace('4000', '0')],
    ['encrypted speech only', sdp().replace('RTP/AVP', 'RTP/SAVP')],
    ['fax', sdp().replace(/m=audio.*/, 'm=image 4000 udptl t38')],
    ['no SDP at all', 'hello'],
  ])('RFC 3261 §13.3.1 %s is 488 before any phone rings', async (_name, offer) => {
    const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
    x.signalling.invited('c', '202', '203', offer);
    expect(x.signalling.said).toEqual([expect.stringContaining('hangUp c 488')]);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('RFC 3261 §13.2.1 a phone that answers without SDP makes the caller hear 488', async () => {
    const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
    x.signalling.invited('c', '202', '203', OFFER);
    x.signalling.emit({ type: 'answered', leg: 'c.1', sdp: null });
    expect(x.signalling.said.at(-1)).toMatch(/^hangUp c 488/);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('RFC 3261 §16.7 a phone that says 503 is unavailable; 503 is for us to say', async () => {
    const x = await recordedSwitch(office([user('202'), user('203')]), ['203']);
    x.signalling.invited('c', '202', '203', OFFER);
    x.signalling.ended('c.1', 503);
    expect(x.signalling.said.at(-1)).toMatch(/^hangUp c 480/);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });

  test('stopping keeps the record of a call whose phone does not answer the CANCEL', async () => {
    const x = await recordedSwitch(office([user('202'), user('203', { devices: devices('203') })]), ['203']);
    x.signalling.invited('c', '202', '203', OFFER);
    x.signalling.deaf.add('c.1');
    const stopped = x.exchange.stop();
    x.clock.advance(3_000);
    await stopped;
    expect(x.records).toHaveLength(1);
  });
});

describe('a message that is being recorded', () => {
  test('D-68 `#` by INFO ends it', async () => {
    const x = await recordedSwitch(office([user('202'), user('203', { voicemail: mailbox })]), []);
    x.signalling.invited('c', '202', '203', OFFER);
    x.clock.advance(6_000);
    expect(x.media.leg('c')?.recording).not.toBeNull();
    x.signalling.emit({ type: 'informed', leg: 'c', contentType: 'application/dtmf', body: '#' });
    x.clock.advance(250); // it could have come by RTP as well
    expect(x.deposits).toHaveLength(1);
    x.signalling.ended('c', 200);
    x.clock.advance(1_000);
    expect(x.leaks()).toEqual(CLEAN);
  });
});

describe('whose numbers a request dials in, RFC 3261 §8.2.2.1', () => {
  const acme = office([user('202')], { aliases: ['pbx.acme.example'] });
  const other = office([user('202')], { name: 'other.example' });
  const directory = new DomainDirectory([acme, other], null);
  test.each([
    ['the own domain', 'acme.example', 'acme.example'],
    ['an alias of it', 'pbx.acme.example', 'acme.example'],
    ['an address of the server', '192.0.2.1', 'acme.example'],
    ['another domain of ours', 'other.example', null],
    ['a foreign host', 'evil.example', null],
  ])('%s', (_name, host, expected) => {
    expect(directory.called('202@acme.example', host)?.name ?? null).toBe(expected);
  });

  test.each([
    ['E3 a carrier that knows us by address', '192.0.2.1'],
    ['E3 a carrier that knows us by the name of the machine', 'sbc7.acme-telephony.example'],
  ])('%s', (_name, host) => {
    expect(directory.called('trunk:carrier@other.example', host)?.name).toBe('other.example');
  });
});
