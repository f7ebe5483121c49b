// Makes prompts/en/<id>.wav from the texts of prompts/catalogue.yaml: `node tools/prompts.mjs [ID ...]`, all without an id.
// Needs espeak-ng and SoX. The same text gives the same bytes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const folder = fileURLToPath(new URL('../prompts/', import.meta.url));
const language = 'en';
const prompts = parse(readFileSync(`${folder}catalogue.yaml`, 'utf8'));

const VOICE = ['-v', 'en-us+f2', '-s', '150', '-g', '2', '-k', '0'];
const FORMAT = ['-r', '8000', '-b', '16', '-c', '1', '-e', 'signed-integer'];
// The telephone band, then silence off both ends, an even loudness, and the pause where the next prompt follows.
const BAND = ['highpass', '200', 'lowpass', '3400'];
const TRIM = ['silence', '1', '0.01', '0.3%', 'reverse', 'silence', '1', '0.01', '0.3%', 'reverse'];
const LEVEL = ['gain', '-n', '-6', 'pad', '0', '0.08'];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((id) => !(id in prompts));
if (unknown.length > 0) {
  console.error(`There is no prompt ${unknown.join(', ')} in prompts/catalogue.yaml.`);
  process.exit(1);
}
mkdirSync(`${folder}${language}`, { recursive: true });
for (const [id, text] of Object.entries(prompts)) {
  if (wanted.length > 0 && !wanted.includes(id)) continue;
  const speech = execFileSync('espeak-ng', [...VOICE, '--stdout', text], { maxBuffer: 2 ** 26 });
  const file = `${folder}${language}/${id}.wav`;
  // -D: no dither, -R: the same random numbers each time; together they make the result repeatable.
  const effects = [...BAND, 'rate', '8000', ...TRIM, ...LEVEL];
  execFileSync('sox', ['-D', '-R', '-V1', '-t', 'wav', '-', ...FORMAT, file, ...effects], { input: speech });
}
