import { slotsOf } from './park-slots.js';
import type { Findings } from './problem.js';
import type { Spot, YamlFile } from './yaml-file.js';

/** What the compilation of one file carries along: the file, for places, and the findings that it adds to. */
export type Scope = {
  readonly file: YamlFile;
  readonly findings: Findings;
  readonly names: Names;
};

/** Every name that the file declares, those of faulty entries too: a reference to one of them is not a second error. */
export type Names = {
  /** By extension, where it is declared first. */
  readonly extensions: ReadonlyMap<string, Spot>;
  /** By device id, its first declaration and the extension it belongs to. */
  readonly devices: ReadonlyMap<string, { readonly spot: Spot; readonly extension: string }>;
  /** Shared time frames. */
  readonly frames: ReadonlyMap<string, Spot>;
  /** Names of private time frames, by the extension of their owner. */
  readonly privateFrames: ReadonlyMap<string, ReadonlySet<string>>;
  /** By number. */
  readonly services: ReadonlyMap<string, Spot>;
  /** Extensions of users with voicemail. */
  readonly mailboxes: ReadonlySet<string>;
  /** Extensions of queues. */
  readonly queues: ReadonlySet<string>;
  /** Extensions of park places. */
  readonly slots: ReadonlySet<string>;
};

export function fail(scope: Scope, holder: unknown, key: string | number, message: string): void {
  scope.findings.errors.push({ ...scope.file.place(holder, key), message });
}

/** Of the name `key` itself. */
export function failName(scope: Scope, holder: unknown, key: string, message: string): void {
  scope.findings.errors.push({ ...scope.file.keyPlace(holder, key), message });
}

/** The line of something that is declared already. */
export function lineOf(scope: Scope, spot: Spot): number {
  return scope.file.placeOf(spot).line;
}

export function warn(scope: Scope, holder: unknown, key: string | number, message: string): void {
  scope.findings.warnings.push({ ...scope.file.place(holder, key), message });
}

/** Reads the names out of a file that may be faulty everywhere. */
export function namesOf(file: YamlFile): Names {
  const extensions = new Map<string, Spot>();
  const devices = new Map<string, { spot: Spot; extension: string }>();
  const services = new Map<string, Spot>();
  const mailboxes = new Set<string>();
  const privateFrames = new Map<string, ReadonlySet<string>>();
  const declare = (id: string, spot: Spot, extension: string) => {
    if (!devices.has(id)) devices.set(id, { spot, extension });
  };
  for (const user of list(field(file.value, 'users'))) {
    const extension = textOf(field(user, 'extension'));
    if (extension === null) continue;
    if (!extensions.has(extension)) extensions.set(extension, { holder: user, key: 'extension' });
    const voicemail = field(user, 'voicemail');
    if (voicemail !== undefined && voicemail !== false) mailboxes.add(extension);
    const frames = keys(field(user, 'timeFrames'));
    if (frames.length > 0) privateFrames.set(extension, new Set(frames));
    const own = field(user, 'devices');
    if (own === undefined) declare(extension, { holder: user, key: 'extension' }, extension);
    list(own).forEach((device, index) => {
      const id = textOf(device) ?? textOf(field(device, 'id'));
      const spot = textOf(device) === null ? { holder: device, key: 'id' } : { holder: own, key: index };
      if (id !== null) declare(id, spot, extension);
    });
  }
  const offered = field(file.value, 'services');
  for (const number of keys(offered)) services.set(number, { holder: offered, key: number, isName: true });
  const shared = field(file.value, 'timeFrames');
  const frames = new Map(keys(shared).map((name) => [name, { holder: shared, key: name, isName: true }]));
  const queues = list(field(file.value, 'queues')).map((queue) => textOf(field(queue, 'extension')) ?? '');
  return {
    ...{ extensions, devices, services, mailboxes, frames, privateFrames },
    queues: new Set(queues),
    slots: slotsOf(field(file.value, 'park')),
  };
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function keys(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
