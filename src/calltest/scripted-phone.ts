import type { Key, PhoneDoing } from '../config/call-test.js';
import type { Clock } from '../machine/clock.js';
import type { Digit } from '../ports/media.js';
import type { PhoneCall } from './phone-call.js';

const DIGITS: readonly Digit[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'];

/** Presses keys on a leg, each so long after this moment. */
export function pressKeys(keys: readonly Key[], clock: Clock, press: (digit: Digit) => void): void {
  for (const { key, afterMs } of keys) {
    const digit = DIGITS.find((each) => each === key);
    if (digit !== undefined) clock.after(afterMs, () => press(digit));
  }
}

/** Does with a call that has come what the test says. `press`: a key of the phone, heard on its leg. */
export function attend(call: PhoneCall, doing: PhoneDoing, clock: Clock, press: (digit: Digit) => void): void {
  switch (doing.does) {
    case 'dead':
    case 'unregistered':
      return;
    case 'rings':
      return call.ring();
    case 'answers': {
      const { afterMs, keys, hangsUpMs } = doing;
      call.on.answered = () => {
        pressKeys(keys, clock, press);
        if (hangsUpMs !== null) clock.after(hangsUpMs, () => call.hangUp());
      };
      call.ring();
      clock.after(afterMs, () => call.answer());
      return;
    }
    case 'refuses':
      return afterRinging(call, doing.afterMs, clock, () => call.refuse(doing.status));
    case 'redirects':
      return afterRinging(call, doing.afterMs, clock, () =>
        call.refuse(302, [['Contact', `<sip:${doing.to}@${call.dialog.domain}>`]]),
      );
  }
}

function afterRinging(call: PhoneCall, ringMs: number, clock: Clock, then: () => void): void {
  if (ringMs === 0) return then();
  call.ring();
  clock.after(ringMs, then);
}
