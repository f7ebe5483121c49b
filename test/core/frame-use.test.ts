import { describe, expect, test } from 'vitest';
import {
  frameOf,
  inheritedZone,
  mayEdit,
  mayUse,
  ownersOf,
  removeFrame,
  replaceFrame,
  switchToggle,
  usesOf,
} from '../../src/core/frame-use.js';
import { matches, type TimeFrame } from '../../src/core/time-frame.js';
import { office, rule, user } from '../support/office.js';
import { always, at, toggle, week } from './sample-frames.js';

const hours = week({ mon: ['09:00-17:00'] }, { name: 'hours' });
const night: TimeFrame = { ...toggle(false), name: 'night' };
const frames = new Map<string, TimeFrame>([
  ['hours', hours],
  ['night', night],
  ['spare', { ...always, name: 'spare' }],
]);
const far = user('202', { timeZone: 'Europe/Berlin', rules: [rule({ name: 'hours', frame: 'hours' }), rule()] });
const near = user('201', {
  rules: [rule({ name: 'at night', frame: 'night' }), rule({ name: 'open', frame: 'hours' }), rule()],
});
const domain = office([near, far], { timeFrames: frames });

describe('D-39: what a frame inherits', () => {
  test.each([
    ['the zone of the user', far, 'Europe/Berlin'],
    ['the zone of the domain for a user without one', near, 'America/New_York'],
    ['the zone of the domain for a system user', null, 'America/New_York'],
  ])('D-39: %s', (_, entity, zone) => {
    expect(inheritedZone(domain, entity)).toBe(zone);
  });

  test('D-39: a private frame is evaluated in the zone of its owner', () => {
    const own: TimeFrame = { ...hours, owner: '202' };
    const monday = at('2026-11-23T09:00+01:00');
    expect(matches(own, monday, inheritedZone(domain, far))).toBe(true);
    expect(matches(own, monday, inheritedZone(domain, near))).toBe(false);
  });
});

describe('A-70: ownership', () => {
  const own: TimeFrame = { ...hours, owner: '202' };
  test.each([
    ['anybody uses a shared frame', mayUse(hours, '201'), true],
    ['the owner uses a private one', mayUse(own, '202'), true],
    ['nobody else does', mayUse(own, '201'), false],
    ['a user does not edit a shared frame', mayEdit(hours, { extension: '201', manager: false }), false],
    ['the office manager does (A-6)', mayEdit(hours, { extension: '201', manager: true }), true],
    ['the owner edits a private one', mayEdit(own, { extension: '202', manager: false }), true],
    ['not even the manager does', mayEdit(own, { extension: '201', manager: true }), false],
  ])('A-70: %s', (_, found, expected) => {
    expect(found).toBe(expected);
  });
});

describe('A-70: what a name means', () => {
  const own: TimeFrame = { ...always, name: 'own', owner: '203' };
  const mine = user('203', { timeFrames: new Map([['own', own]]), rules: [rule({ name: 'own', frame: 'own' })] });
  const both = office([near, mine], { timeFrames: frames });

  test.each([
    ['a shared frame for everybody', near, 'hours', hours],
    ['a shared frame for somebody with private ones', mine, 'hours', hours],
    ['a shared frame for a system user', null, 'hours', hours],
    ['a private frame for its owner', mine, 'own', own],
    ['nothing for somebody else', near, 'own', undefined],
    ['nothing for a system user', null, 'own', undefined],
  ])('A-70: %s', (_, entity, name, frame) => {
    expect(frameOf(both, entity, name)).toBe(frame);
  });

  test('A-70: its owners', () => {
    expect(ownersOf(both, 'own')).toEqual([mine]);
    expect(ownersOf(both, 'hours')).toEqual([]);
  });

  test('D-60: a rule with a private frame uses no shared one of that name', () => {
    const later = office([near, mine], { timeFrames: new Map([...frames, ['own', { ...always, name: 'own' }]]) });
    expect(usesOf(later, 'own')).toEqual([]);
  });
});

describe('D-60: a frame in use', () => {
  test('D-60: deletion is refused with the list of users', () => {
    const users = [
      { extension: '201', rule: 'open' },
      { extension: '202', rule: 'hours' },
    ];
    expect(usesOf(domain, 'hours')).toEqual(users);
    expect(removeFrame(domain, 'hours')).toEqual({ code: 'frameInUse', status: 409, users });
  });

  test('D-60: without users it is deleted', () => {
    expect(removeFrame(domain, 'spare')).toEqual(new Map([...frames].slice(0, 2)));
    expect(removeFrame(domain, 'nothing')).toEqual({ code: 'unknownFrame', status: 404 });
  });

  test('D-60: A-58: the name cannot be changed, the content can', () => {
    expect(replaceFrame(frames, 'hours', { ...hours, name: 'opening hours' })).toEqual({
      code: 'nameIsFixed',
      status: 409,
    });
    expect(replaceFrame(frames, 'nothing', hours)).toEqual({ code: 'unknownFrame', status: 404 });
    const longer = week({ mon: ['08:00-18:00'] }, { name: 'hours' });
    expect(replaceFrame(frames, 'hours', longer)).toEqual(new Map([...frames, ['hours', longer]]));
    expect(frames.get('hours')).toBe(hours);
  });
});

describe('D-62: a toggle', () => {
  test('D-62: A-74: is switched by hand, until then', () => {
    const switched = switchToggle(frames, 'night', true, '2026-11-24T08:00');
    if ('code' in switched) throw new Error(switched.code);
    const frame = switched.get('night') ?? hours;
    expect(matches(frame, at('2026-11-23T20:00-05:00'), domain.timeZone)).toBe(true);
    expect(matches(frame, at('2026-11-24T08:00-05:00'), domain.timeZone)).toBe(false);
    expect(matches(night, at('2026-11-23T20:00-05:00'), domain.timeZone)).toBe(false);
  });

  test('D-62: other frames are not switched', () => {
    expect(switchToggle(frames, 'hours', true, null)).toEqual({ code: 'notToggle', status: 409 });
    expect(switchToggle(frames, 'nothing', true, null)).toEqual({ code: 'unknownFrame', status: 404 });
  });
});
