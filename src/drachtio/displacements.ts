import type { Clock } from '../machine/clock.js';
import type { Channel } from './channel.js';

/**
 * What is played into one channel in place of what its party would hear otherwise (`uuid_displace`), so that it makes no
 * difference whether the channel is bridged. Several may run; the one above is heard.
 */
export class Displacements {
  readonly clock: Clock;
  /** A path as FreeSWITCH has it. */
  readonly pathOf: (file: string) => string;
  readonly #channel: Channel;
  #count = 0;

  constructor(channel: Channel, pathOf: (file: string) => string, clock: Clock) {
    this.#channel = channel;
    this.pathOf = pathOf;
    this.clock = clock;
  }

  /** What FreeSWITCH knows it by, and says when it has ended: no two have the same. */
  named(source: string): string {
    return `{n=${++this.#count}}${source}`;
  }

  /** False: it cannot be played, or not be written in a command. */
  async start(target: string, where: 'above' | 'beneath'): Promise<boolean> {
    if (target.includes("'")) return false;
    const flags = where === 'beneath' ? ' f' : '';
    return this.#channel.order(`uuid_displace ${this.#channel.uuid} start ${quoted(target)} 0${flags}`);
  }

  stop(target: string): void {
    void this.#channel.command(`uuid_displace ${this.#channel.uuid} stop ${quoted(target)}`);
  }
}

/** One argument of a command. */
export function quoted(text: string): string {
  return `'${text}'`;
}
