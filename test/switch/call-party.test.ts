import { describe, expect, it } from 'vitest';
import type { Invitation } from '../../src/ports/signalling.js';
import { callerOf } from '../../src/switch/call-party.js';
import { office, user } from '../support/office.js';

const PHONE = { identity: '201@acme.example', from: { name: '', user: '201', host: 'acme.example' } };
const CARRIER = { identity: null, from: { name: '', user: 'anonymous', host: 'anonymous.invalid' } };

function caller(of: Pick<Invitation, 'identity' | 'from'>, headers: Readonly<Record<string, readonly string[]>>) {
  const invitation: Invitation = {
    ...{ requestUri: 'sip:202@acme.example', to: of.from, callId: 'c', maxForwards: 70, offer: null },
    source: 'udp 127.0.0.1:5060',
    header: (name) => headers[name] ?? [],
    ...of,
  };
  return callerOf(invitation, office([user('201')]));
}

describe('who calls', () => {
  it.each([
    ['RFC 3323 §4.2 id', ['id'], true],
    ['RFC 3323 §4.2 a list of values', ['header;id;critical'], true],
    ['RFC 3323 §4.2 whatever the case', ['ID'], true],
    ['RFC 3323 §4.2 none', ['none'], false],
    ['nothing', [], false],
  ])('D-5 a phone of ours hides: %s', (_, privacy, anonymous) => {
    expect(caller(PHONE, { Privacy: privacy })).toMatchObject({ device: '201', number: '201', anonymous });
  });

  it.each([
    ['name-addr', '"Ada \\"A\\" L" <sip:+12125550111@carrier.example;user=phone>', 'Ada "A" L'],
    ['name-addr without quotes', 'Ada <tel:+12125550111>', 'Ada'],
    ['addr-spec', 'sip:+12125550111@carrier.example', ''],
    ['addr-spec of tel', 'tel:+12125550111;phone-context=x', ''],
  ])('D-5 RFC 3325 §9.1 asserted by a carrier as %s', (_, asserted, name) => {
    const found = caller(CARRIER, { 'P-Asserted-Identity': [asserted] });
    expect(found).toMatchObject({ number: '+12125550111', name, anonymous: true });
  });
});
