import { describe, expect, it } from 'vitest';
import type { User } from '../../src/core/domain.js';
import { presenceNow } from '../../src/core/presence.js';
import { quietWorld } from '../../src/core/world.js';
import { office, rule, user } from '../support/office.js';

describe('A-34 presence of a user', () => {
  const registered = quietWorld((device) => [{ uri: `sip:${device}@192.0.2.1`, flow: null }]);
  const nobody = quietWorld(() => []);
  const toVoicemail = { to: 'voicemail', extension: '201' } as const;

  it.each<[string, Partial<User>, typeof registered, string]>([
    ['A-34 his phone is registered: available', {}, registered, 'available'],
    ['A-34 no phone is: offline', {}, nobody, 'offline'],
    ['A-34 on a call: busy', {}, { ...registered, callsOf: () => 1 }, 'busy'],
    ['A-34 do not disturb, switched: busy', { dnd: true }, registered, 'busy'],
    ['A-34 do not disturb by his active rule: busy', { rules: [rule({ dnd: true })] }, registered, 'busy'],
    ['A-34 do not disturb without a phone: busy', { dnd: true }, nobody, 'busy'],
    ['A-34 every call goes to voicemail: offline', { rules: [rule({ always: toVoicemail })] }, registered, 'offline'],
  ])('%s', (_, over, world, presence) => {
    const whose = user('201', { voicemail: { maxMessageMs: 60_000, greeting: null }, ...over });
    expect(presenceNow(office([whose]), whose, world, 0)).toBe(presence);
  });
});
