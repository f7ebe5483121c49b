import { expect, test } from 'vitest';
import { between, type Random, seeded } from '../../src/machine/random.js';
import {
  contactsOf,
  formatAddress,
  fromOf,
  fromTagOf,
  parseAddress,
  tagOf,
  toOf,
  toTagOf,
} from '../../src/sip/message/address.js';
import { cseqOf } from '../../src/sip/message/cseq.js';
import { callIdOf, headerValue, listValues, maxForwardsOf } from '../../src/sip/message/header.js';
import type { SipMessage } from '../../src/sip/message/message.js';
import { type ParseError, parseMessage } from '../../src/sip/message/parse.js';
import { serialise } from '../../src/sip/message/serialise.js';
import { MessageStream } from '../../src/sip/message/stream.js';
import { formatUri, parseUri, requestUriOf } from '../../src/sip/message/uri.js';
import { sameUri } from '../../src/sip/message/uri-equality.js';
import { malformation, refusal } from '../../src/sip/message/validate.js';
import { formatVia, parseVia, topVia } from '../../src/sip/message/via.js';
import { mutated } from './sip-message-mutation.js';

/** How many messages, and where the sequence begins: `FUZZ_RUNS=1 FUZZ_SEED=<seed of a failure>` plays one again. */
const { FUZZ_RUNS = '50000', FUZZ_SEED = '1' } = process.env;
const RUNS = Number(FUZZ_RUNS);
const SEED = Number(FUZZ_SEED);

const ABLE = { methods: ['INVITE'], extensions: [], schemes: ['sip'], bodies: { INVITE: ['application/sdp'] } };

/** `expect` is too slow for millions; what differs is shown by the one call that fails. */
function same(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).toEqual(expected);
}

function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

function checkError(error: ParseError, bytes: Buffer): void {
  check(error.offset >= 0 && error.offset <= bytes.length, 'the offset is outside the input');
  check((error.status === null) === (error.partial === null), 'a status without a request to answer, or the reverse');
  if (error.partial === null) return;
  check(headerValue(error.partial, 'Via') !== undefined, 'an answer without Via');
  check(!error.partial.headers.some(({ value }) => /[\r\n]/.test(value)), 'a line end in a value');
  topVia(error.partial);
  serialise(error.partial);
}

/** What was read at once and what is read on demand must agree, and what can be read can be written and read again. */
function checkMessage(message: SipMessage): void {
  const copy: SipMessage = { ...message };
  const readings = (of: SipMessage) => [
    topVia(of),
    cseqOf(of),
    callIdOf(of),
    fromTagOf(of),
    toTagOf(of),
    fromOf(of),
    toOf(of),
  ];
  same(readings(message), readings(copy));
  same(contactsOf(message), contactsOf(copy));
  check(topVia(message) !== null && fromOf(message) !== null && toOf(message) !== null, 'accepted and not readable');
  const hops = maxForwardsOf(message);
  check(hops === null || (hops >= 0 && hops <= 255), 'Max-Forwards out of range');
  same(parseMessage(Buffer.from(serialise(message), 'latin1'), 'stream'), message);
  if (message.kind === 'request') {
    malformation(message);
    refusal(message, ABLE);
    same(requestUriOf(message), requestUriOf({ ...message }));
  }
  for (const { name, value } of message.headers) {
    for (const element of listValues(message, name)) checkValue(element);
    checkValue(value);
  }
}

function checkValue(value: string): void {
  const address = parseAddress(value);
  if (address === null) check(tagOf(value) === undefined, 'a tag of no address');
  else {
    same(parseAddress(formatAddress(address)), address);
    const uri = parseUri(address.uri);
    if (uri !== null) {
      same(parseUri(formatUri(uri)), uri);
      check(sameUri(uri, uri), 'a URI that is not itself');
    }
  }
  const via = parseVia(value);
  if (via !== null) same(parseVia(formatVia(via)), via);
}

/** The stream makes the same of the octets whether they come at once or in pieces. */
function checkStream(bytes: Buffer, random: Random): void {
  const whole = new MessageStream().push(bytes);
  const stream = new MessageStream();
  const messages: string[] = [];
  let pings = 0;
  let error: string | null = null;
  for (let at = 0; at < bytes.length && error === null; ) {
    const next = Math.min(bytes.length, at + between(random, 1, 200));
    const framed = stream.push(bytes.subarray(at, next));
    messages.push(...framed.messages.map((message) => message.toString('latin1')));
    pings += framed.pings;
    error = framed.error;
    at = next;
  }
  same(
    [messages, pings, error],
    [whole.messages.map((message) => message.toString('latin1')), whole.pings, whole.error],
  );
}

test(`${RUNS} mutated messages are parsed or refused, never thrown at`, { timeout: 3_600_000 }, () => {
  const count = { accepted: 0, refused: 0, dropped: 0 };
  for (let run = 0; run < RUNS; run++) {
    const seed = SEED + run;
    const random = seeded(seed);
    const bytes = mutated(random);
    try {
      const message = parseMessage(bytes);
      if (message.kind === 'error') {
        checkError(message, bytes);
        if (message.status === null) count.dropped++;
        else count.refused++;
      } else {
        checkMessage(message);
        count.accepted++;
      }
      if (run % 8 === 0) checkStream(bytes, random);
    } catch (cause) {
      throw new Error(`FUZZ_SEED=${seed} ${JSON.stringify(bytes.toString('latin1'))}`, { cause });
    }
  }
  // Mutation that breaks everything, or nothing, tests nothing.
  if (RUNS >= 1000) expect(Math.min(count.accepted, count.refused, count.dropped)).toBeGreaterThan(RUNS / 50);
});
