import { describe, expect, it } from 'vitest';
import { forwardsBefore } from '../../src/switch/diversions.js';

const MAPPED =
  '<sip:bob@a.example>;index=1, <sip:carol@a.example>;index=1.1;mp=1,<sip:dan@b.example>;index=1.1.1;mp=1.1';

describe('D-47 how often a call was forwarded before', () => {
  it.each<[string, Readonly<Record<string, readonly string[]>>, number]>([
    ['never', {}, 0],
    ['RFC 5806 once', { Diversion: ['<sip:bob@a.example>;reason=unconditional'] }, 1],
    ['RFC 5806 §4.2 by one place three times', { Diversion: ['<sip:bob@a.example>;reason=no-answer;counter=3'] }, 3],
    [
      'RFC 5806 on one line, with a comma in a name',
      { Diversion: ['"Bob, Sales" <sip:bob@a.example>;counter=2, <tel:+12125550100>;reason=user-busy'] },
      3,
    ],
    ['RFC 7044 §5 mapped twice', { 'History-Info': [MAPPED] }, 2],
    ['RFC 7044 on lines of their own', { 'History-Info': MAPPED.split(',') }, 2],
    [
      'RFC 7044 §5 routed on, to the same user: no forward',
      { 'History-Info': ['<sip:bob@a.example>;index=1,<sip:bob@192.0.2.7>;index=1.1;rc=1,<sip:x@y>;index=1.2;np=1'] },
      0,
    ],
    ['RFC 7544 the cause in the URI', { 'History-Info': ['<sip:+12125550100@a.example;cause=302>;index=1.1'] }, 1],
    [
      'RFC 4244 the reason in the entry left behind',
      {
        'History-Info': [
          '<sip:bob@a.example?Reason=SIP%3Bcause%3D302%3Btext%3D%22Moved%22>;index=1,<sip:carol@a.example>;index=2',
        ],
      },
      1,
    ],
    [
      'RFC 7044 reason and mapping of one forward',
      { 'History-Info': ['<sip:b@a.example?Reason=SIP%3Bcause%3D486>;index=1,<sip:c@a.example>;index=1.1;mp=1'] },
      1,
    ],
    ['both headers tell of the same forwards', { Diversion: ['<sip:c@a>, <sip:b@a>'], 'History-Info': [MAPPED] }, 2],
    ['nonsense', { Diversion: [''], 'History-Info': [';;;', '<'] }, 1],
  ])('%s', (_name, headers, expected) => {
    expect(forwardsBefore((name) => headers[name] ?? [])).toBe(expected);
  });
});
