import type { z } from 'zod';
import { digitsOr, either, fields, flag } from './field.js';
import { outsideNumber } from './outside-file.js';

const EXTENSION_EXPECTED = 'an extension of 1 to 15 digits, such as 202';
export const extension = digitsOr(EXTENSION_EXPECTED, /^\d{1,15}$/);
const DEVICE_EXPECTED = 'a device id: the extension, or the extension and a suffix, such as 202wp';
export const deviceId = digitsOr(DEVICE_EXPECTED, /^\d{1,15}(?:[A-Za-z][A-Za-z0-9]{0,15})?$/);

export const NUMBER_FORM = 'A number outside, as `+` and country code or as it is dialled in the country.';

export const DESTINATION_EXPECTED =
  'voicemail, an extension, { voicemail: EXTENSION }, { extension: EXTENSION }, { device: ID } or { number: NUMBER }';
export const destination = either(DESTINATION_EXPECTED, [
  digitsOr(DESTINATION_EXPECTED, /^(?:voicemail|[0-9*#]{1,16})$/),
  fields({ extension: digitsOr('an extension or service, such as 203', /^[0-9*#]{1,16}$/) }),
  fields({ voicemail: extension }),
  fields({ device: deviceId }),
  fields({
    number: outsideNumber.describe(NUMBER_FORM),
    confirm: flag().optional().describe('Who answers there presses 1 to take the call. Default: false.'),
  }),
]);

export type DestinationFile = z.input<typeof destination>;
