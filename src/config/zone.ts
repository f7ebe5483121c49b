import { didYouMean } from './problem.js';
import { fail, type Scope } from './scope.js';

/** Reports a zone that the IANA data of this runtime does not have. */
export function checkTimeZone(zone: string, holder: object, key: string, scope: Scope): void {
  if (isTimeZone(zone)) return;
  const all = Intl.supportedValuesOf('timeZone');
  const sameCity = all.find(
    (known) => known.split('/').at(-1)?.toLowerCase() === zone.toLowerCase().replaceAll(' ', '_'),
  );
  const suggestion = sameCity === undefined ? didYouMean(zone, all) : `; did you mean ${JSON.stringify(sameCity)}?`;
  const message = `${JSON.stringify(zone)} is not a time zone; expected an IANA name such as America/New_York${suggestion}`;
  fail(scope, holder, key, message);
}

/** Reports a country code that nobody has been given. */
export function checkCountry(country: string, holder: object, key: string, scope: Scope): void {
  const name = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' }).of(country);
  if (name !== undefined) return;
  fail(scope, holder, key, `${JSON.stringify(country)} is not a country; expected two letters of ISO 3166 such as US`);
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false; // the only way in which Intl says so: a RangeError
  }
}
