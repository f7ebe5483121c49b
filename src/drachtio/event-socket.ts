import { connect, createServer } from 'node:net';
import type { Clock } from '../machine/clock.js';

export type EventSocketAddress = { readonly host: string; readonly port: number; readonly password: string };

export type ProbeResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly refused: boolean; readonly detail: string };

const PROBE_MS = 4_000;

/**
 * Asks FreeSWITCH whether it is ready for drachtio-fsmrf: password right, profile running. fsmrf throws where nobody can
 * catch it if the profile is missing, as it is while FreeSWITCH starts, and goes on trying in the background if the port
 * is closed; so this is asked first.
 */
export function probe(address: EventSocketAddress, profile: string, clock: Clock): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host: address.host, port: address.port });
    const timer = clock.after(PROBE_MS, () => settle({ ok: false, refused: false, detail: 'does not answer' }));
    const settle = (result: ProbeResult) => {
      timer.cancel();
      socket.destroy();
      resolve(result);
    };
    let heard = '';
    socket.setEncoding('utf8');
    socket.on('error', (error) => settle({ ok: false, refused: false, detail: error.message }));
    socket.on('close', () => settle({ ok: false, refused: false, detail: 'connection closed' }));
    socket.on('data', (text: string) => {
      heard += text;
      for (let end = heard.indexOf('\n\n'); end >= 0; end = heard.indexOf('\n\n')) {
        const head = heard.slice(0, end);
        const length = Number(/^Content-Length: (\d+)$/m.exec(head)?.[1] ?? 0);
        if (heard.length < end + 2 + length) return;
        const body = heard.slice(end + 2, end + 2 + length);
        heard = heard.slice(end + 2 + length);
        const result = judge(head, body, profile);
        if (result === 'password') socket.write(`auth ${address.password}\n\n`);
        else if (result === 'profile') socket.write('api sofia status\n\n');
        else if (result !== 'wait') settle(result);
      }
    });
  });
}

/** What to do about one message of FreeSWITCH. */
function judge(head: string, body: string, profile: string): ProbeResult | 'password' | 'profile' | 'wait' {
  const type = /^Content-Type: (\S+)$/m.exec(head)?.[1];
  switch (type) {
    case 'auth/request':
      return 'password';
    case 'command/reply':
      return /^Reply-Text: \+OK/m.test(head) ? 'profile' : { ok: false, refused: true, detail: 'wrong password' };
    case 'text/rude-rejection':
      return { ok: false, refused: true, detail: 'its access list keeps us out' };
    case 'api/response': {
      // The very expression of drachtio-fsmrf.
      const line = new RegExp(`^\\s*${profile}\\s.*sip:mod_sofia@((?:[0-9]{1,3}\\.){3}[0-9]{1,3}:\\d+)`, 'm');
      if (line.test(body)) return { ok: true };
      return { ok: false, refused: true, detail: `no profile ${profile} with an IPv4 address` };
    }
    default:
      return 'wait';
  }
}

/** Whether we could listen there; fsmrf throws where nobody can catch it if it cannot. */
export function canListen(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}
