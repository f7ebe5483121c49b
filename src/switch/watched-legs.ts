import type { WatchedDialog } from '../core/dialog-info.js';
import type { LegId } from '../ports/signalling.js';

/** What the lamp of a user shows of one leg; null: it is over. */
export type ShowLeg = (extension: string, leg: LegId, dialog: WatchedDialog | null) => void;

/** The legs of one call to and from phones of users, for those who watch them (RFC 4235). */
export class WatchedLegs {
  readonly #show: ShowLeg;
  readonly #legs = new Map<LegId, { readonly extension: string; readonly dialog: WatchedDialog }>();

  constructor(show: ShowLeg) {
    this.#show = show;
  }

  started(leg: LegId, extension: string, dialog: WatchedDialog): void {
    this.#set(leg, extension, dialog);
  }

  ringing(leg: LegId): void {
    const watched = this.#legs.get(leg);
    if (watched?.dialog.state === 'trying') this.#set(leg, watched.extension, { ...watched.dialog, state: 'early' });
  }

  answered(leg: LegId): void {
    const watched = this.#legs.get(leg);
    if (watched === undefined || watched.dialog.state === 'confirmed') return;
    this.#set(leg, watched.extension, { ...watched.dialog, state: 'confirmed' });
  }

  ended(leg: LegId): void {
    const watched = this.#legs.get(leg);
    if (watched === undefined) return;
    this.#legs.delete(leg);
    this.#show(watched.extension, leg, null);
  }

  /** Another call has it now, and says what it is. */
  forget(leg: LegId): void {
    this.#legs.delete(leg);
  }

  #set(leg: LegId, extension: string, dialog: WatchedDialog): void {
    this.#legs.set(leg, { extension, dialog });
    this.#show(extension, leg, dialog);
  }
}
