import type { z } from 'zod';
import { SLOT_RANGE } from '../core/queue/park-config.js';
import { destination, extension } from './destination-file.js';
import { choice, duration, either, fields, flag, listOf, text, whole } from './field.js';
import { musicName } from './music-file.js';

/** What a field that is left out stands for; the rest is PARK_DEFAULTS. */
export const parkDefaults = { slots: `${SLOT_RANGE.from}-${SLOT_RANGE.to}` } as const;

const options = {
  mode: choice(['ringBack', 'voicemail'])
    .optional()
    .describe(
      'What happens after `time`: who parked is rung back, or the caller is offered the mailbox of who parked. ' +
        'Default: ringBack.',
    ),
  time: duration('0s', '1h').optional().describe('So long a call is parked; `0s`: nobody is rung back. Default: 2m.'),
  ringBack: duration('5s', '5m').optional().describe('So long who parked is rung. Default: 30s.'),
  reparks: whole(0, 20).optional().describe('So often the call goes back to its place if nobody answers. Default: 3.'),
  forwardUnanswered: destination
    .optional()
    .describe('Where the call goes then. Default: the mailbox of who parked, then `operator`.'),
  maxWait: duration('1m', '1d').optional().describe('Longer than this nobody is parked. Default: 1h.'),
  music: musicName.optional().describe('A class of `musicOnHold`. Default: the domain’s.'),
  lamp: choice(['confirmed', 'early'])
    .optional()
    .describe('What the lamp of an occupied place shows. Default: confirmed.'),
};

const SLOT = 'an extension, or a mapping with slot';
const slot = either(SLOT, [
  extension,
  fields({
    slot: extension.describe('The number that is transferred to to park, and dialled to retrieve.'),
    name: text('a name', /./).optional().describe('Default: `Park` and the number.'),
    ...options,
  }),
]);

const RANGE = 'two extensions, such as 8851-8859';
const range = text(RANGE, /^\d{1,15}-\d{1,15}$/);
const SLOTS = `${RANGE}, or a list, each ${SLOT}`;

const PARK = 'true, false or a mapping with slots';
export const parkFile = either(PARK, [
  flag(),
  fields({
    slots: either(SLOTS, [range, listOf(slot, SLOTS)])
      .optional()
      .describe(`From and to, or a list. Default: ${parkDefaults.slots}.`),
    range: range
      .optional()
      .describe(`The extensions that may be places, if they are to be others than ${parkDefaults.slots}.`),
    ...options,
    operator: destination.optional().describe('The last way out of a place. Default: none, the call is ended.'),
  }),
]);

export type ParkFile = z.input<typeof parkFile>;
export type SlotFile = z.input<typeof slot>;
