import type { TimeFrame } from '../core/time-frame.js';
import { didYouMean } from './problem.js';
import { fail, type Scope } from './scope.js';
import type { CustomFile, TimeFrameFile } from './time-frame-file.js';

/** Time frames as they are written, by name. */
export type FramesFile = Readonly<Record<string, TimeFrameFile>>;
type Frames = ReadonlyMap<string, TimeFrame>;

/** Reports parts of a custom frame (D-58) that are not there, or of which it is itself a part. `shared`: frames that are there besides. */
export function checkParts(name: string, frame: CustomFile, frames: FramesFile, shared: Frames, scope: Scope): void {
  frame.any.forEach((part, index) => {
    if (!Object.hasOwn(frames, part) && !shared.has(part)) {
      const near = didYouMean(part, [...Object.keys(frames), ...shared.keys()]);
      fail(scope, frame.any, index, `there is no time frame ${JSON.stringify(part)}${near}`);
    } else if (frame.any.indexOf(part) < index) {
      fail(scope, frame.any, index, `${JSON.stringify(part)} is in this list already`);
    } else if (reaches(part, name, frames, new Set())) {
      fail(scope, frame.any, index, `${JSON.stringify(name)} would be a part of itself`);
    }
  });
}

/** Whether `name` is `whole` or any part of it; `seen` need not be looked at again. */
function reaches(whole: string, name: string, frames: FramesFile, seen: Set<string>): boolean {
  if (whole === name) return true;
  if (seen.has(whole)) return false;
  seen.add(whole);
  return partsOf(whole, frames).some((part) => reaches(part, name, frames, seen));
}

function partsOf(name: string, frames: FramesFile): readonly string[] {
  const frame = Object.hasOwn(frames, name) ? frames[name] : undefined;
  return frame !== undefined && frame !== 'always' && 'any' in frame ? frame.any : [];
}

/** The frames with those that are custom put together of their parts; parts that are reported are left out. */
export function assembled(alone: Frames, frames: FramesFile, shared: Frames): Frames {
  const whole = new Map<string, TimeFrame>();
  const assemble = (frame: TimeFrame, above: readonly string[]): TimeFrame => {
    const known = whole.get(frame.name);
    if (known !== undefined) return known;
    if (frame.kind !== 'custom') return frame;
    const { name, timeZone, owner } = frame;
    const inside = [...above, name];
    const children = partsOf(name, frames).flatMap((part) => {
      const child = alone.get(part);
      if (child === undefined) return shared.get(part) ?? [];
      return inside.includes(part) ? [] : [assemble(child, inside)];
    });
    const made: TimeFrame = { name, timeZone, owner, kind: 'custom', children };
    whole.set(name, made);
    return made;
  };
  return new Map([...alone].map(([name, frame]) => [name, assemble(frame, [])]));
}
