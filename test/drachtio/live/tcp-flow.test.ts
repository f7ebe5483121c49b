import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  header,
  type PhoneMessage,
  readMessage,
  writeRequest,
  writeResponse,
} from '../../../src/calltest/phone-message.js';
import type { DrachtioSignalling } from '../../../src/drachtio/signalling.js';
import type { SignallingEvent } from '../../../src/ports/signalling.js';
import { OUR_SDP } from '../../ports/signalling-rig.js';
import { WaitingList } from '../../ports/waiting-list.js';
import { newSignalling, sipAddress } from './exchange.js';

let signalling: DrachtioSignalling;
let events: WaitingList<SignallingEvent>;
let heard: WaitingList<PhoneMessage>;
let socket: Socket;

beforeEach(async () => {
  events = new WaitingList<SignallingEvent>(({ type }) => type);
  heard = new WaitingList<PhoneMessage>(({ text }) => text.split('\r\n')[0] ?? '');
  signalling = newSignalling();
  await signalling.start({
    onEvent: (event) => events.push(event),
    admit: () => ({ verdict: 'admit', identity: null }),
  });
  const { host, port } = sipAddress(signalling.status()[0]?.listens ?? '');
  socket = connect(port, host);
  socket.setEncoding('latin1');
  await once(socket, 'connect');
  let rest = '';
  socket.on('data', (text: string) => {
    rest += text;
    for (;;) {
      const end = rest.indexOf('\r\n\r\n');
      const length = Number(/^Content-Length: *(\d+)/im.exec(rest)?.[1] ?? 0);
      if (end < 0 || rest.length < end + 4 + length) return;
      const message = readMessage(rest.slice(0, end + 4 + length));
      rest = rest.slice(end + 4 + length);
      if (!('fault' in message)) heard.push(message);
    }
  });
});

afterEach(async () => {
  socket.destroy();
  await signalling.stop();
});

/** A phone behind a NAT: its Contact says nothing of use, and nobody can connect to it. */
it('RFC 5626 §5.3: an INVITE by a flow of TCP comes on the connection that the phone has opened', async () => {
  const own = 'TCP 10.1.2.3:5060';
  socket.write(
    writeRequest('REGISTER', 'sip:example.test', [
      ['Via', `SIP/2.0/${own};branch=z9hG4bKr1;rport`],
      ['Max-Forwards', '70'],
      ['From', '<sip:phone@example.test>;tag=1'],
      ['To', '<sip:phone@example.test>'],
      ['Call-ID', 'tcp-register'],
      ['CSeq', '1 REGISTER'],
      ['Contact', '<sip:phone@10.1.2.3:5060;transport=tcp>'],
    ]),
  );
  const event = await events.next((e) => e.type === 'requested', 'requested');
  if (event.type !== 'requested') return;
  expect(event.source).toBe(`tcp/127.0.0.1:${socket.localPort}#0`);
  const contact = '<sip:phone@10.1.2.3:5060;transport=tcp>;expires=60';
  signalling.respond(event.request, { status: 200, reason: '', headers: [['Contact', contact]], body: '' });
  await heard.next(({ status }) => status === 200, '200');

  const party = { name: '', user: 'phone', host: 'example.test' };
  const uri = 'sip:phone@10.1.2.3:5060;transport=tcp';
  signalling.invite(
    'tcp-leg',
    { uri, flow: event.source, from: party, to: party, maxForwards: 70, headers: [] },
    OUR_SDP,
  );
  const invite = await heard.next(({ method }) => method === 'INVITE', 'INVITE');
  expect(invite.uri).toBe(uri);
  const contactLine = ['Contact', '<sip:phone@10.1.2.3:5060;transport=tcp>'] as const;
  socket.write(writeResponse(invite, 200, 'tcp', [contactLine], OUR_SDP));
  await heard.next(({ method }) => method === 'ACK', 'ACK');
  await events.next((e) => e.type === 'answered', 'answered');
  signalling.hangUp('tcp-leg', { status: 487, reasons: [] });
  const bye = await heard.next(({ method }) => method === 'BYE', 'BYE');
  expect(header(bye, 'call-id')).toBe('tcp-leg');
  socket.write(writeResponse(bye, 200, 'tcp'));
});

it('a flow of TCP whose connection is gone leads nowhere', async () => {
  const flow = `tcp/127.0.0.1:${socket.localPort}#0`;
  socket.destroy();
  const party = { name: '', user: 'phone', host: 'example.test' };
  const target = { uri: 'sip:phone@127.0.0.1', flow, from: party, to: party, maxForwards: 70, headers: [] };
  signalling.invite('gone', target, OUR_SDP);
  const ended = await events.next((e) => e.type === 'ended', 'ended', 40_000);
  expect(ended).toMatchObject({ by: 'lost', status: 503 });
}, 60_000);
