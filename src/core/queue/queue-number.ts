import type { PhoneNumber } from '../phone-number.js';
import type { AnnouncedFact } from './queue-config.js';

/** the numbers of the domain that lead straight to a queue. */
export function directNumbers(queue: string, numbers: Iterable<PhoneNumber>): readonly string[] {
  return [...numbers]
    .filter(({ treatment }) => treatment.to === 'queue' && treatment.extension === queue)
    .map(({ number }) => number)
    .sort();
}

/** what a number lets its callers be told. */
export function introducedFacts(number: PhoneNumber): readonly AnnouncedFact[] | null {
  if (number.treatment.to !== 'queue') return null;
  const { introduction } = number.treatment;
  return introduction === 'none' ? [] : [introduction];
}
