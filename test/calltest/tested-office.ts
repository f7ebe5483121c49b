import { join } from 'node:path';
import { difference } from '../../src/calltest/difference.js';
import { observe } from '../../src/calltest/trial.js';
import { wiredDomain } from '../../src/calltest/wired-domain.js';
import { loadCallTests } from '../../src/config/call-tests.js';
import { loadConfig } from '../../src/config/load.js';
import { problemText } from '../../src/config/problem.js';
import { tell } from '../../src/core/reason.js';
import { folderOf } from '../config/config-folder.js';

/** Runs the cases (a YAML list) of an office: what is not as they expect, each after the name of its case. By default on a Tuesday at ten. */
export async function differences(office: string, cases: string): Promise<string[]> {
  const folder = folderOf({ 'office.yaml': office, 'x.calltest.yaml': `at: 2026-11-24T10:00\ncases:\n${cases}` });
  const config = loadConfig(join(folder, 'office.yaml'), {}, { dataDir: join(folder, 'data') });
  if (!config.ok) throw new Error(config.errors.map(problemText).join('\n'));
  const { tests, errors } = loadCallTests(folder, config.config);
  const said = errors.map(problemText);
  for (const test of tests) {
    const observed = await observe(test, wiredDomain(test.domain));
    const wrong = difference(test, observed).filter(({ as }) => as !== 'both');
    if (wrong.length > 0) said.push(...observed.because.map((reason) => tell(reason, test.domain)));
    said.push(...wrong.map(({ as, atMs, text }) => `${test.name}: ${as} ${atMs} ${text}`), ...observed.defects);
  }
  return said;
}
