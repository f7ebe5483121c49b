import type { Binding } from '../core/binding.js';
import type { OwnRequest } from '../ports/signalling.js';

/**
 * tells a registered phone to fetch its settings again, by a NOTIFY without subscription of the event that desk phones
 * have agreed on. `reboot`: it starts anew, else it does so only if it has to.
 */
export function resyncRequest(
  { domain, device, uri, flow, path }: Binding,
  reboot: boolean,
  random: () => number,
): OwnRequest {
  const address = { name: '', user: device, host: domain };
  return {
    method: 'NOTIFY',
    ...{ uri, flow, route: path, from: address, to: address },
    callId: `${Math.floor(random() * 2 ** 48).toString(36)}-resync`,
    cseq: 1,
    contactUser: device,
    headers: [
      ['Event', `check-sync;reboot=${reboot}`],
      ['Subscription-State', 'terminated'],
    ],
    credentials: null,
  };
}
