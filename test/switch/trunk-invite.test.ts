import { describe, expect, it } from 'vitest';
import { NO_OUTBOUND, type Trunk } from '../../src/core/dial-plan.js';
import type { NumberTarget } from '../../src/core/plan.js';
import { forwardsBefore } from '../../src/switch/diversions.js';
import { NOTHING_TOLD } from '../../src/switch/forward-headers.js';
import type { InviteOccasion } from '../../src/switch/outgoing-invite.js';
import { trunkInvite } from '../../src/switch/trunk-invite.js';
import { office, user } from '../support/office.js';

const TARGET: NumberTarget = {
  ...{ kind: 'number', number: '+12125550123', trunks: ['carrier'], emergency: false, delayMs: 0, confirm: null },
};
const BOB = { name: 'Bob', number: '+12125550999', device: null };
const ELLEN = { name: 'Ellen Green', number: '201', device: '201' };

/** The INVITE to a mobile by a trunk that is so, on that occasion; the company shows +12125550100, 202 his own number. */
function invited(trunk: Partial<Trunk>, occasion: Partial<InviteOccasion>, target: Partial<NumberTarget> = {}) {
  const carrier: Trunk = {
    ...{ name: 'carrier', enabled: true, host: 'carrier.example', port: null, transport: null },
    ...{
      username: null,
      password: null,
      registerMs: null,
      qualifyMs: null,
      sources: [],
      format: 'e164',
      passesCaller: false,
    },
    tells: [],
    ...trunk,
  };
  const domain = office([user('201'), user('202', { callerId: '+12125550202' })], {
    trunks: new Map([['carrier', carrier]]),
    outbound: { ...NO_OUTBOUND, callerId: '+12125550100' },
  });
  const invite = trunkInvite({ ...TARGET, ...target }, 0, {
    ...{ domain, caller: BOB, callerHidden: false, by: '202', callerExtension: null, maxForwards: 70, headers: [] },
    forwards: [{ by: '202', why: 'always' }],
    told: NOTHING_TOLD,
    ...occasion,
  });
  if (invite === null) throw new Error('no trunk');
  const header = (name: string) => invite.headers.flatMap(([key, value]) => (key === name ? [value] : []));
  return { ...invite, header };
}

