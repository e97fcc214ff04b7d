/** Entities and values as a seed needs them: there when it is done, changed only where they differ. */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { EntityRef } from '../../core/contracts/identifiers.ts';
import type { ApiClient } from '../api-client.ts';
import type { HospitalRecord } from './records.ts';

const NOT_FOUND = 404;
const EXISTS = 409;

const StateSchema = z.object({ state: z.object({ certificates: z.array(z.object({ status: z.string() })) }) });

/** Registers it; where it is registered already, only what moved on this machine (addresses, ports) is replaced. */
export async function ensureEntity(api: ApiClient, record: HospitalRecord): Promise<void> {
  const created = await api.call({ method: 'POST', path: '/v1/entities', body: record, expected: [EXISTS] });
  if (created.status !== EXISTS) return;
  const path = `/v1/entities/${record.kind}/${record.id}`;
  const held = await api.call({ method: 'GET', path });
  const { owners: _owners, ...wanted } = record;
  if (isDeepStrictEqual(pick(held.body, Object.keys(wanted)), wanted)) return;
  await api.call({ method: 'PUT', path, body: wanted, headers: { 'if-match': held.etag ?? '' } });
}

/** Creates it; one that exists is somebody's decision by now and stays. */
export async function ensureValue(api: ApiClient, path: string, body: object): Promise<void> {
  await api.call({ method: 'PUT', path, body, headers: { 'if-none-match': '*' }, expected: [EXISTS] });
}

/** The control plane holds a certificate in force for it. */
export async function isCertified(api: ApiClient, { kind, id }: EntityRef): Promise<boolean> {
  const { status, body } = await api.call({
    method: 'GET',
    path: `/v1/entities/${kind}/${id}/state`,
    expected: [NOT_FOUND],
  });
  if (status === NOT_FOUND) return false;
  return StateSchema.parse(body).state.certificates.some((certificate) => certificate.status === 'active');
}

const pick = (value: unknown, names: readonly string[]): Record<string, unknown> => {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(members.filter(([name]) => names.includes(name)));
};
