import { expect, it } from 'vitest';
import { decide } from '../../src/core/route.js';
import { quietWorld } from '../../src/core/world.js';
import { NOTHING_TOLD } from '../../src/switch/forward-headers.js';
import { inviteOf } from '../../src/switch/outgoing-invite.js';
import { office, user } from '../support/office.js';

const EDGE = '<sip:edge.example;lr>';

it.each([
  ['a phone that registered by itself', [], undefined],
  ['RFC 3327 §5.3 one that registered through a proxy', [EDGE], [EDGE]],
])('an INVITE to %s', (_name, path, route) => {
  const domain = office([user('201'), user('202')]);
  const world = quietWorld(() => [{ uri: 'sip:202@10.0.0.2', flow: 'udp/192.0.2.9:5060', path }]);
  const caller = { device: '201', number: '201', name: '', anonymous: false };
  const { plan } = decide(
    domain,
    world,
    { to: { to: 'extension', extension: '202' }, caller, by: null, screened: false },
    0,
  );
  const [ringing] = plan.do === 'ring' ? plan.targets : [];
  if (ringing === undefined) throw new Error('nothing rings');
  const invite = inviteOf(ringing, 0, {
    ...{ domain, caller: { name: '', number: '201', device: '201' }, callerHidden: false, by: null },
    ...{ callerExtension: '201', maxForwards: 70, headers: [], forwards: [], told: NOTHING_TOLD },
  });
  expect(invite).toMatchObject({ uri: 'sip:202@10.0.0.2', flow: 'udp/192.0.2.9:5060' });
  expect(invite?.route).toEqual(route);
});
