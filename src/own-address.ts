import { networkInterfaces } from 'node:os';

/**
 * The address that others reach this machine by when it listens on all of a family: the first of an interface that is
 * not loopback or link-local, else loopback.
 */
export function ownAddress(family: 4 | 6): string {
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address, family: of, internal } of addresses ?? []) {
      const isLinkLocal = address.startsWith('fe80:') || address.startsWith('169.254.');
      if (of === `IPv${family}` && !internal && !isLinkLocal) return address;
    }
  }
  return family === 4 ? '127.0.0.1' : '::1';
}

/** True for the addresses that mean "all": such a listener has to name another one in its messages. */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
