// Speaks and listens for all legs at once. Gets { legs: [{ from, to }], seconds }, says a word after the first second,
// then what was sent and received after it, and how long the packets were under way.
import { createSocket } from 'node:dgram';

const FRAME_MS = 20;
const HEADER = 12;
const PAYLOAD = 160;
const LATE_MS = 10;

process.once('message', async ({ legs, seconds }) => {
  let received = 0;
  let sent = 0;
  let late = 0;
  let longestMs = 0;
  const speakers = await Promise.all(
    legs.map(async ({ from, to }, i) => {
      const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
      await new Promise((resolve) => socket.bind(from, '127.0.0.1', resolve));
      await new Promise((resolve) => socket.connect(to, '127.0.0.1', resolve));
      socket.on('message', (bytes) => {
        if (bytes.length < HEADER + PAYLOAD) return;
        received++;
        const delayMs = performance.now() - bytes.readDoubleLE(HEADER); // µ-law is passed on as it is
        if (delayMs > LATE_MS) late++;
        if (delayMs > longestMs) longestMs = delayMs;
      });
      socket.on('error', () => {}); // the other end may be gone before the last packet
      const packet = Buffer.alloc(HEADER + PAYLOAD, 0xff);
      packet[0] = 0x80; // version 2
      packet[1] = 0; // PCMU
      packet.writeUInt32BE(i + 1, 8);
      return { socket, packet, phase: i % FRAME_MS };
    }),
  );
  // Legs are spread over the frame, as they are in life.
  const groups = Array.from({ length: FRAME_MS }, (_, phase) => speakers.filter((each) => each.phase === phase));
  const startedAt = performance.now();
  let tick = 0;
  let begun = false;
  const timer = setInterval(() => {
    const now = performance.now() - startedAt;
    // A machine that cannot keep up skips frames, as a phone does; it must not spend all its time on sending.
    if (now - tick > 5 * FRAME_MS) tick = Math.floor(now);
    for (; tick <= now; tick++) {
      const frame = Math.floor(tick / FRAME_MS);
      for (const { socket, packet } of groups[tick % FRAME_MS] ?? []) {
        packet.writeUInt16BE(frame & 0xffff, 2);
        packet.writeUInt32BE((frame * PAYLOAD) >>> 0, 4);
        packet.writeDoubleLE(performance.now(), HEADER);
        socket.send(packet);
        sent++;
      }
    }
    if (!begun && now >= 1000) {
      begun = true;
      sent = 0;
      received = 0;
      late = 0;
      longestMs = 0;
      process.send?.('begun');
    }
    if (now < (seconds + 1) * 1000) return;
    clearInterval(timer);
    setTimeout(() => process.send?.({ sent, received, late, longestMs }), 200);
  }, 1);
});
