/** Are the files that must not change the ones we know? */
import { valuesOf } from '../factors.ts';
import { type CheckContext, type FreshFinding, finding, type PostureCheck } from './check.ts';

const DIGEST_SHOWN = 12;

export const watchedFiles: PostureCheck = {
  name: 'watched-files',
  reads: 'files',
  codes: ['file-unreported', 'file-missing', 'file-changed'],
  judge: ({ report, reference }: CheckContext): readonly FreshFinding[] => {
    const lists = valuesOf(report, 'files');
    if (reference === null || lists.length === 0) return [];
    return reference.files.flatMap(({ path, sha256 }) => {
      const seen = lists.flat().filter((file) => file.path === path);
      if (seen.length === 0) return [finding('file-unreported', 'medium', path, 'must be watched and is not reported')];
      const other = seen.find((file) => file.sha256 !== sha256);
      if (other === undefined) return [];
      return other.sha256 === null
        ? [finding('file-missing', 'high', path, 'is missing or cannot be read')]
        : [finding('file-changed', 'high', path, `expected ${short(sha256)}, seen ${short(other.sha256)}`)];
    });
  },
};

const short = (digest: string): string => digest.slice(0, DIGEST_SHOWN);
