import { afterEach, describe, expect, it } from 'vitest';
import type { MediaEvent } from '../../../src/ports/media.js';
import type { SignallingEvent } from '../../../src/ports/signalling.js';
import { RtpPeer } from '../../ports/rtp-peer.js';
import { OUR_SDP } from '../../ports/signalling-rig.js';
import { dialogOfResponse, SipPeer } from '../../ports/sip-peer.js';
import { pass, WaitingList } from '../../ports/waiting-list.js';
import { admin, type Exchange, MediaWay, newExchange, sipAddress } from './exchange.js';
import { Relay } from './relay.js';

type Started = {
  readonly exchange: Exchange;
  readonly heard: WaitingList<SignallingEvent>;
  readonly media: WaitingList<MediaEvent>;
};

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function started(exchange: Exchange): Promise<Started> {
  const heard = new WaitingList<SignallingEvent>(({ type }) => type);
  const media = new WaitingList<MediaEvent>((event) => `${event.type} of ${event.leg}`);
  closing.push(() => exchange.close());
  await exchange.signalling.start({
    onEvent: (event) => heard.push(event),
    admit: () => ({ verdict: 'admit', identity: null }),
  });
  await exchange.media.start((event) => media.push(event));
  return { exchange, heard, media };
}

async function phone(): Promise<RtpPeer> {
  const opened = await RtpPeer.open();
  closing.push(() => opened.close());
  return opened;
}

/** Opens a leg and says how that went. */
async function open({ exchange, media }: Started, leg: string, within = 4000): Promise<MediaEvent> {
  exchange.media.open(leg, (await phone()).sdp(), null);
  return media.next((event) => event.leg === leg && event.type !== 'closed', `an answer about ${leg}`, within);
}

