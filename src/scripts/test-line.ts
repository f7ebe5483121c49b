import type { Conversing } from './conversation.js';

/** `*43`: the caller hears himself, to test the way there and back. */
export function* echoTest(): Conversing {
  yield { do: 'answer' };
  yield { do: 'play', say: [{ prompt: 'echo-test' }], until: '#' };
  yield { do: 'echo' };
}

/** 1004 Hz at 0 dBm0, the test tone of every exchange (ITU-T O.6 uses 1020 Hz, North America 1004 Hz). */
export function* milliwatt(): Conversing {
  yield { do: 'answer' };
  yield { do: 'tone', hz: 1004 };
}

const ROUNDS = 10;

/** Tells the time round and round; the beep marks the moment it was read. */
export function* talkingClock(): Conversing {
  yield { do: 'answer' };
  for (let round = 0; round < ROUNDS; round++) {
    const time = yield { do: 'time' };
    if (time.heard !== 'time') return;
    const { hour, minute } = time;
    yield {
      do: 'play',
      say: [
        { prompt: 'clock-the-time-is' },
        { number: hour % 12 === 0 ? 12 : hour % 12 },
        ...(minute === 0 ? [] : minute < 10 ? [{ prompt: 'clock-oh' }, { number: minute }] : [{ number: minute }]),
        { prompt: hour < 12 ? 'clock-am' : 'clock-pm' },
        { beep: true },
      ],
      until: '',
    };
  }
}