describe('an INVITE by a trunk', () => {
  it.each([
    [
      'D-49 a forward keeps the caller where the trunk lets it pass',
      { passesCaller: true },
      {},
      { name: 'Bob', user: '+12125550999', host: 'carrier.example' },
      '<sip:+12125550999@carrier.example>',
    ],
    [
      'D-49 else it shows the number of who forwards',
      {},
      {},
      { name: '', user: '+12125550202', host: 'carrier.example' },
      '<sip:+12125550202@carrier.example>',
    ],
    [
      'D-49 or the company’s, if he has none',
      {},
      { by: '201' },
      { name: '', user: '+12125550100', host: 'carrier.example' },
      '<sip:+12125550100@carrier.example>',
    ],
    [
      'D-49 a caller without a number does not pass',
      { passesCaller: true },
      { caller: { ...BOB, number: '' } },
      { name: '', user: '+12125550202', host: 'carrier.example' },
      '<sip:+12125550202@carrier.example>',
    ],
    [
      'D-49 a caller who hides stays hidden; who pays is asserted (RFC 3325)',
      { passesCaller: true },
      { callerHidden: true },
      { name: 'Anonymous', user: 'anonymous', host: 'anonymous.invalid' },
      '<sip:+12125550202@carrier.example>',
    ],
    [
      'D-49 a colleague who is forwarded shows the forwarder’s number, with his own name',
      { passesCaller: true },
      { caller: ELLEN, callerExtension: '201' },
      { name: 'Ellen Green', user: '+12125550202', host: 'carrier.example' },
      '<sip:+12125550202@carrier.example>',
    ],
    [
      'a caller of ours shows the number of the company',
      {},
      { caller: ELLEN, callerExtension: '201', by: null },
      { name: 'Ellen Green', user: '+12125550100', host: 'carrier.example' },
      '<sip:+12125550100@carrier.example>',
    ],
  ])('%s', (_, trunk, occasion, from, asserted) => {
    const invite = invited(trunk, occasion);
    expect(invite.from).toEqual(from);
    expect(invite.header('P-Asserted-Identity')).toEqual([asserted]);
    expect(invite.header('Privacy')).toEqual('callerHidden' in occasion ? ['id'] : []);
  });

  it('D-47 Max-Forwards is one less', () => {
    expect(invited({}, { maxForwards: 20 }).maxForwards).toBe(19);
  });

  it.each([
    ['D-47 RFC 7044: History-Info, where the trunk wants it', ['history-info'], 2, 0],
    ['D-47 RFC 5806: Diversion, where the trunk wants it', ['diversion'], 0, 1],
    ['D-47 both', ['history-info', 'diversion'], 2, 1],
    ['D-47 neither', [], 0, 0],
  ] as const)('%s', (_, tells, history, diversion) => {
    const { header } = invited({ tells }, {});
    expect([header('History-Info').length, header('Diversion').length]).toEqual([history, diversion]);
  });

  it.each<[string, InviteOccasion['forwards'][number]['why'], string, number]>([
    ['RFC 5806 §4.2 unconditional', 'always', 'unconditional', 302],
    ['no answer', 'unanswered', 'no-answer', 408],
    ['busy', 'busy', 'user-busy', 486],
    ['in a call', 'active', 'user-busy', 486],
    ['offline', 'offline', 'unavailable', 503],
    ['a phone’s 302', 'redirected', 'deflection', 480],
    ['a mobile that rings along', 'alongside', 'follow-me', 404],
  ])('D-47 says why: %s', (_, why, reason, cause) => {
    const { header } = invited({ tells: ['history-info', 'diversion'] }, { forwards: [{ by: '202', why }] });
    expect(header('Diversion')).toEqual([`<sip:+12125550202@carrier.example>;reason=${reason};counter=1`]);
    expect(header('History-Info')[0]).toBe(`<sip:+12125550202@carrier.example?Reason=SIP%3Bcause%3D${cause}>;index=1`);
  });

  it('D-47 every forward is told, over those that were told us: so a circle through the carrier grows until it is refused', () => {
    const { header } = invited(
      { tells: ['history-info', 'diversion'] },
      {
        forwards: [
          { by: '201', why: 'unanswered' },
          { by: '202', why: 'always' },
        ],
        told: {
          diversion: ['<sip:1@a>;reason=no-answer'],
          historyInfo: ['<sip:1@a>;index=1, <sip:+12125550100@us>;index=1.1;mp=1'],
        },
      },
    );
    expect(header('Diversion')).toEqual([
      '<sip:+12125550202@carrier.example>;reason=unconditional;counter=1',
      '<sip:+12125550100@carrier.example>;reason=no-answer;counter=1',
      '<sip:1@a>;reason=no-answer',
    ]);
    expect(header('History-Info')).toEqual([
      '<sip:1@a>;index=1, <sip:+12125550100@us>;index=1.1;mp=1',
      '<sip:+12125550100@carrier.example?Reason=SIP%3Bcause%3D408>;index=1.1.1;rc=1.1',
      '<sip:+12125550202@carrier.example?Reason=SIP%3Bcause%3D302>;index=1.1.1.1;mp=1.1.1',
      '<sip:+12125550123@carrier.example>;index=1.1.1.1.1;mp=1.1.1.1',
    ]);
    expect(forwardsBefore(header)).toBe(3);
  });

  it('D-47 a call that nobody forwarded tells of no forward', () => {
    const invite = invited(
      { tells: ['history-info', 'diversion'] },
      { caller: ELLEN, callerExtension: '201', by: null, forwards: [] },
    );
    expect(invite.headers.map(([name]) => name)).toEqual(['P-Asserted-Identity']);
  });

  it.each([
    ['e164', '+12125550123', 'sip:+12125550123@carrier.example'],
    ['digits', '+12125550123', 'sip:12125550123@carrier.example'],
    ['national', '+12125550123', 'sip:2125550123@carrier.example'],
    ['digits', '611', 'sip:611@carrier.example'],
  ] as const)('E3 as %s: %s', (format, number, uri) => {
    expect(invited({ format }, {}, { number }).uri).toBe(uri);
  });

  it('E3 an emergency number stays as it is dialled', () => {
    expect(invited({ format: 'digits' }, {}, { number: '112', emergency: true }).uri).toBe('sip:112@carrier.example');
  });
});
