import { describe, expect, test } from 'vitest';
import { parseMessage } from '../../../src/sip/message/parse.js';
import { serialise } from '../../../src/sip/message/serialise.js';
import { type Capabilities, malformation, refusal } from '../../../src/sip/message/validate.js';
import { loadVectors, type Vector } from '../../support/vectors.js';

const vectors = loadVectors();

/** A user agent server like ours. */
const ABLE: Capabilities = {
  methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'REGISTER', 'MESSAGE'],
  extensions: ['100rel', 'replaces', 'timer'],
  schemes: ['sip', 'sips', 'tel'],
  bodies: { INVITE: ['application/sdp'] },
};

/** What this layer alone answers; `null` is nothing, `silence` is a message dropped. */
function verdict(vector: Vector): number | 'silence' | null {
  const message = parseMessage(vector.bytes);
  if (message.kind === 'error') return message.status ?? 'silence';
  if (message.kind === 'response') return null;
  return (malformation(message) ?? refusal(message, ABLE))?.status ?? null;
}

describe('RFC 4475 and RFC 5118', () => {
  test('the folder holds all 62 messages', () => expect(vectors).toHaveLength(49 + 1 + 12));

  for (const vector of vectors.filter(({ class: is }) => is === 'valid')) {
    test(`RFC ${vector.rfc} §${vector.section} ${vector.file} is accepted and reads back`, () => {
      const message = parseMessage(vector.bytes);
      if (message.kind === 'error') throw new Error(`${message.code} at ${message.offset}`);
      expect(message.kind).toBe(vector.kind);
      if (message.kind === 'request') {
        expect(message.method).toBe(vector.method);
        expect(malformation(message)).toBeNull();
        expect([null, ...vector.must, ...vector.may]).toContain(verdict(vector));
      }
      expect(parseMessage(Buffer.from(serialise(message), 'latin1'))).toEqual(message);
    });
  }

  for (const vector of vectors.filter(({ class: is }) => is === 'invalid')) {
    test(`RFC ${vector.rfc} §${vector.section} ${vector.file} is refused or dropped`, () => {
      const answer = verdict(vector);
      if (answer === 'silence') expect(vector.silent_ok).toBe(true);
      else expect(vector.must.length > 0 ? vector.must : vector.may).toContain(answer);
    });
  }
});
