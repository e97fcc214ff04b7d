/** Do the processes run that make the terminal what it is, and none that have no business on it? */
import { valuesOf } from '../factors.ts';
import { type CheckContext, type FreshFinding, finding, type PostureCheck } from './check.ts';

export const coreProcesses: PostureCheck = {
  name: 'core-processes',
  reads: 'processes',
  codes: ['process-missing', 'process-forbidden'],
  judge: ({ report, reference }: CheckContext): readonly FreshFinding[] => {
    const lists = valuesOf(report, 'processes');
    if (reference === null || lists.length === 0) return [];
    const running = new Set(
      lists.flat().flatMap(({ name, executable }) => [folded(name), fileName(executable ?? name)]),
    );
    return [
      ...reference.requiredProcesses
        .filter((name) => !running.has(folded(name)))
        .map((name) => finding('process-missing', 'medium', name, 'this process must run and was not seen')),
      ...reference.forbiddenProcesses
        .filter((name) => running.has(folded(name)))
        .map((name) => finding('process-forbidden', 'high', name, 'this process must not run and was seen')),
    ];
  },
};

const folded = (name: string): string => name.toLowerCase();

/** The last part of a path: a process that renames itself still shows its executable. */
const fileName = (path: string): string => folded(path.split(/[/\\]/).at(-1) ?? path);
