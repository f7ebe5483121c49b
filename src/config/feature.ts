import type { Feature } from '../core/domain.js';
import type { TimeFrame } from '../core/time-frame.js';
import type { FeaturesFile } from './outside-file.js';
import { didYouMean } from './problem.js';
import { fail, failName, lineOf, type Scope } from './scope.js';

/** The feature codes of a domain; a code that means something else already is an error. */
export function compileFeatures(
  written: FeaturesFile | undefined,
  frames: ReadonlyMap<string, TimeFrame>,
  scope: Scope,
): ReadonlyMap<string, Feature> {
  const features = new Map<string, Feature>();
  for (const [code, form] of Object.entries(written ?? {})) {
    const taken = scope.names.services.get(code) ?? scope.names.extensions.get(code);
    if (taken !== undefined) {
      failName(scope, written, code, `${code} is a service or an extension already, at line ${lineOf(scope, taken)}`);
    }
    if (typeof form !== 'object') {
      features.set(code, { does: form });
      continue;
    }
    const frame = frames.get(form.toggle);
    if (frame === undefined) {
      const name = JSON.stringify(form.toggle);
      if (!scope.names.frames.has(form.toggle)) {
        fail(scope, form, 'toggle', `there is no time frame ${name}${didYouMean(form.toggle, scope.names.frames)}`);
      }
    } else if (frame.kind !== 'toggle') {
      const message = `${JSON.stringify(form.toggle)} is no frame that is switched by hand; expected one with \`switched\``;
      fail(scope, form, 'toggle', message);
    }
    features.set(code, { does: 'toggle', frame: form.toggle });
  }
  return features;
}
