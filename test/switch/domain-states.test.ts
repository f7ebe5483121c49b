import { describe, expect, it } from 'vitest';
import { NO_OUTBOUND, type Trunk } from '../../src/core/dial-plan.js';
import type { UserFeature } from '../../src/core/domain.js';
import type { DomainState } from '../../src/core/domain-state.js';
import { NO_LISTS } from '../../src/core/screening-list.js';
import type { TimeFrame } from '../../src/core/time-frame.js';
import { openStore } from '../../src/store/store.js';
import { DomainStates } from '../../src/switch/domain-states.js';
import { folderOf } from '../config/config-folder.js';
import { office, user } from '../support/office.js';

const lunch: TimeFrame = { name: 'Lunch', timeZone: 'inherit', owner: null, kind: 'toggle', on: false, until: null };
const nap: TimeFrame = { ...lunch, name: 'Nap', owner: '201' };
const ellen = user('201', { timeFrames: new Map([['Nap', nap]]) });
const acme = office([ellen, user('202')], { timeFrames: new Map([['Lunch', lunch]]) });
const carrier: Trunk = {
  ...{ name: 'carrier', enabled: true, host: '192.0.2.1', port: null, transport: null, username: null, password: null },
  ...{ registerMs: null, qualifyMs: null, sources: [], format: 'e164', passesCaller: false, tells: [] },
};
const NOW = Date.UTC(2026, 10, 24, 15);
const DOMAIN = 'acme.example';

function states(saved: ReadonlyMap<string, DomainState> = new Map()) {
  const log: DomainState[] = [];
  let changes = 0;
  const made = new DomainStates(new Map([[DOMAIN, acme]]), {
    now: () => NOW,
    saved,
    save: (_, state) => log.push(state),
    changed: () => {
      changes++;
    },
  });
  const dial = (feature: UserFeature, digits = '', lastCaller: string | null = null) =>
    made.feature(DOMAIN, '201', feature, digits, lastCaller);
  return { made, log, dial, user: () => made.domain(DOMAIN)?.users.get('201'), changes: () => changes };
}

