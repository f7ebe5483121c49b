import { expect, it } from 'vitest';
import { SERVER } from '../../src/calltest/exchange.js';
import { seeded } from '../../src/machine/random.js';
import { stage } from '../simulation/stage.js';
import { office, user } from '../support/office.js';
import { mutated } from './sip-message-mutation.js';

const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const CALLS = 40;
const GARBAGE_PER_CALL = 200;

/** Strangers send mutated messages while phones call each other through the whole exchange. */
it(`calls go on while garbage comes in (FUZZ_SEED=${SEED})`, async () => {
  const at = await stage([...office([user('201'), user('202')]).users.values()]);
  const random = seeded(SEED);
  const stranger = at.wire.open('203.0.113.66:5060', () => undefined);
  at.phone('202').invited = (call) => {
    call.ring();
    at.clock.after(1_000, () => call.answer());
  };
  for (let i = 0; i < CALLS; i++) {
    let answered = false;
    const call = at.phone('201').call('202');
    call.on.answered = () => {
      answered = true;
    };
    for (let sent = 0; sent < GARBAGE_PER_CALL; sent++) {
      stranger.send(mutated(random).toString('latin1'), SERVER);
      at.clock.advance(10);
    }
    expect(answered, `call ${i}`).toBe(true);
    call.hangUp();
    at.clock.advance(1_000);
    expect(call.status, `call ${i}`).toBe(200);
    at.wire.log.length = 0;
  }
  stranger.close();
  expect(at.exchange.records).toHaveLength(CALLS);
  expect(at.exchange.defects).toEqual([]);
  expect(at.clear()).toEqual([]);
});
