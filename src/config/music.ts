import { readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HoldMusic, MusicClass } from '../core/hold-music.js';
import { durationMs } from './duration.js';
import { type FilesFile, type MusicFile, type MusicKindFile, musicDefaults } from './music-file.js';
import { reason } from './password.js';
import { didYouMean } from './problem.js';
import { fail, type Scope } from './scope.js';

const SOUND = /\.(?:wav|ulaw|alaw)$/i;
const SOUND_EXPECTED = 'a .wav, .ulaw or .alaw file';

/** What is heard where the configuration says nothing. */
const SYSTEM_MUSIC = fileURLToPath(new URL('../../prompts/music', import.meta.url));
const SYSTEM = 'system';

/** The classes of music of a domain. `holder` has the field `musicOnHold`. */
export function compileMusic(holder: { readonly musicOnHold?: MusicFile | undefined }, scope: Scope): HoldMusic {
  const written = holder.musicOnHold;
  if (written === false) return { classes: new Map(), standard: null };
  const classes = new Map<string, MusicClass>();
  const add = (name: string, at: object, key: string, form: MusicKindFile): void => {
    const compiled = form === false ? null : compileClass(name, at, key, form, scope);
    if (compiled !== null) classes.set(name, compiled);
  };
  let silent = false;
  if (typeof written === 'string' || Array.isArray(written)) add(musicDefaults.class, holder, 'musicOnHold', written);
  else {
    for (const [name, form] of Object.entries(written ?? {})) add(name, written ?? {}, name, form);
    silent = written?.[musicDefaults.class] === false;
  }
  if (silent || classes.has(musicDefaults.class)) {
    return { classes, standard: silent ? null : musicDefaults.class };
  }
  const files = soundsIn(SYSTEM_MUSIC) ?? [];
  if (files.length === 0) return { classes, standard: null };
  classes.set(SYSTEM, { name: SYSTEM, files, order: 'listed', intro: null, messages: null });
  return { classes, standard: SYSTEM };
}

function compileClass(
  name: string,
  holder: object,
  key: string,
  form: Exclude<MusicKindFile, false>,
  scope: Scope,
): MusicClass | null {
  const plain = typeof form === 'string' || Array.isArray(form);
  const files = plain ? compileFiles(holder, key, form, scope) : compileFiles(form, 'files', form.files, scope);
  if (files.length === 0) return null; // which has been said
  if (plain) return { name, files, order: musicDefaults.order, intro: null, messages: null };
  const { order = musicDefaults.order, intro, messages } = form;
  const spoken = messages === undefined ? [] : compileFiles(messages, 'files', messages.files, scope);
  const everyMs = durationMs(messages?.every ?? musicDefaults.every) ?? 0;
  return {
    name,
    files,
    order,
    intro: intro === undefined ? null : compileSound(form, 'intro', intro, scope),
    messages: spoken.length === 0 ? null : { files: spoken, everyMs },
  };
}

/** Absolute paths of what a folder or a list stands for; what is wrong is reported. */
function compileFiles(holder: object, key: string, form: FilesFile, scope: Scope): string[] {
  if (typeof form !== 'string') {
    if (form.length === 0) fail(scope, holder, key, 'the list is empty; expected sound files');
    return form.map((file, index) => compileSound(form, index, file, scope));
  }
  const path = resolve(dirname(scope.file.name), form);
  if (SOUND.test(form)) return [compileSound(holder, key, form, scope)];
  try {
    const files = soundsIn(path);
    if (files === null) fail(scope, holder, key, `${path} is neither a folder nor ${SOUND_EXPECTED}`);
    else if (files.length === 0)
      fail(scope, holder, key, `there is no sound file in ${path}; expected ${SOUND_EXPECTED}`);
    return files ?? [];
  } catch (error) {
    fail(scope, holder, key, `${path} cannot be read: ${reason(error)}`);
    return [];
  }
}

/** Absolute path of one sound file; reports one that is none. */
export function compileSound(holder: object, key: string | number, file: string, scope: Scope): string {
  const path = resolve(dirname(scope.file.name), file);
  if (!SOUND.test(file)) fail(scope, holder, key, `${JSON.stringify(file)} is not ${SOUND_EXPECTED}`);
  else if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    fail(scope, holder, key, `there is no file ${path}`);
  }
  return path;
}

/** In the order of their names; null: not a folder, or not there. Throws the system's error. */
function soundsIn(folder: string): string[] | null {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return null;
  const names = readdirSync(folder).filter((name) => SOUND.test(name) && !name.startsWith('.'));
  return names.sort().map((name) => join(folder, name));
}

/** The name of a class that is there; null if none was given. */
export function compileMusicName(
  holder: { readonly music?: string | undefined },
  { classes }: HoldMusic,
  scope: Scope,
): string | null {
  const { music } = holder;
  if (music === undefined) return null;
  if (!classes.has(music)) {
    const names = [...classes.keys()].filter((name) => name !== SYSTEM);
    const there = names.length === 0 ? '; expected one of musicOnHold' : didYouMean(music, names);
    fail(scope, holder, 'music', `there is no music ${JSON.stringify(music)}${there}`);
  }
  return music;
}
