import { expect, it } from 'vitest';
import { MediaRig } from '../../ports/media-rig.js';
import { pass } from '../../ports/waiting-list.js';
import { admin, MediaWay, newExchange } from './exchange.js';

const SILENT_MS = 1500;

async function opened(): Promise<{ rig: MediaRig; close: () => Promise<void> }> {
  const way = await MediaWay.open();
  const { signalling, media, folder, close } = newExchange([admin], [way.options], { silentMs: SILENT_MS });
  await signalling.start({ onEvent: () => {}, admit: () => ({ verdict: 'ignore' }) });
  const rig = await MediaRig.open({ make: async () => ({ media, folder, close }), kill: null });
  return {
    rig,
    close: async () => {
      await rig.close();
      way.cut();
    },
  };
}

/** FreeSWITCH ends a channel whose party falls silent, and knows only of holds that this party has asked for. */
it('a phone that is held by the other party may fall silent, and is waited for again when they talk', async () => {
  const { rig, close } = await opened();
  const a = await rig.answered('a');
  const b = await rig.offered('b');
  rig.media.connect('a', 'b');
  await pass(300);
  rig.media.open('a', a.sdp([0, 101], 'sendonly', 2), null);
  rig.media.disconnect('a');
  await rig.event('opened', 'a');
  a.isSending = false;
  b.isSending = false;
  await pass(3 * SILENT_MS);
  expect(rig.events.all.filter(({ type }) => type === 'silent' || type === 'failed')).toEqual([]);

  rig.media.open('a', a.sdp([0, 101], 'sendrecv', 3), null);
  await rig.event('opened', 'a');
  a.isSending = true;
  a.tone = 440;
  rig.media.connect('a', 'b');
  await pass(500);
  expect((await b.hear(200)).has(440)).toBe(true);
  await rig.event('silent', 'b', 3 * SILENT_MS);
  await close();
}, 30_000);

it('a phone that talks to nobody is waited for', async () => {
  const { rig, close } = await opened();
  const a = await rig.answered('a');
  await pass(300);
  a.isSending = false;
  await rig.event('silent', 'a', 3 * SILENT_MS);
  expect(await rig.event('failed', 'a')).toMatchObject({ why: 'gone' });
  await close();
}, 30_000);
