import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { canListen, type ProbeResult, probe } from '../../src/drachtio/event-socket.js';
import { FakeClock } from '../support/fake-clock.js';

const STATUS = [
  '                     Name\t   Type\t                                      Data\tState',
  '==================',
  '            drachtio_mrf\tprofile\t             sip:mod_sofia@192.0.2.1:5080\tRUNNING (0)',
  '==================',
  '1 profile 0 aliases',
  '',
].join('\n');

let close = () => {};
afterEach(() => close());

/** Asks a FreeSWITCH that talks like this. */
async function ask(talk: (socket: Socket) => void, clock = new FakeClock()): Promise<ProbeResult> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    talk(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = () => server.close();
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  return probe({ host: '127.0.0.1', port, password: 'ClueCon' }, 'drachtio_mrf', clock);
}

function freeswitch(reply: string, status: string, slice = Number.POSITIVE_INFINITY): (socket: Socket) => void {
  return (socket) => {
    const say = async (text: string) => {
      for (let at = 0; at < text.length; at += slice) {
        socket.write(text.slice(at, at + slice));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    void say('Content-Type: auth/request\n\n');
    socket.setEncoding('utf8').on('data', (text: string) => {
      if (text === 'auth ClueCon\n\n') void say(`Content-Type: command/reply\nReply-Text: ${reply}\n\n`);
      if (text === 'api sofia status\n\n') {
        void say(`Content-Type: api/response\nContent-Length: ${status.length}\n\n${status}`);
      }
    });
  };
}

describe('is FreeSWITCH ready for us', () => {
  it('yes', async () => {
    expect(await ask(freeswitch('+OK accepted', STATUS))).toEqual({ ok: true });
  });

  it('yes, however it is cut up', async () => {
    expect(await ask(freeswitch('+OK accepted', STATUS, 7))).toEqual({ ok: true });
  });

  it('wrong password', async () => {
    expect(await ask(freeswitch('-ERR invalid', STATUS))).toEqual({
      ok: false,
      refused: true,
      detail: 'wrong password',
    });
  });

  it('no such profile, as while it starts', async () => {
    const result = await ask(freeswitch('+OK accepted', STATUS.replace('drachtio_mrf', 'internal')));
    expect(result).toMatchObject({ ok: false, refused: true });
  });

  it('its access list keeps us out', async () => {
    const result = await ask((socket) => socket.end('Content-Type: text/rude-rejection\nContent-Length: 0\n\n'));
    expect(result).toMatchObject({ ok: false, refused: true });
  });

  it('hangs up', async () => {
    expect(await ask((socket) => socket.end())).toMatchObject({ ok: false, refused: false });
  });

  it('says nothing', async () => {
    const clock = new FakeClock();
    const result = ask(() => clock.advance(4000), clock);
    expect(await result).toEqual({ ok: false, refused: false, detail: 'does not answer' });
  });

  it('is not there', async () => {
    const result = await probe({ host: '127.0.0.1', port: 1, password: '' }, 'x', new FakeClock());
    expect(result).toMatchObject({ ok: false, refused: false });
  });
});

it('says whether a port can be listened to', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  expect(await canListen('127.0.0.1', port)).toBe(false);
  server.close();
  await once(server, 'close');
  expect(await canListen('127.0.0.1', port)).toBe(true);
});
