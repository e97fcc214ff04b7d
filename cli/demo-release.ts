/** Takes a device back after the story: what was found is gone or cleared by a person, then a person releases it. */
import type { EntityRef } from '../core/contracts/identifiers.ts';
import type { ApiClient } from '../local/api-client.ts';
import { until } from './demo-session.ts';
import { type Standing, standingOf } from './explain.ts';

const REPORT_PATIENCE_MS = 90_000;
const POLL_MS = 500;
const CONFLICT = 409;
const REASON = 'End of a demonstration: the test file was removed.';

export async function releaseDevice(api: ApiClient, ref: EntityRef, say: (line: string) => void): Promise<Standing> {
  say('the file is taken away; the agent tells');
  await until(async () => {
    const { grade } = await standingOf(api, ref);
    if (grade === 'F') await until(() => false, POLL_MS);
    return grade !== 'F';
  }, REPORT_PATIENCE_MS);
  const path = `/v1/entities/${ref.kind}/${ref.id}`;
  const release = () =>
    api.call({ method: 'POST', path: `${path}/release`, body: { reason: REASON }, expected: [CONFLICT] });
  if ((await release()).status === CONFLICT) {
    const { findings } = await standingOf(api, ref);
    for (const code of new Set(findings.map((finding) => finding.code)))
      await api.call({
        method: 'POST',
        path: `${path}/findings/${code}/clear`,
        body: { reason: REASON },
        expected: [404],
      });
    await release();
  }
  const standing = await standingOf(api, ref);
  say(`a person releases ${ref.id}: ${standing.state}, level ${standing.level ?? '-'}`);
  return standing;
}
