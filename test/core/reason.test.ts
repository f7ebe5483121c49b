import { describe, expect, it } from 'vitest';
import { lasting, tell } from '../../src/core/reason.js';
import { decide } from '../../src/core/route.js';
import { quietWorld } from '../../src/core/world.js';
import { office, phoneOf, rule, user } from '../support/office.js';
import { hours } from './answering-stage.js';

const NOON = Date.parse('2026-11-24T17:00:00Z'); // a Tuesday

describe('reasons that are kept', () => {
  it('are told as they were, whatever has become of the time frame', () => {
    const users = [user('201'), user('202', { rules: [rule({ name: hours.name, frame: hours.name }), rule({})] })];
    const before = office(users, { timeFrames: new Map([[hours.name, hours]]) });
    const after = office(users, {});
    const inquiry = {
      to: { to: 'extension', extension: '202' },
      caller: phoneOf('201'),
      by: null,
      screened: false,
    } as const;
    const { because } = decide(
      before,
      quietWorld(() => []),
      inquiry,
      NOON,
    );
    const told = because.map((reason) => tell(reason, before));
    const kept = because.map((reason) => lasting(reason, before));
    const read: typeof kept = JSON.parse(JSON.stringify(kept));
    expect(read.map((reason) => tell(reason, after))).toEqual(told);
    expect(read.map((reason) => tell(reason, null))).toEqual(told);
    expect(because.map((reason) => tell(reason, after))).not.toEqual(told);
  });
});
