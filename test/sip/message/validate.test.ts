import { describe, expect, test } from 'vitest';
import type { SipRequest } from '../../../src/sip/message/message.js';
import { type Capabilities, malformation, refusal } from '../../../src/sip/message/validate.js';

const ABLE: Capabilities = {
  methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS'],
  extensions: ['timer', 'replaces'],
  schemes: ['sip', 'sips'],
  bodies: { INVITE: ['application/sdp'] },
};

function request(
  method: string,
  headers: Record<string, string> = {},
  body = '',
  uri = 'sip:bob@example.com',
): SipRequest {
  return {
    kind: 'request',
    method,
    uri,
    headers: Object.entries({ To: '<sip:bob@example.com>', ...headers }).map(([name, value]) => ({ name, value })),
    body,
  };
}

describe('malformed requests', () => {
  test.each([
    ['§19.1.1 no URI', request('INVITE', {}, '', 'bob')],
    ['§19.1.1 headers in the Request-URI', request('INVITE', {}, '', 'sip:bob@example.com?Route=%3Csip:a%3E')],
    ['§20.10 a Contact that is none', request('INVITE', { Contact: 'bob' })],
    ['§10.2.2 a star that is no REGISTER’s', request('INVITE', { Contact: '*' })],
    ['§20.17 a Date in another zone', request('INVITE', { Date: 'Fri, 01 Jan 2010 16:00:00 EST' })],
    ['§10.3 a REGISTER of no SIP address', request('REGISTER', { To: 'isbn:2983792873' })],
    ['§10.3 a REGISTER of a malformed address', request('REGISTER', { To: '<sip:a@b:x>' })],
  ])('%s', (_, bad) => expect(malformation(bad)).toMatchObject({ status: 400, headers: [] }));

  test.each([
    ['§20.10 several Contacts', request('INVITE', { Contact: '<sip:a@b>, "x" <sip:c@d>;q=1' })],
    ['§10.2.2 the star of a REGISTER', request('REGISTER', { Contact: '*' })],
    ['§20.17 a Date', request('INVITE', { Date: 'Sat, 13 Nov 2010 23:29:00 GMT' })],
    ['a scheme that is not ours', request('INVITE', {}, '', 'urn:service:sos')],
    ['§10.3 a REGISTER of a SIPS address', request('REGISTER', { To: 'sips:a@b' })],
  ])('well-formed: %s', (_, good) => expect(malformation(good)).toBeNull());
});

describe('§8.2 what a server cannot do', () => {
  const sdp = { 'Content-Type': 'application/sdp' };

  test.each<[string, SipRequest, number | undefined, Record<string, string>]>([
    ['§8.2.1 a method we do not serve', request('REGISTER'), 405, { Allow: 'INVITE, ACK, CANCEL, BYE, OPTIONS' }],
    ['§21.5.2 a method nobody knows', request('NEWMETHOD'), 501, { Allow: 'INVITE, ACK, CANCEL, BYE, OPTIONS' }],
    ['§8.2.2.1 a scheme', request('INVITE', {}, '', 'nobodyKnowsThisScheme:x'), 416, {}],
    ['§8.2.2.3 extensions', request('BYE', { Require: 'Timer, one, two' }), 420, { Unsupported: 'one, two' }],
    ['§8.2.2.3 extensions that are known', request('INVITE', { Require: 'TIMER' }), undefined, {}],
    ['§8.2.2.3 not of a CANCEL', request('CANCEL', { Require: 'one' }), undefined, {}],
    ['§8.2.3 a body', request('INVITE', { 'Content-Type': 'text/plain' }, 'x'), 415, { Accept: 'application/sdp' }],
    ['§8.2.3 a body without type', request('INVITE', {}, 'x'), 415, { Accept: 'application/sdp' }],
    [
      '§8.2.3 SDP, with a parameter',
      request('INVITE', { 'Content-Type': 'Application / SDP ;x=y' }, 'x'),
      undefined,
      {},
    ],
    ['§8.2.3 no body, any type', request('INVITE', { 'Content-Type': 'text/plain' }), undefined, {}],
    [
      '§8.2.3 a method that may carry anything',
      request('OPTIONS', { 'Content-Type': 'text/plain' }, 'x'),
      undefined,
      {},
    ],
    [
      '§20.11 a body that is optional',
      request('INVITE', { 'Content-Type': 'text/plain', 'Content-Disposition': 'render; handling = optional' }, 'x'),
      undefined,
      {},
    ],
    [
      '§20.12 an encoding',
      request('INVITE', { ...sdp, 'Content-Encoding': 'gzip' }, 'x'),
      415,
      { 'Accept-Encoding': 'identity' },
    ],
    ['§20.12 none', request('INVITE', { ...sdp, 'Content-Encoding': 'Identity' }, 'x'), undefined, {}],
    ['§20.1 an answer that is not wanted', request('INVITE', { Accept: 'text/nobodyKnowsThis' }), 406, {}],
    ['§20.1 nothing is wanted', request('INVITE', { Accept: '' }), 406, {}],
    ['§20.1 SDP among others', request('INVITE', { Accept: 'text/plain, application/SDP;q=1' }), undefined, {}],
    ['§20.1 anything', request('INVITE', { Accept: '*/*' }), undefined, {}],
    ['§20.1 of an OPTIONS', request('OPTIONS', { Accept: 'text/plain' }), undefined, {}],
    [
      '§8.2.1 the method comes first',
      request('NEWMETHOD', { Require: 'one' }, 'x', 'x:y'),
      501,
      { Allow: 'INVITE, ACK, CANCEL, BYE, OPTIONS' },
    ],
  ])('%s', (_, asked, status, headers) => {
    const refused = refusal(asked, ABLE);
    expect(refused?.status).toBe(status);
    expect(Object.fromEntries((refused?.headers ?? []).map(({ name, value }) => [name, value]))).toEqual(headers);
  });
});
