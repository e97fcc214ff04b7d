/**
 * The policy administrator: publishes what has changed, tells every gateway each minute where the ledger stands, and
 * answers those that ask for it.
 */
import * as z from 'zod';
import { type SiteId, SiteIdSchema } from '../../core/contracts/identifiers.ts';
import { type BatchAnswer, failedItems, SqsEventSchema, type SqsRecord } from '../http/batch.ts';
import type { HttpAnswer } from '../http/http-event.ts';
import { httpHandler } from '../http/http-handler.ts';
import type { Container } from './container.ts';
import { answerGateway } from './gateway-routes.ts';
import { createHeadSource, type HeadSource } from './heads.ts';
import { publishBundle } from './publish-bundle.ts';

const JobSchema = z.object({ job: z.literal('heads') });
const RequestSchema = z.object({ requestContext: z.object({ http: z.unknown() }) });
const ChangeSchema = z.object({ detail: z.object({ site: SiteIdSchema }) });

export type AdministratorHandler = (event: unknown, context?: unknown) => Promise<HttpAnswer | BatchAnswer | undefined>;

export function createHandler(container: Container): AdministratorHandler {
  const heads = createHeadSource(container);
  const http = httpHandler((event) => answerGateway(event, container, heads), container.log);
  return async (event, context) => {
    if (RequestSchema.safeParse(event).success) return http(event, context);
    if (JobSchema.safeParse(event).success) {
      for (const site of container.sites) await tick(site, container, heads);
      return undefined;
    }
    return publishChanged(SqsEventSchema.parse(event).Records, container);
  };
}

/** Also finds a change whose event was lost, and a bundle that grows old. One site's trouble is not another's. */
async function tick(site: SiteId, container: Container, heads: HeadSource): Promise<void> {
  try {
    await publishBundle(site, container);
  } catch (cause) {
    container.log.error('request-failed', cause, { site });
  }
  try {
    const { token, ledger } = await heads(site);
    await container.publisher.publish(site, 'head', token, ledger.policyRevision);
  } catch (cause) {
    container.log.error('head-push-failed', cause, { site });
  }
}

/** Many changes of one site in a batch make one bundle. */
async function publishChanged(records: readonly SqsRecord[], container: Container): Promise<BatchAnswer> {
  const bySite = new Map<SiteId, string[]>();
  for (const { body, messageId } of records) {
    const site = siteOfChange(body);
    if (site === undefined) container.log.warn('message-unreadable', { messageId });
    else bySite.set(site, [...(bySite.get(site) ?? []), messageId]);
  }
  const failed: string[] = [];
  for (const [site, messageIds] of bySite) {
    try {
      await publishBundle(site, container);
    } catch (cause) {
      container.log.error('request-failed', cause, { site });
      failed.push(...messageIds);
    }
  }
  return failedItems(failed);
}

function siteOfChange(body: string): SiteId | undefined {
  try {
    return ChangeSchema.safeParse(JSON.parse(body)).data?.detail.site;
  } catch {
    return undefined;
  }
}
