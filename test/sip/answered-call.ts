import { expect } from 'vitest';
import { fromTagOf, toTagOf } from '../../src/sip/message/address.js';
import { headerValue } from '../../src/sip/message/header.js';
import type { StackOptions } from '../../src/sip/stack.js';
import { ANSWER, OFFER, request, response, Stage, target } from './stage.js';

/** An answered call. `call` has the ids of their requests inside the dialog. */
export type Answered = { readonly stage: Stage; readonly leg: string; readonly call: { callId: string; to: string } };

/** We called them. */
export async function ours(): Promise<Answered> {
  const stage = await Stage.open();
  stage.stack.invite('leg', target(), OFFER);
  stage.advance(0);
  const invite = stage.request('INVITE');
  stage.send(response(invite, 200, { body: ANSWER }));
  stage.take();
  stage.told();
  return { stage, leg: 'leg', call: { callId: headerValue(invite, 'Call-ID') ?? '', to: fromTagOf(invite) ?? '' } };
}

/** They called us. */
export async function theirs(options: Partial<StackOptions> = {}): Promise<Answered> {
  const stage = await Stage.open(options);
  stage.send(request('INVITE', 1, { body: OFFER }));
  const event = stage.events[0];
  const leg = event?.type === 'invited' ? event.leg : '';
  stage.stack.answer(leg, ANSWER);
  stage.advance(0);
  const to = toTagOf(stage.response(200)) ?? '';
  stage.send(request('ACK', 1, { to }));
  stage.take();
  stage.told();
  return { stage, leg, call: { callId: 'call-1', to } };
}

/** Nothing is left of the call, however long one waits. */
export function settled(stage: Stage): void {
  stage.advance(100_000);
  expect(stage.stack.snapshot()).toEqual({ transactions: [], legs: [], requests: [] });
  expect(stage.clock.pending).toBe(0);
  expect(stage.defects).toEqual([]);
}
