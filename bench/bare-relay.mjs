// The floor under every relay in Node: for each call two sockets, and what one hears the other sends on. argv: calls.
import { createSocket } from 'node:dgram';

const calls = Number(process.argv[2]);
const pairs = await Promise.all(Array.from({ length: calls }, () => Promise.all([open(), open()])));
for (const [a, b] of pairs) {
  relay(a, b);
  relay(b, a);
}
process.send?.(pairs.map(([a, b]) => [a.address().port, b.address().port]));

function open() {
  const socket = createSocket('udp4');
  return new Promise((resolve) => socket.bind(0, '127.0.0.1', () => resolve(socket)));
}

function relay(from, to) {
  from.on('message', (packet, { port }) => {
    from.peer = port;
    if (to.peer !== undefined) to.send(packet, to.peer, '127.0.0.1');
  });
}
