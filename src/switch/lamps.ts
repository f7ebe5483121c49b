import { DIALOG_INFO_TYPE, dialogInfo, type WatchedDialog } from '../core/dialog-info.js';
import type { Domain } from '../core/domain.js';
import type { AdmissionRequest, Notifier, SubscriptionId, Watching } from '../ports/signalling.js';
import { targetOf } from './request-target.js';

export type LampsParts = {
  readonly notifier: Pick<Notifier, 'changed' | 'terminate'>;
  /** Whose extensions a request asks for; null: none of ours. */
  readonly domainOf: (request: { readonly identity: string | null; readonly requestUri: string }) => Domain | null;
  /** A domain as it is now. */
  readonly domain: (name: string) => Domain | null;
};

/** So many lamps a phone may have, its side panels included. */
const MOST_LAMPS = 500;

type Watch = {
  readonly domain: string;
  /** The extension or slot. */
  readonly user: string;
  /** As the phone calls the domain, with its port: it compares the entity with what it has subscribed to. */
  readonly host: string;
  readonly identity: string | null;
  /** Of the next document; they count up by one (RFC 4235 §4.1). */
  version: number;
};

/** Busy lamps of users and park slots (D-45, RFC 4235): who watches whom, and which dialogs everybody has. */
export class Lamps implements Watching {
  readonly event = 'dialog';
  readonly contentType = DIALOG_INFO_TYPE;
  readonly #parts: LampsParts;
  readonly #watches = new Map<SubscriptionId, Watch>();
  /** How many each phone has. */
  readonly #counts = new Map<string | null, number>();
  /** By who is watched. */
  readonly #watchers = new Map<string, Set<SubscriptionId>>();
  /** By who has them. */
  readonly #dialogs = new Map<string, Map<string, WatchedDialog>>();

  constructor(parts: LampsParts) {
    this.#parts = parts;
  }

  readonly subscribed = (subscription: SubscriptionId, request: AdmissionRequest, identity: string | null): number => {
    const { requestUri } = request;
    const domain = this.#parts.domainOf({ identity, requestUri });
    const { user } = targetOf(requestUri);
    const host = HOST_PORT.exec(requestUri)?.[1];
    if (domain === null || user === null || !isWatchable(domain, user)) return 404;
    const lamps = this.#counts.get(identity) ?? 0;
    if (lamps >= MOST_LAMPS) return 403;
    this.#counts.set(identity, lamps + 1);
    this.#watches.set(subscription, { domain: domain.name, user, host: host ?? domain.name, identity, version: 0 });
    const key = keyOf(domain.name, user);
    const watchers = this.#watchers.get(key);
    if (watchers === undefined) this.#watchers.set(key, new Set([subscription]));
    else watchers.add(subscription);
    return 200;
  };

  readonly documentOf = (subscription: SubscriptionId): string => {
    const watch = this.#watches.get(subscription);
    if (watch === undefined) return '';
    const { domain, user, host } = watch;
    return dialogInfo(user, host, watch.version++, this.#dialogs.get(keyOf(domain, user)) ?? NONE);
  };

  readonly unsubscribed = (subscription: SubscriptionId): void => {
    const watch = this.#watches.get(subscription);
    if (watch === undefined) return;
    this.#watches.delete(subscription);
    const left = (this.#counts.get(watch.identity) ?? 1) - 1;
    if (left > 0) this.#counts.set(watch.identity, left);
    else this.#counts.delete(watch.identity);
    const key = keyOf(watch.domain, watch.user);
    const watchers = this.#watchers.get(key);
    watchers?.delete(subscription);
    if (watchers?.size === 0) this.#watchers.delete(key);
  };

  /** A dialog of a user, or what is in a slot, is so now; null: it is over. */
  set(domain: string, user: string, id: string, dialog: WatchedDialog | null): void {
    const key = keyOf(domain, user);
    const dialogs = this.#dialogs.get(key) ?? new Map<string, WatchedDialog>();
    if (dialog === null) dialogs.delete(id);
    else dialogs.set(id, dialog);
    if (dialogs.size === 0) this.#dialogs.delete(key);
    else this.#dialogs.set(key, dialogs);
    for (const watcher of this.#watchers.get(key) ?? []) this.#parts.notifier.changed(watcher);
  }

  /** The domains are others now: who is gone is watched no more. */
  configured(): void {
    for (const [subscription, { domain: name, user }] of [...this.#watches]) {
      const domain = this.#parts.domain(name);
      if (domain === null || !isWatchable(domain, user)) this.#parts.notifier.terminate(subscription);
    }
  }
}

/** Of a URI, with its port. */
const HOST_PORT = /@([^;?>]+)/;

const NONE: ReadonlyMap<string, WatchedDialog> = new Map();

function isWatchable({ users, park }: Domain, user: string): boolean {
  return users.has(user) || (park?.slots.some(({ slot }) => slot === user) ?? false);
}

function keyOf(domain: string, user: string): string {
  return `${user}@${domain}`;
}
