import { describe, expect, it } from 'vitest';
import { ANSWER, OFFER, response, Stage, target } from './stage.js';

describe('basic', () => {
  it('RFC 3261 §13.2 INVITE, 180, 200, ACK; §15 BYE', async () => {
    const stage = await Stage.open();
    stage.stack.invite('leg', target(), OFFER);
    stage.advance(0);
    const invite = stage.request('INVITE');
    console.log(stage.heard[0]?.text);
    expect(stage.take()).toEqual(['INVITE']);
    stage.send(response(invite, 180));
    stage.send(response(invite, 200, { body: ANSWER }));
    console.log(stage.heard[0]?.text);
    expect(stage.take()).toEqual(['ACK']);
    expect(stage.told()).toEqual(['progressed 180', 'answered sdp']);
    stage.stack.hangUp('leg', { status: 200, reasons: [] });
    stage.advance(0);
    console.log(stage.heard[0]?.text);
    stage.send(response(stage.request('BYE'), 200));
    expect(stage.told()).toEqual(['ended local 200']);
    stage.advance(40000);
    expect(stage.stack.snapshot()).toEqual({ transactions: [], legs: [], requests: [] });
    expect(stage.defects).toEqual([]);
  });
});
