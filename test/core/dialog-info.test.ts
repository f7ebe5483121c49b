import { describe, expect, it } from 'vitest';
import { dialogInfo, type WatchedDialog } from '../../src/core/dialog-info.js';

const parked: WatchedDialog = {
  state: 'confirmed',
  direction: 'recipient',
  remote: { name: 'Ann & "Bo" <x>\u0001', number: '+12125550100' },
};

const lines = (...elements: readonly string[]): string =>
  ['<?xml version="1.0" encoding="UTF-8"?>', ...elements, '</dialog-info>', ''].join('\n');

describe('D-45 dialog-info of a slot', () => {
  const root = (version: number) =>
    `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="sip:8851@acme.example">`;

  it.each<[string, ReadonlyMap<string, WatchedDialog>, readonly string[]]>([
    ['D-45 empty: terminated', new Map(), ['<dialog id="8851">', '<state>terminated</state>', '</dialog>']],
    [
      'D-45 occupied: confirmed, with who is parked',
      new Map([['8851', parked]]),
      [
        '<dialog id="8851" direction="recipient">',
        '<state>confirmed</state>',
        '<local><identity>sip:8851@acme.example</identity><target uri="sip:8851@acme.example"/></local>',
        '<remote><identity display="Ann &amp; &quot;Bo&quot; &lt;x&gt;">sip:+12125550100@acme.example</identity><target uri="sip:+12125550100@acme.example"/></remote>',
        '</dialog>',
      ],
    ],
    [
      'D-45 who hides his number is anonymous',
      new Map([['8851', { ...parked, state: 'early', remote: { name: '', number: '' } }]]),
      [
        '<dialog id="8851" direction="recipient">',
        '<state>early</state>',
        '<local><identity>sip:8851@acme.example</identity><target uri="sip:8851@acme.example"/></local>',
        '<remote><identity>sip:anonymous@anonymous.invalid</identity><target uri="sip:anonymous@anonymous.invalid"/></remote>',
        '</dialog>',
      ],
    ],
  ])('%s', (_, dialogs, elements) => {
    expect(dialogInfo('8851', 'acme.example', 7, dialogs)).toBe(lines(root(7), ...elements));
  });

  it('RFC 3261 §19.1.1 a number is escaped where a URI has to be', () => {
    const dialogs = new Map([['x', { ...parked, remote: { name: '', number: '*5#@<\ud800' } }]]);
    expect(dialogInfo('201', 'acme.example', 0, dialogs)).toContain(
      '<identity>sip:*5%23%40%3C@acme.example</identity>',
    );
  });
});
