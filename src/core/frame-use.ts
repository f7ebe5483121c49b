import type { Domain, User } from './domain.js';
import type { TimeFrame } from './time-frame.js';

/** A rule that depends on a frame. */
export type FrameUse = { readonly extension: string; readonly rule: string };

/** Why a frame stays as it is; `status` is what HTTP says (D-60). */
export type FrameRefusal =
  | { readonly code: 'unknownFrame'; readonly status: 404 }
  | { readonly code: 'frameInUse'; readonly status: 409; readonly users: readonly FrameUse[] }
  | { readonly code: 'nameIsFixed'; readonly status: 409 }
  | { readonly code: 'notToggle'; readonly status: 409 };

type Frames = Domain['timeFrames'];

/**
 * The zone a frame inherits that is evaluated for `user`, who is also the owner of a private frame; null: for a system
 * user such as an attendant or a queue (D-39).
 */
export function inheritedZone(domain: Domain, user: User | null): string {
  return user?.timeZone ?? domain.timeZone;
}

/** The frame that a rule of `user` means by `name`: a private one of his, else a shared one. */
export function frameOf(domain: Domain, user: User | null, name: string): TimeFrame | undefined {
  return user?.timeFrames.get(name) ?? domain.timeFrames.get(name);
}

/** Those who have a private frame of this name, in the order of the users. */
export function ownersOf(domain: Domain, name: string): readonly User[] {
  return [...domain.users.values()].filter(({ timeFrames }) => timeFrames.has(name));
}

/** Shared frames are everybody's to use, private ones their owner's. */
export function mayUse(frame: TimeFrame, extension: string): boolean {
  return frame.owner === null || frame.owner === extension;
}

/** Users edit their own frames, the office manager the shared ones. */
export function mayEdit(frame: TimeFrame, editor: { readonly extension: string; readonly manager: boolean }): boolean {
  return frame.owner === null ? editor.manager : frame.owner === editor.extension;
}

/** The rules that a shared frame selects, in the order of the users. */
export function usesOf(domain: Domain, name: string): readonly FrameUse[] {
  return [...domain.users.values()].flatMap(({ extension, rules, timeFrames }) =>
    timeFrames.has(name)
      ? []
      : rules.filter((rule) => rule.frame === name).map((rule) => ({ extension, rule: rule.name })),
  );
}

/** The shared frames without `name`, unless a rule needs it. */
export function removeFrame(domain: Domain, name: string): Frames | FrameRefusal {
  if (!domain.timeFrames.has(name)) return { code: 'unknownFrame', status: 404 };
  const users = usesOf(domain, name);
  if (users.length > 0) return { code: 'frameInUse', status: 409, users };
  return new Map([...domain.timeFrames].filter(([key]) => key !== name));
}

/** The frames with another content for `name`. */
export function replaceFrame(frames: Frames, name: string, frame: TimeFrame): Frames | FrameRefusal {
  if (!frames.has(name)) return { code: 'unknownFrame', status: 404 };
  if (frame.name !== name) return { code: 'nameIsFixed', status: 409 };
  return new Map([...frames, [name, frame]]);
}

/** The frames with a toggle switched by feature code, button or API, perhaps only until then (D-62). */
export function switchToggle(
  frames: Frames,
  name: string,
  on: boolean,
  until: Extract<TimeFrame, { kind: 'toggle' }>['until'],
): Frames | FrameRefusal {
  const frame = frames.get(name);
  if (frame === undefined) return { code: 'unknownFrame', status: 404 };
  if (frame.kind !== 'toggle') return { code: 'notToggle', status: 409 };
  return replaceFrame(frames, name, { ...frame, on, until });
}
