import { watch as watchFolder } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Config, ServerConfig } from './config.js';
import { type LoadOptions, loadConfig } from './load.js';
import type { Environment } from './password.js';
import type { Problem } from './problem.js';

/** The part of the program's clock that is needed here. */
export type Debounce = { after(delayMs: number, run: () => void): { cancel(): void } };

/** Calls `changed` with the name of an entry of `folder` that changed (null: unknown); returns how to stop. Throws if there is no such folder. */
export type WatchFolder = (folder: string, changed: (name: string | null) => void) => () => void;

export type ReloadHandlers = {
  /** A whole new configuration without errors. */
  readonly onReload: (config: Config, warnings: readonly Problem[]) => void;
  /** The files have errors: what runs stays in force. */
  readonly onRefused: (errors: readonly Problem[], warnings: readonly Problem[]) => void;
};

/** Editors write a file in several steps; a deployment writes several files. */
const SETTLE_MS = 300;

/**
 * Loads the configuration anew when a YAML file of it changes and whenever `reload` is called (SIGHUP): all of it or
 * nothing. Files that the YAML names, such as passwords, are not watched.
 */
export class ConfigWatch {
  readonly #path: string;
  readonly #load: () => void;
  readonly #clock: Debounce;
  readonly #watch: WatchFolder;
  #settling: { cancel(): void } | null = null;
  #stopWatching: (() => void)[] = [];

  constructor(
    path: string,
    env: Environment,
    options: LoadOptions,
    handlers: ReloadHandlers,
    clock: Debounce,
    watch: WatchFolder = watchBySystem,
  ) {
    this.#path = path;
    this.#clock = clock;
    this.#watch = watch;
    this.#load = () => {
      const loaded = loadConfig(path, env, options);
      if (loaded.ok) handlers.onReload(loaded.config, loaded.warnings);
      else handlers.onRefused(loaded.errors, loaded.warnings);
    };
    this.#watchFolders();
  }

  /** Now, whether or not anything changed. */
  reload(): void {
    this.#settling?.cancel();
    this.#settling = null;
    this.#watchFolders(); // `domains` may have been made, or replaced by another folder
    this.#load();
  }

  stop(): void {
    this.#settling?.cancel();
    this.#settling = null;
    for (const stop of this.#stopWatching) stop();
    this.#stopWatching = [];
  }

  #changed(name: string | null, concerns: (name: string) => boolean): void {
    if (name !== null && !concerns(name)) return;
    this.#settling?.cancel();
    this.#settling = this.#clock.after(SETTLE_MS, () => this.reload());
  }

  #watchFolders(): void {
    for (const stop of this.#stopWatching) stop();
    this.#stopWatching = [];
    const isYaml = (name: string) => /\.ya?ml$/.test(name);
    const isSingle = (name: string) => name === basename(this.#path);
    // A file is watched through its folder, because editors put a new file in the place of the old one.
    if (isYaml(this.#path)) {
      this.#add(dirname(this.#path), isSingle);
    } else {
      this.#add(this.#path, (name) => name === 'domains' || isYaml(name));
      this.#add(join(this.#path, 'domains'), isYaml);
    }
  }

  #add(folder: string, concerns: (name: string) => boolean): void {
    try {
      this.#stopWatching.push(this.#watch(folder, (name) => this.#changed(name, concerns)));
    } catch {
      // The folder is gone. What holds it is watched, and loading says what is missing.
    }
  }
}

function watchBySystem(folder: string, changed: (name: string | null) => void): () => void {
  const watcher = watchFolder(folder, { persistent: false }, (_, name) => changed(name));
  watcher.on('error', () => watcher.close()); // the folder was removed
  return () => watcher.close();
}

/** The fields of `server.yaml` that differ and that only a restart brings into force. */
export function fieldsThatNeedRestart(before: ServerConfig, after: ServerConfig): string[] {
  const fields = ['pairing', 'listeners', 'advertised', 'media', 'sessionMs', 'dataDir', 'controlSocket'] as const;
  return fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}
