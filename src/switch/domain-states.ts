import { wayOut } from '../core/dial-plan.js';
import type { Destination, Domain, User, UserFeature } from '../core/domain.js';
import { applyState, type DomainState, NO_STATE, withToggle, withUser, withUserToggle } from '../core/domain-state.js';
import { frameOf, inheritedZone, switchToggle } from '../core/frame-use.js';
import { dialled } from '../core/route.js';
import { matches, type TimeFrame } from '../core/time-frame.js';
import type { EpochMs } from '../machine/machine.js';
import type { FeatureOutcome } from '../scripts/feature.js';

export type DomainStatesParts = {
  /** What was switched before the last stop, by domain. */
  readonly saved: ReadonlyMap<string, DomainState>;
  readonly save: (domain: string, state: DomainState) => void;
  readonly now: () => EpochMs;
  /** The domains are others now. */
  readonly changed: () => void;
};

/** Why something could not be switched. */
export type SwitchRefusal = 'unknownDomain' | 'unknownExtension' | 'unknownFrame' | 'notToggle';

/** The configured domains with what users have switched over them (D-62, feature codes). Each change makes a new snapshot. */
export class DomainStates {
  readonly #parts: DomainStatesParts;
  readonly #states: Map<string, DomainState>;
  #configured: ReadonlyMap<string, Domain>;
  readonly #applied = new Map<string, Domain>();
  /** Which configuration a snapshot was made of. */
  readonly #configuredOf = new WeakMap<Domain, Domain>();

  constructor(configured: ReadonlyMap<string, Domain>, parts: DomainStatesParts) {
    this.#configured = configured;
    this.#parts = parts;
    this.#states = new Map(parts.saved);
  }

  /** In the order of the configuration. */
  domains(): Domain[] {
    return [...this.#configured.keys()].flatMap((name) => this.domain(name) ?? []);
  }

  domain(name: string): Domain | null {
    const configured = this.#configured.get(name);
    if (configured === undefined) return null;
    let applied = this.#applied.get(name);
    if (applied === undefined) {
      applied = applyState(configured, this.#states.get(name) ?? NO_STATE);
      this.#applied.set(name, applied);
      this.#configuredOf.set(applied, configured);
    }
    return applied;
  }

  /**
   * A snapshot with what is switched now: the next decision of a call goes by that (D-61), but by the configuration that
   * the call began with.
   */
  switchedNow(snapshot: Domain): Domain {
    const configured = this.#configuredOf.get(snapshot);
    if (configured === undefined) return snapshot;
    if (configured === this.#configured.get(snapshot.name)) return this.domain(snapshot.name) ?? snapshot;
    const applied = applyState(configured, this.#stateOf(snapshot.name));
    this.#configuredOf.set(applied, configured);
    return applied;
  }

  /** After a reload; what was switched stays switched. */
  reconfigure(configured: ReadonlyMap<string, Domain>): void {
    this.#configured = configured;
    this.#applied.clear();
    this.#parts.changed();
  }

  setDnd(name: string, extension: string, dnd: boolean): SwitchRefusal | null {
    return this.#setUser(name, extension, { dnd });
  }

  setForward(name: string, extension: string, forward: Destination | null): SwitchRefusal | null {
    return this.#setUser(name, extension, { forward });
  }

  /** `owner`: extension of the user whose private frame it is; null: it is shared. */
  setToggle(
    name: string,
    frame: string,
    on: boolean,
    until: Extract<TimeFrame, { kind: 'toggle' }>['until'],
    owner: string | null = null,
  ): SwitchRefusal | null {
    const domain = this.domain(name);
    if (domain === null) return 'unknownDomain';
    const frames = owner === null ? domain.timeFrames : domain.users.get(owner)?.timeFrames;
    if (frames === undefined) return 'unknownExtension';
    const refusal = switchToggle(frames, frame, on, until);
    if ('code' in refusal) return refusal.code === 'notToggle' ? 'notToggle' : 'unknownFrame';
    const state = this.#stateOf(name);
    const toggle = { on, until };
    this.#set(name, owner === null ? withToggle(state, frame, toggle) : withUserToggle(state, owner, frame, toggle));
    return null;
  }

  /** Does what a feature code says for the user who dialled it. */
  feature(
    name: string,
    extension: string,
    feature: UserFeature,
    digits: string,
    lastCaller: string | null,
  ): FeatureOutcome {
    const domain = this.domain(name);
    const user = domain?.users.get(extension);
    if (domain === null || user === undefined) return 'refused';
    switch (feature.does) {
      case 'dndOn':
      case 'dndOff':
      case 'dndToggle': {
        const on = feature.does === 'dndToggle' ? !user.dnd : feature.does === 'dndOn';
        this.setDnd(name, extension, on);
        return on ? 'dnd-on' : 'dnd-off';
      }
      case 'forwardOn': {
        const to = this.#forwardTo(domain, user, digits);
        if (to === null) return 'refused';
        this.setForward(name, extension, to);
        return 'forward-on';
      }
      case 'forwardOff':
        this.setForward(name, extension, null);
        return 'forward-off';
      case 'blockLastCaller': {
        if (lastCaller === null) return 'refused';
        const blocked = this.#stateOf(name).users.get(extension)?.blocked ?? [];
        if (!blocked.includes(lastCaller)) this.#setUser(name, extension, { blocked: [...blocked, lastCaller] });
        return 'caller-blocked';
      }
      case 'toggle': {
        const frame = frameOf(domain, user, feature.frame);
        if (frame?.kind !== 'toggle') return 'refused';
        const isOn = matches(frame, this.#parts.now(), inheritedZone(domain, user)); // it may have gone back by itself
        this.setToggle(name, feature.frame, !isOn, null, frame.owner);
        return isOn ? 'toggle-off' : 'toggle-on';
      }
    }
  }

  /** Where the digits after the code lead; null: nowhere, where the user may not call, or back to him. Off-net it has to be confirmed. */
  #forwardTo(domain: Domain, user: User, digits: string): Destination | null {
    const { extension } = user;
    if (digits === '' || digits === extension) return null;
    const caller = { device: extension, number: extension, name: '', anonymous: false };
    const to = dialled(domain, digits, caller);
    if (to.to === 'number') {
      const isOpen = domain.numbers.has(to.number) || wayOut(domain, to.number, user, () => false).trunks !== null;
      return isOpen ? { ...to, confirm: true } : null;
    }
    return to.to === 'extension' && domain.users.has(to.extension) ? to : null;
  }

  #stateOf(name: string): DomainState {
    return this.#states.get(name) ?? NO_STATE;
  }

  #setUser(name: string, extension: string, change: Parameters<typeof withUser>[2]): SwitchRefusal | null {
    const domain = this.domain(name);
    if (domain === null) return 'unknownDomain';
    if (!domain.users.has(extension)) return 'unknownExtension';
    this.#set(name, withUser(this.#stateOf(name), extension, change));
    return null;
  }

  #set(name: string, state: DomainState): void {
    this.#states.set(name, state);
    this.#applied.delete(name);
    this.#parts.save(name, state);
    this.#parts.changed();
  }
}
