/** Is the operating system the one this model has, and not older than the oldest one that is still good? */
import { compareVersions, versionNumbers } from '../compare-versions.ts';
import { valuesOf } from '../factors.ts';
import { type CheckContext, type FreshFinding, finding, type PostureCheck } from './check.ts';

export const operatingSystemVersion: PostureCheck = {
  name: 'operating-system-version',
  reads: 'operating-system',
  codes: ['operating-system-unexpected', 'operating-system-outdated', 'operating-system-unreadable'],
  judge: ({ report, reference }: CheckContext): readonly FreshFinding[] => {
    const expected = reference?.operatingSystem ?? null;
    if (expected === null) return [];
    return valuesOf(report, 'operating-system').flatMap(({ name, version }) => {
      if (name.toLowerCase() !== expected.name.toLowerCase()) {
        return [finding('operating-system-unexpected', 'high', name, `this model has ${expected.name}`)];
      }
      const seen = versionNumbers(version);
      const minimum = versionNumbers(expected.minimumVersion);
      if (seen === undefined || minimum === undefined) {
        return [finding('operating-system-unreadable', 'medium', name, `no version number in ${version}`)];
      }
      if (compareVersions(seen, minimum) >= 0) return [];
      const severity = seen[0] === minimum[0] ? 'medium' : 'high';
      return [
        finding('operating-system-outdated', severity, name, `${version} is older than ${expected.minimumVersion}`),
      ];
    });
  },
};
