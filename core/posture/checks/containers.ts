/** Is a container running that is none, because it may do what its host may? */
import { valuesOf } from '../factors.ts';
import { type CheckContext, type FreshFinding, finding, type PostureCheck } from './check.ts';

export const containers: PostureCheck = {
  name: 'containers',
  reads: 'containers',
  codes: ['container-privileged', 'container-unpinned'],
  judge: ({ report }: CheckContext): readonly FreshFinding[] =>
    valuesOf(report, 'containers')
      .flat()
      .flatMap(({ name, image, imageDigest, privileged }) => [
        ...(privileged ? [finding('container-privileged', 'high', name, `${image} runs privileged`)] : []),
        ...(imageDigest === undefined
          ? [finding('container-unpinned', 'info', name, `${image} without a digest`)]
          : []),
      ]),
};
