import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TimerWheel } from '../../src/machine/clock.js';
import { createMedia } from '../../src/rtp/media.js';
import { resolveUri } from '../../src/sip/resolver.js';
import { createStack } from '../../src/sip/stack.js';
import { UdpTransport } from '../../src/sip/transport/udp.js';
import { mediaContract } from './media.contract.js';
import { signallingContract } from './signalling.contract.js';

const HOST = '127.0.0.1';
const FIRST_PORT = 46_000;

signallingContract('embedded', {
  make: async () => {
    const transport = new UdpTransport({ address: HOST, port: 0, advertisedHost: null, advertisedPort: null });
    const signalling = createStack({
      transports: [transport],
      clock: new TimerWheel(),
      random: Math.random,
      resolve: resolveUri,
      onDefect: (error) => {
        throw error;
      },
    });
    return { signalling, at: () => transport.sentBy };
  },
});

mediaContract('embedded', {
  kill: null,
  make: async ({ silentMs, maxLegs }) => {
    const folder = mkdtempSync(join(tmpdir(), 'strowger-'));
    const media = createMedia({
      address: HOST,
      advertised: HOST,
      portMin: FIRST_PORT,
      portMax: FIRST_PORT + (maxLegs === undefined ? 100 : 2 * maxLegs) - 1,
      drainMs: 100,
      inThread: true, // vitest has no compiled worker
      ...(silentMs === undefined ? {} : { silentMs }),
    });
    return { media, folder, close: async () => rmSync(folder, { recursive: true, force: true }) };
  },
});
