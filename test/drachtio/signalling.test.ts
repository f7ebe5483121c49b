import { DrachtioSignalling } from '../../src/drachtio/signalling.js';
import { TimerWheel } from '../../src/machine/clock.js';
import { signallingContract } from '../ports/signalling.contract.js';
import { daemonAddress, sipAddress } from './address.js';

const admin = daemonAddress('STROWGER_DRACHTIO', 'cymru');

signallingContract('drachtio', {
  make: async () => {
    const signalling = new DrachtioSignalling({
      servers: [admin],
      clock: new TimerWheel(),
      random: () => 0,
      onServer: () => {},
    });
    return { signalling, at: () => sipAddress(signalling) };
  },
});
