import type { Destination, Domain, User } from './domain.js';
import { switchToggle } from './frame-use.js';
import type { TimeFrame } from './time-frame.js';

/** What users have switched themselves, over the configuration; kept in the store. */
export type DomainState = {
  /** By extension. */
  readonly users: ReadonlyMap<string, UserState>;
  /** By name of the shared time frame (D-62). */
  readonly toggles: ReadonlyMap<string, ToggleState>;
};

export type UserState = {
  readonly dnd: boolean;
  readonly forward: Destination | null;
  /** Numbers blocked by feature code, as `comparable` writes them. */
  readonly blocked: readonly string[];
  /** Private time frames by name. */
  readonly toggles: Readonly<Record<string, ToggleState>>;
};

type Frames = Domain['timeFrames'];

export type ToggleState = { readonly on: boolean; readonly until: Extract<TimeFrame, { kind: 'toggle' }>['until'] };

export const NO_STATE: DomainState = { users: new Map(), toggles: new Map() };
export const NO_USER_STATE: UserState = { dnd: false, forward: null, blocked: [], toggles: {} };

/** The configured domain with what was switched. State of users and frames that are gone is passed over. */
export function applyState(domain: Domain, state: DomainState): Domain {
  if (state.users.size === 0 && state.toggles.size === 0) return domain;
  const users = new Map(domain.users);
  for (const [extension, switched] of state.users) {
    const user = users.get(extension);
    if (user !== undefined) users.set(extension, applyUserState(user, switched));
  }
  return { ...domain, users, timeFrames: applyToggles(domain.timeFrames, state.toggles) };
}

function applyToggles(frames: Frames, toggles: Iterable<readonly [string, ToggleState]>): Frames {
  let applied = frames;
  for (const [name, { on, until }] of toggles) {
    const changed = switchToggle(applied, name, on, until);
    if (!('code' in changed)) applied = changed;
  }
  return applied;
}

function applyUserState(user: User, { dnd, forward, blocked, toggles }: UserState): User {
  const timeFrames = applyToggles(user.timeFrames, Object.entries(toggles));
  if (blocked.length === 0) return { ...user, dnd, forward, timeFrames };
  const { exact, prefixes } = user.lists.blocked;
  // Whom a user blocks by hand he no longer allows: a number is in one of the lists (D-4).
  const allowed = { ...user.lists.allowed, exact: new Set(user.lists.allowed.exact) };
  for (const number of blocked) allowed.exact.delete(number);
  const lists = { ...user.lists, allowed, blocked: { exact: new Set([...exact, ...blocked]), prefixes } };
  return { ...user, dnd, forward, lists, timeFrames };
}

/** The state with a change to one user; a user with nothing switched leaves no trace. */
export function withUser(state: DomainState, extension: string, change: Partial<UserState>): DomainState {
  const users = new Map(state.users);
  const next: UserState = { ...(users.get(extension) ?? NO_USER_STATE), ...change };
  const isTrace = next.dnd || next.forward !== null || next.blocked.length > 0 || Object.keys(next.toggles).length > 0;
  if (isTrace) users.set(extension, next);
  else users.delete(extension);
  return { ...state, users };
}

/** The state with a private frame of a user switched. */
export function withUserToggle(state: DomainState, extension: string, frame: string, toggle: ToggleState): DomainState {
  const toggles = { ...state.users.get(extension)?.toggles, [frame]: toggle };
  return withUser(state, extension, { toggles });
}

/** The state with a shared frame switched. */
export function withToggle(state: DomainState, frame: string, toggle: ToggleState): DomainState {
  return { ...state, toggles: new Map([...state.toggles, [frame, toggle]]) };
}
