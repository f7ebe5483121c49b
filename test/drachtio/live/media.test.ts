import { mediaContract } from '../../ports/media.contract.js';
import { admin, MediaWay, newExchange } from './exchange.js';

let way: MediaWay | null = null;

mediaContract('drachtio and FreeSWITCH', {
  make: async ({ silentMs, maxLegs }) => {
    way = await MediaWay.open(maxLegs === undefined ? {} : { maxLegs });
    const { signalling, media, folder, close } = newExchange(
      [admin],
      [way.options],
      silentMs === undefined ? {} : { silentMs },
    );
    await signalling.start({ onEvent: () => {}, admit: () => ({ verdict: 'ignore' }) });
    return { media, folder, close };
  },
  kill: async () => way?.cut(),
});