describe('what users switch', () => {
  it('do not disturb, on and off and the other way round', () => {
    const { dial, user: ellen } = states();
    expect([dial({ does: 'dndOn' }), ellen()?.dnd]).toEqual(['dnd-on', true]);
    expect([dial({ does: 'dndToggle' }), ellen()?.dnd]).toEqual(['dnd-off', false]);
    expect([dial({ does: 'dndToggle' }), ellen()?.dnd]).toEqual(['dnd-on', true]);
    expect([dial({ does: 'dndOff' }), ellen()?.dnd]).toEqual(['dnd-off', false]);
  });

  it.each([
    ['202', 'forward-on', { to: 'extension', extension: '202' }],
    ['', 'refused', null],
    ['201', 'refused', null],
    ['209', 'refused', null],
  ])('a forward to "%s": %s', (digits, outcome, forward) => {
    const { dial, user: ellen } = states();
    expect([dial({ does: 'forwardOn' }, digits), ellen()?.forward]).toEqual([outcome, forward]);
    expect([dial({ does: 'forwardOff' }), ellen()?.forward]).toEqual(['forward-off', null]);
  });

  it.each([
    ['+12125550123', 'forward-on'],
    ['+19005550123', 'refused'],
    ['+442071234567', 'refused'],
    ['+12125550100', 'forward-on'],
  ])('A-113 a forward to %s, where the user may call or not: %s', (digits, outcome) => {
    const { made, dial } = states();
    const route = (match: string, name: string) => ({ match, class: name, trunks: ['carrier'] });
    const routes = [route('+1900*', 'premium'), route('+1*', 'local')];
    const outbound = { ...NO_OUTBOUND, routes, mayCall: new Set(['local']) };
    const trunks = new Map([['carrier', carrier]]);
    const own = { number: '+12125550100', treatment: { to: 'user', extension: '202' }, notes: '' } as const;
    const numbers = new Map([[own.number, own]]);
    made.reconfigure(new Map([[DOMAIN, office([ellen, user('202')], { outbound, trunks, numbers })]]));
    expect(dial({ does: 'forwardOn' }, digits)).toBe(outcome);
  });

  it('the last caller is blocked, once', () => {
    const { dial, user: ellen } = states();
    expect(dial({ does: 'blockLastCaller' })).toBe('refused');
    expect(dial({ does: 'blockLastCaller' }, '', '+12125550666')).toBe('caller-blocked');
    expect(dial({ does: 'blockLastCaller' }, '', '+12125550666')).toBe('caller-blocked');
    expect([...(ellen()?.lists.blocked.exact ?? [])]).toEqual(['+12125550666']);
  });

  it('D-4 A-103 a caller who was allowed is blocked by hand, and allowed no more', () => {
    const allowed = { exact: new Set(['+12125550666', '+12125550777']), prefixes: ['+44'] };
    const { made, dial, user: ellen } = states();
    made.reconfigure(new Map([[DOMAIN, office([user('201', { lists: { ...NO_LISTS, allowed } })])]]));
    dial({ does: 'blockLastCaller' }, '', '+12125550666');
    expect(ellen()?.lists.allowed).toEqual({ exact: new Set(['+12125550777']), prefixes: ['+44'] });
    expect(ellen()?.lists.blocked.exact).toEqual(new Set(['+12125550666']));
  });

  it('D-61 a call goes by what is switched now, but by the configuration that it began with', () => {
    const { made, dial } = states();
    const began = made.domain(DOMAIN);
    if (began === null) throw new Error('no domain');
    dial({ does: 'dndOn' });
    expect(made.switchedNow(began)).toBe(made.domain(DOMAIN));
    made.reconfigure(new Map([[DOMAIN, office([user('201', { ringMs: 99_000 })])]]));
    const now = made.switchedNow(began).users.get('201');
    expect([now?.dnd, now?.ringMs]).toEqual([true, ellen.ringMs]);
    dial({ does: 'dndOff' });
    expect(made.switchedNow(made.switchedNow(began)).users.get('201')?.dnd).toBe(false);
    const stranger = office([]);
    expect(made.switchedNow(stranger)).toBe(stranger);
  });

  it('D-62 a time frame by feature code', () => {
    const { dial, made } = states();
    expect(dial({ does: 'toggle', frame: 'Lunch' })).toBe('toggle-on');
    expect(made.domain(DOMAIN)?.timeFrames.get('Lunch')).toMatchObject({ on: true });
    expect(dial({ does: 'toggle', frame: 'Lunch' })).toBe('toggle-off');
    expect(dial({ does: 'toggle', frame: 'Gone' })).toBe('refused');
  });

  it('D-62 a time frame that has gone back by itself is switched on again', () => {
    const { dial, made } = states();
    made.setToggle(DOMAIN, 'Lunch', true, NOW - 1);
    expect(dial({ does: 'toggle', frame: 'Lunch' })).toBe('toggle-on');
    expect(made.domain(DOMAIN)?.timeFrames.get('Lunch')).toMatchObject({ on: true, until: null });
    made.setToggle(DOMAIN, 'Lunch', true, NOW + 1);
    expect(dial({ does: 'toggle', frame: 'Lunch' })).toBe('toggle-off');
  });

  it('A-70 a private time frame, which is another one for everybody', () => {
    const { dial, made, user: now } = states();
    const napOf202 = () => made.feature(DOMAIN, '202', { does: 'toggle', frame: 'Nap' }, '', null);
    expect(dial({ does: 'toggle', frame: 'Nap' })).toBe('toggle-on');
    expect(now()?.timeFrames.get('Nap')).toEqual({ ...nap, on: true });
    expect(made.domain(DOMAIN)?.timeFrames.has('Nap')).toBe(false);
    expect(napOf202()).toBe('refused');
    expect(made.setToggle(DOMAIN, 'Nap', false, null)).toBe('unknownFrame');
    expect(made.setToggle(DOMAIN, 'Nap', false, null, '202')).toBe('unknownFrame');
    expect(made.setToggle(DOMAIN, 'Nap', false, null, '209')).toBe('unknownExtension');
    expect(made.setToggle(DOMAIN, 'Nap', false, null, '201')).toBeNull();
    expect(now()?.timeFrames.get('Nap')).toMatchObject({ on: false });
  });

  it('each change is a new snapshot, and calls keep the one they have', () => {
    const { dial, made, changes } = states();
    const before = made.domain(DOMAIN);
    dial({ does: 'dndOn' });
    expect(before?.users.get('201')?.dnd).toBe(false);
    expect(made.domain(DOMAIN)).not.toBe(before);
    expect(changes()).toBe(1);
  });

  it('survives a reload, and what is gone is passed over', () => {
    const { dial, made, user: ellen } = states();
    dial({ does: 'dndOn' });
    dial({ does: 'toggle', frame: 'Lunch' });
    made.reconfigure(new Map([[DOMAIN, office([user('201')])]]));
    expect(ellen()?.dnd).toBe(true);
    made.reconfigure(new Map([[DOMAIN, office([user('202')])]]));
    expect(made.domain(DOMAIN)?.users.has('201')).toBe(false);
    expect(made.feature(DOMAIN, '201', { does: 'dndOn' }, '', null)).toBe('refused');
  });

  it('survives a restart', async () => {
    const file = `${folderOf({ 'a.txt': '' })}/s.db`;
    const errors: unknown[] = [];
    const open = () => openStore({ file, inThread: true, onError: (error) => errors.push(error) });
    const { dial, log } = states();
    dial({ does: 'dndOn' });
    dial({ does: 'forwardOn' }, '202');
    dial({ does: 'toggle', frame: 'Lunch' });
    dial({ does: 'toggle', frame: 'Nap' });
    const first = open();
    for (const state of log) first.saveState(DOMAIN, state);
    await first.close();
    const second = open();
    const again = states(second.loadStates());
    await second.close();
    expect(again.user()).toMatchObject({ dnd: true, forward: { to: 'extension', extension: '202' } });
    expect(again.made.domain(DOMAIN)?.timeFrames.get('Lunch')).toMatchObject({ on: true });
    expect(again.user()?.timeFrames.get('Nap')).toMatchObject({ on: true });
    expect(errors).toEqual([]);
  });
});
