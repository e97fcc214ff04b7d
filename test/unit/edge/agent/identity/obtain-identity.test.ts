import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entityRef } from '../../../../../core/contracts/identifiers.ts';
import { createBackoff } from '../../../../../edge/agent/backoff.ts';
import { obtainIdentity } from '../../../../../edge/agent/identity/obtain-identity.ts';
import { recordedLog } from '../recorded-log.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { CLAIM, startEnrolmentServer } from './enrolment-server.ts';

async function surroundings(options: Parameters<typeof startEnrolmentServer>[0] = {}) {
  const server = await startEnrolmentServer(options);
  const folder = temporaryDirectory();
  const claimFile = join(folder, 'claim');
  const ca = join(folder, 'ca.pem');
  writeFileSync(claimFile, `${CLAIM}\n`);
  writeFileSync(ca, server.ca);
  const recorded = recordedLog();
  const obtain = (enrolment: object | undefined = { api: server.api, ca, claimFile }) =>
    obtainIdentity({
      config: {
        subject: entityRef('device', 'north:pump-3'),
        stateDirectory: join(folder, 'state'),
        ...(enrolment && { enrolment: enrolment as { api: string; ca: string; claimFile: string } }),
      },
      nowMs: Date.now,
      backoff: createBackoff(1, 1, () => 0),
      log: recorded.log,
      signal: AbortSignal.timeout(20_000),
    });
  return { server, claimFile, obtain, ...recorded };
}

describe('obtaining an identity', () => {
  it('spends the claim once and removes it, then uses what is stored', async () => {
    const { obtain, claimFile, server } = await surroundings();
    const first = await obtain();
    expect(existsSync(claimFile)).toBe(false);
    expect((await obtain()).certificate).toBe(first.certificate);
    expect(server.requests).toHaveLength(1);
  });

  it('tries again while the control plane cannot be reached', async () => {
    const { obtain, codes } = await surroundings({
      answer: (truth, _pki, request) => Promise.resolve(request < 3 ? undefined : truth),
    });
    await obtain();
    expect(codes()).toEqual(['enrolment-delayed', 'enrolment-delayed', 'enrolled']);
  });

  it('tries again while the control plane says that it cannot', async () => {
    const { obtain, codes, server } = await surroundings({ refuse: { status: 503, code: 'unavailable' }, refusals: 2 });
    await obtain();
    expect(codes()).toEqual(['enrolment-delayed', 'enrolment-delayed', 'enrolled']);
    expect(new Set(server.requests).size).toBe(1);
  });

  it('takes a refusal for final and keeps the claim for a person to look at', async () => {
    const { obtain, claimFile } = await surroundings({ refuse: { status: 403, code: 'claim-expired' } });
    await expect(obtain()).rejects.toMatchObject({ code: 'ERR_ENROLMENT_REFUSED' });
    expect(existsSync(claimFile)).toBe(true);
  });

  it('says so when there is neither identity nor claim', async () => {
    const { obtain } = await surroundings();
    await expect(obtain({ api: 'https://localhost', claimFile: '/does/not/exist' })).rejects.toMatchObject({
      code: 'ERR_AGENT_NOT_ENROLLED',
    });
  });
});
