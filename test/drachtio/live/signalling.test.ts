import { signallingContract } from '../../ports/signalling.contract.js';
import { newSignalling, sipAddress } from './exchange.js';

signallingContract('drachtio', {
  make: async () => {
    const signalling = newSignalling();
    return { signalling, at: () => sipAddress(signalling.status()[0]?.listens ?? '') };
  },
});
