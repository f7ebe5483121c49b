import { describe, expect, it } from 'vitest';
import { reasonHeaders, responseOf, srfHeaders, statusOf } from '../../src/drachtio/srf.js';

describe('headers for srf', () => {
  it('RFC 3261 §7.3.1: what comes twice is two lines, in any spelling of the name', () => {
    const headers = srfHeaders([
      ['WWW-Authenticate', 'Digest realm="a"'],
      ['X', '1'],
      ['www-authenticate', 'Digest realm="b"'],
    ]);
    expect(headers).toEqual({
      'WWW-Authenticate': 'Digest realm="a"\r\nwww-authenticate: Digest realm="b"',
      X: '1',
    });
  });

  it('no value can begin a line of its own', () => {
    expect(srfHeaders([['X', 'a\r\nEvil: b\nc']])).toEqual({ X: 'a Evil: b c' });
  });

  it('octets of UTF-8 are read as what they say, Unicode stays', () => {
    expect(srfHeaders([['X', 'Bl\xc3\xb6d']])).toEqual({ X: 'Blöd' });
    expect(srfHeaders([['X', 'Blöd €']])).toEqual({ X: 'Blöd €' });
    expect(srfHeaders([['X', 'Bl\xf6d']])).toEqual({ X: 'Blöd' });
  });

  it('RFC 3326: reasons', () => {
    expect(reasonHeaders([])).toEqual({});
    expect(reasonHeaders(['SIP;cause=200', 'Q.850;cause=16'])).toEqual({
      Reason: 'SIP;cause=200\r\nReason: Q.850;cause=16',
    });
  });
});

describe('errors of createUAC', () => {
  const refused = Object.assign(new Error('Sip non-success response: 486'), {
    status: 486,
    res: { status: 486, raw: 'SIP/2.0 486', source_address: '192.0.2.1' },
  });

  it('a response of the other side', () => {
    expect(responseOf(refused)).toMatchObject({ status: 486 });
    expect(statusOf(refused)).toBe(486);
  });

  it('one that drachtio-server made up is none', () => {
    const own = Object.assign(new Error(), { status: 408, res: { status: 408, raw: '', source_address: '' } });
    expect(responseOf(own)).toBeNull();
    expect(statusOf(own)).toBe(408);
  });

  it.each([[new Error('can not send request to myself')], ['a string'], [undefined]])('%s is none', (error) => {
    expect(responseOf(error)).toBeNull();
    expect(statusOf(error)).toBe(503);
  });
});
