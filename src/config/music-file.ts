import { z } from 'zod';
import { choice, duration, either, fields, listOf, text } from './field.js';

/** What a field that is left out stands for. */
export const musicDefaults = { order: 'listed', every: '15s', class: 'default' } as const;
const d = musicDefaults;

const path = text('a path', /./);
const FILES = 'a folder, or a list of sound files';
const files = either(FILES, [path, listOf(path, FILES)]);

const musicClass = fields({
  files: files.describe('A folder, whose sound files are played in the order of their names, or a list of files.'),
  order: choice(['listed', 'random']).optional().describe(`Default: ${d.order}.`),
  intro: path.optional().describe('A file that everybody hears once, before the music.'),
  messages: fields({
    files: files.describe('A folder or a list of files.'),
    every: duration('5s', '1h').optional().describe(`So much music between two messages. Default: ${d.every}.`),
  })
    .optional()
    .describe('Spoken messages that are cut into the music, one after the other.'),
});

export const musicName = text('the name of a class of musicOnHold', /./);

const KIND = `${FILES}, a mapping with files, or false`;
const kind = either(KIND, [z.literal(false), path, listOf(path, KIND), musicClass]);
const MUSIC = `${FILES}, a mapping of names to these, or false`;
export const musicFile = either(MUSIC, [
  z.literal(false),
  path,
  listOf(path, MUSIC),
  z.record(text('a name', /./), kind, { error: MUSIC }).meta({ title: 'a mapping of names to music' }),
]);

export type MusicFile = z.input<typeof musicFile>;
export type MusicKindFile = z.input<typeof kind>;
export type FilesFile = z.input<typeof files>;