async function until(what: string, isSo: () => boolean, withinMs = 5000): Promise<void> {
  for (let waited = 0; !isSo(); waited += 20) {
    if (waited > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pass(20);
  }
}

describe('FreeSWITCH', () => {
  it('dies with legs: each is gone, new ones find no room; when it is back, the next leg opens', async () => {
    const way = await MediaWay.open();
    closing.push(() => way.cut());
    const all = await started(newExchange([admin], [way.options]));
    for (let n = 0; n < 5; n++) expect(await open(all, `leg ${n}`)).toMatchObject({ type: 'opened' });
    way.cut();
    for (let n = 0; n < 5; n++) {
      const wants = (event: MediaEvent) => event.type === 'failed' && event.leg === `leg ${n}` && event.why === 'gone';
      await all.media.next(wants, `gone of leg ${n}`, 1000);
    }
    await until('down', () => all.exchange.states.at(-1) === 'freeswitch down');
    expect(all.exchange.status().freeswitch[0]).toMatchObject({ state: 'down', legs: 0 });
    expect(await open(all, 'new')).toMatchObject({ type: 'failed', why: 'exhausted' });
    await way.mend();
    await until('up', () => all.exchange.status().freeswitch[0]?.state === 'up');
    expect(await open(all, 'newer')).toMatchObject({ type: 'opened' });
    expect(all.exchange.status().freeswitch[0]?.legs).toBe(1);
  });

  it('hangs: the leg that asks finds no room, and the others are gone', async () => {
    const way = await MediaWay.open();
    closing.push(() => way.cut());
    const all = await started(newExchange([admin], [way.options]));
    await open(all, 'first');
    way.freeze();
    expect(await open(all, 'second', 15_000)).toMatchObject({ type: 'failed', why: 'exhausted' });
    await all.media.next((event) => event.type === 'failed' && event.leg === 'first', 'gone of first', 15_000);
    expect(all.exchange.status().freeswitch[0]?.state).toBe('down');
    way.cut();
    await way.mend();
    await until('up', () => all.exchange.status().freeswitch[0]?.state === 'up', 10_000);
    expect(await open(all, 'third')).toMatchObject({ type: 'opened' });
  }, 60_000);

  it('is not there at the start: the exchange is up without it, and takes it when it comes', async () => {
    const way = await MediaWay.open();
    closing.push(() => way.cut());
    way.cut();
    const all = await started(newExchange([admin], [way.options]));
    expect(await open(all, 'early')).toMatchObject({ type: 'failed', why: 'exhausted' });
    await way.mend();
    await until('up', () => all.exchange.status().freeswitch[0]?.state === 'up');
    expect(await open(all, 'late')).toMatchObject({ type: 'opened' });
  });

  it('refuses our password, or has no such profile: said so', async () => {
    const wrong = await MediaWay.open({ password: 'wrong' });
    const bare = await MediaWay.open({ profile: 'nobody' });
    closing.push(
      () => wrong.cut(),
      () => bare.cut(),
    );
    const { exchange } = await started(newExchange([admin], [wrong.options, bare.options]));
    expect(exchange.status().freeswitch.map(({ state, detail }) => [state, detail])).toEqual([
      ['refused', 'wrong password'],
      ['refused', 'no profile nobody with an IPv4 address'],
    ]);
  });
});

it('the port that FreeSWITCH is to connect to is taken: said so', async () => {
  const squatter = await Relay.to(admin);
  const way = await MediaWay.open({ listenPort: squatter.port });
  closing.push(
    () => way.cut(),
    () => squatter.cut(),
  );
  const { exchange } = await started(newExchange([admin], [way.options]));
  expect(exchange.status().freeswitch[0]).toMatchObject({ state: 'refused' });
});

describe('a pool of FreeSWITCHes', () => {
  async function pool(more: { readonly weight?: number; readonly maxLegs?: number }[] = [{}, {}]) {
    const ways = await Promise.all(more.map((each) => MediaWay.open(each)));
    closing.push(() => {
      for (const way of ways) way.cut();
    });
    return {
      ways,
      all: await started(
        newExchange(
          [admin],
          ways.map(({ options }) => options),
        ),
      ),
    };
  }
  const legsOf = ({ exchange }: Started) => exchange.status().freeswitch.map(({ legs }) => legs);

  it('shares by weight', async () => {
    const { all } = await pool([{ weight: 3 }, { weight: 1 }]);
    for (let n = 0; n < 8; n++) await open(all, `leg ${n}`);
    expect(legsOf(all)).toEqual([6, 2]);
  });

  it('legs of one call are opened on one server: the SDPs tell', async () => {
    const { all } = await pool();
    const [caller, callee] = [await phone(), await phone()];
    const { media } = all.exchange;
    await open(all, 'other'); // so that the next in turn is the second server
    const opened = async (leg: string) => {
      const event = await all.media.next((e) => e.leg === leg && e.type === 'opened', `opened of ${leg}`);
      return event.type === 'opened' ? event.sdp : '';
    };
    media.open('callee', null, caller.sdp());
    callee.sendTo(await opened('callee'));
    media.accept('callee', callee.sdp([0, 101]));
    await all.media.next((e) => e.type === 'accepted', 'accepted');
    media.open('caller', caller.sdp(), callee.sdp([0, 101]));
    caller.sendTo(await opened('caller'));
    expect(legsOf(all).toSorted()).toEqual([1, 2]);
    media.connect('caller', 'callee');
    caller.tone = 440;
    await pass(300);
    expect((await callee.hear(200)).has(440)).toBe(true);
  });

  it('legs on different servers are joined by a tie line, which goes with them', async () => {
    const { all } = await pool();
    const phones = [await phone(), await phone()];
    const { media } = all.exchange;
    for (const [n, each] of phones.entries()) {
      media.open(`leg ${n}`, each.sdp([0, 101]), null);
      const event = await all.media.next((e) => e.leg === `leg ${n}`, 'opened');
      if (event.type === 'opened') each.sendTo(event.sdp);
    }
    expect(legsOf(all)).toEqual([1, 1]);
    const [a, b] = phones;
    if (a === undefined || b === undefined) return;
    a.tone = 440;
    b.tone = 800;
    media.connect('leg 0', 'leg 1');
    await pass(700);
    const [inA, inB] = await Promise.all([a.hear(300), b.hear(300)]);
    expect([inA.has(800), inB.has(440)]).toEqual([true, true]);
    expect(legsOf(all)).toEqual([2, 2]);
    a.press('5', 120);
    await pass(500);
    expect(b.digits.map(({ digit }) => digit)).toEqual(['5']);
    media.disconnect('leg 0');
    await pass(500);
    expect((await b.hear(200)).has(440)).toBe(false);
    expect(legsOf(all)).toEqual([1, 1]);
    media.connect('leg 0', 'leg 1');
    await pass(700);
    media.close('leg 0');
    media.close('leg 1');
    await pass(300);
    expect(legsOf(all)).toEqual([0, 0]);
  });

  it('new legs avoid a server that is down, full or draining', async () => {
    const { all, ways } = await pool([{ maxLegs: 2 }, {}]);
    expect(all.exchange.drain(ways[1]?.name ?? '', true)).toBe(true);
    expect(all.exchange.drain('nobody', true)).toBe(false);
    for (let n = 0; n < 2; n++) await open(all, `leg ${n}`);
    expect(legsOf(all)).toEqual([2, 0]);
    expect(await open(all, 'too many')).toMatchObject({ why: 'exhausted' });
    all.exchange.drain(ways[1]?.name ?? '', false);
    expect(await open(all, 'another')).toMatchObject({ type: 'opened' });
    expect(legsOf(all)).toEqual([2, 1]);
    ways[0]?.cut();
    await until('down', () => all.exchange.status().freeswitch[0]?.state === 'down');
    expect(await open(all, 'more')).toMatchObject({ type: 'opened' });
    expect(legsOf(all)).toEqual([0, 2]);
  });
});

describe('drachtio-server', () => {
  it('its connection is lost: every leg ends, lost; the dialogs that it still has get their BYE; the next call is taken', async () => {
    const relay = await Relay.to(admin);
    closing.push(() => relay.cut());
    const all = await started(newExchange([relay], []));
    const { exchange, heard } = all;
    const peer = await SipPeer.open(sipAddress(exchange.status().drachtio[0]?.listens ?? ''));
    closing.push(() => peer.close());

    const invite = peer.ask('INVITE', '100', { body: peer.sdp() });
    const invited = await heard.next((e) => e.type === 'invited', 'invited');
    const answered = invited.type === 'invited' ? invited.leg : '';
    exchange.signalling.answer(answered, OUR_SDP);
    const ok = await peer.response('INVITE', 200);
    peer.acknowledge(invite, ok);
    await heard.next((e) => e.type === 'acknowledged', 'acknowledged');
    peer.ask('INVITE', '101', { body: peer.sdp() });
    await heard.next((e) => e.type === 'invited', 'invited');
    const target = { name: '', user: '200', host: 'example.test' };
    const uri = `sip:200@${peer.host}:${peer.port}`;
    const invitation = { uri, flow: null, from: target, to: target, maxForwards: 70, headers: [] };
    exchange.signalling.invite('ours', invitation, OUR_SDP);
    await peer.request('INVITE');
    expect(exchange.status().drachtio[0]).toMatchObject({ state: 'up', legs: 3 });

    relay.cut();
    for (let n = 0; n < 3; n++) {
      expect(await heard.next((e) => e.type === 'ended', 'ended', 2000)).toMatchObject({ by: 'lost', status: 503 });
    }
    expect(exchange.status().drachtio[0]).toMatchObject({ state: 'down', legs: 0 });
    exchange.signalling.invite('meanwhile', invitation, OUR_SDP);
    expect(await heard.next((e) => e.type === 'ended', 'ended')).toMatchObject({
      leg: 'meanwhile',
      by: 'lost',
      status: 503,
    });

    await relay.mend();
    await until('up', () => exchange.status().drachtio[0]?.state === 'up');
    const bye = await peer.request('BYE');
    peer.respond(bye, 200);
    peer.ask('INVITE', '102', { body: peer.sdp() });
    await heard.next((e) => e.type === 'invited', 'invited');
    expect(heard.count((e) => e.type === 'ended')).toBe(4);
    expect(dialogOfResponse(ok).callId).toBe(bye.headers.get('call-id')?.[0]);
  });

  it('hangs: a command that it does not confirm ends every leg', async () => {
    const relay = await Relay.to(admin);
    closing.push(() => relay.cut());
    const { exchange, heard } = await started(newExchange([relay], []));
    const peer = await SipPeer.open(sipAddress(exchange.status().drachtio[0]?.listens ?? ''));
    closing.push(() => peer.close());
    peer.ask('INVITE', '100', { body: peer.sdp() });
    const invited = await heard.next((e) => e.type === 'invited', 'invited');
    relay.freeze();
    exchange.signalling.progress(invited.type === 'invited' ? invited.leg : '', 180, null);
    expect(await heard.next((e) => e.type === 'ended', 'ended', 8000)).toMatchObject({ by: 'lost', status: 503 });
    expect(exchange.status().drachtio[0]?.state).toBe('down');
  }, 30_000);

  it('is not there at the start: the exchange is up without it, and takes calls when it comes', async () => {
    const relay = await Relay.to(admin);
    closing.push(() => relay.cut());
    relay.cut();
    const { exchange, heard } = await started(newExchange([relay], []));
    expect(exchange.status().drachtio[0]?.state).toBe('down');
    await relay.mend();
    await until('up', () => exchange.status().drachtio[0]?.state === 'up');
    const peer = await SipPeer.open(sipAddress(exchange.status().drachtio[0]?.listens ?? ''));
    closing.push(() => peer.close());
    peer.ask('OPTIONS', 'x');
    await heard.next((e) => e.type === 'requested', 'requested');
  });
});
