import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { problemText } from '../../src/config/problem.js';
import { musicNamed } from '../../src/core/hold-music.js';
import { folderOf } from './config-folder.js';

const SOUNDS = { 'music/b.wav': '', 'music/a.WAV': '', 'music/.c.wav': '', 'music/list.txt': '', 'hello.wav': '' };
const USERS = 'users: [{ extension: 201, music: sales }]\nqueues: [{ extension: 8801, agents: [201], music: sales }]\n';

function loaded(yaml: string) {
  const folder = folderOf({ ...SOUNDS, 'none/x.txt': '', 'office.yaml': `domain: a.example\n${yaml}` });
  const result = loadConfig(join(folder, 'office.yaml'), {}, { dataDir: join(folder, 'data') });
  const errors = result.ok ? [] : result.errors.map((error) => problemText(error).replaceAll(`${folder}/`, ''));
  const [domain] = result.ok ? result.config.domains.values() : [];
  const at = (...names: string[]) => names.map((name) => join(folder, name));
  return { errors, domain, music: domain?.music, at };
}

describe('music on hold', () => {
  it('A-197 A-199 a folder for all, in the order of the names', () => {
    const { music, at } = loaded('musicOnHold: music\n');
    const files = at('music/a.WAV', 'music/b.wav');
    expect(music).toEqual({
      classes: new Map([['default', { name: 'default', files, order: 'listed', intro: null, messages: null }]]),
      standard: 'default',
    });
  });

  it('A-199 to A-201 classes by name: order, intro, messages; of a queue and of a user', () => {
    const { domain, music, at } = loaded(`musicOnHold:
  default: [hello.wav, music/b.wav]
  sales: { files: music, order: random, intro: hello.wav, messages: { files: [hello.wav], every: 30s } }
  slow: { files: hello.wav, messages: { files: music } }
${USERS}`);
    expect(music?.classes.get('default')?.files).toEqual(at('hello.wav', 'music/b.wav'));
    expect(music?.classes.get('sales')).toEqual({
      ...{ name: 'sales', files: at('music/a.WAV', 'music/b.wav'), order: 'random', intro: at('hello.wav')[0] },
      messages: { files: at('hello.wav'), everyMs: 30_000 },
    });
    expect(music?.classes.get('slow')?.messages).toEqual({ files: at('music/a.WAV', 'music/b.wav'), everyMs: 15_000 });
    expect([domain?.users.get('201')?.music, domain?.acd.queues[0]?.music]).toEqual(['sales', 'sales']);
  });

  it('A-147 A-197 the music of the system where nothing is said', () => {
    const { music } = loaded(`musicOnHold: { sales: music }\n${USERS}`);
    expect(music && musicNamed(music, null)?.files.map((file) => file.replace(/.*prompts/, ''))).toEqual([
      '/music/quiet.wav',
    ]);
    expect(music && musicNamed(music, 'sales')?.name).toBe('sales');
  });

  it('A-199 false is the hold tone, also where others have music', () => {
    expect(loaded('musicOnHold: false\n').music).toEqual({ classes: new Map(), standard: null });
    const { music } = loaded(`musicOnHold: { default: false, sales: music }\n${USERS}`);
    expect(music?.standard).toBeNull();
    expect(music && musicNamed(music, 'sales')?.name).toBe('sales');
    expect(music && musicNamed(music, null)).toBeNull();
  });

  it.each([
    ['an empty list', 'musicOnHold: []', '2:14: musicOnHold: the list is empty; expected sound files'],
    [
      'no such folder',
      'musicOnHold: jazz',
      '2:14: musicOnHold: jazz is neither a folder nor a .wav, .ulaw or .alaw file',
    ],
    [
      'a folder without sounds',
      'musicOnHold: none',
      '2:14: musicOnHold: there is no sound file in none; expected a .wav, .ulaw or .alaw file',
    ],
    ['A-198 no such file', 'musicOnHold: [a.wav]', '2:15: musicOnHold[0]: there is no file a.wav'],
    [
      'A-198 a file of another kind',
      'musicOnHold: { sales: { files: [a.mp3] } }',
      '2:33: musicOnHold.sales.files[0]: "a.mp3" is not a .wav, .ulaw or .alaw file',
    ],
    [
      'A-200 an intro that is a folder',
      'musicOnHold: { sales: { files: music, intro: music } }',
      '2:46: musicOnHold.sales.intro: "music" is not a .wav, .ulaw or .alaw file',
    ],
    [
      'A-201 messages too often',
      'musicOnHold: { sales: { files: music, messages: { files: music, every: 1s } } }',
      '2:72: musicOnHold.sales.messages.every: "1s" is not right; expected a duration from 5s to 1h, such as 5s, 25s or 1m30s',
    ],
    [
      'a misspelt name',
      'musicOnHold: { sale: music }\nqueues: [{ extension: 8801, agents: [201], music: sales }]\nusers: [{ extension: 201 }]',
      '3:51: queues[0].music: there is no music "sales"; did you mean "sale"?',
    ],
    [
      'yes',
      'musicOnHold: true',
      '2:14: musicOnHold: true is not right; expected a folder, or a list of sound files, a mapping of names to these, or false',
    ],
  ])('refuses %s', (_, yaml, said) => {
    expect(loaded(`${yaml}\n`).errors).toEqual([`office.yaml:${said}`]);
  });
});
