/** What a gateway asks for: the head every few seconds, the state after a gap, the bundle when one was announced. */
import { sealSnapshot } from '../../core/bundle/seal-state.ts';
import type { SiteId } from '../../core/contracts/identifiers.ts';
import { gatewayCaller } from '../http/gateway-caller.ts';
import { type HttpAnswer, type HttpEvent, textAnswer } from '../http/http-event.ts';
import { problemAnswer } from '../http/problem.ts';
import type { Container } from './container.ts';
import type { HeadSource } from './heads.ts';

const JOSE = 'application/jose';
/** A function may answer 6 MB; what is larger is fetched from the store. */
const MAX_ANSWER_BYTES = 5 * 1024 * 1024;

/** The gateway is the one that the authorizer has proved, its site the one of its id. */
export async function answerGateway(event: HttpEvent, container: Container, heads: HeadSource): Promise<HttpAnswer> {
  const { site } = gatewayCaller(event);
  if (event.requestContext.http.method !== 'GET') {
    return problemAnswer(
      { status: 405, code: 'method-not-allowed', detail: 'this can only be read' },
      { allow: 'GET' },
    );
  }
  if (event.rawPath.endsWith('/v1/gateway/head')) return textAnswer(200, (await heads(site)).token, JOSE);
  if (event.rawPath.endsWith('/v1/gateway/state')) return answerState(site, container);
  if (event.rawPath.endsWith('/v1/gateway/bundle')) return answerBundle(site, container);
  return problemAnswer({ status: 404, code: 'route-unknown', detail: 'there is nothing here' });
}

async function answerState(site: SiteId, { state, signer, bundles, surroundings }: Container): Promise<HttpAnswer> {
  const { view } = await state.current(site);
  const snapshot = view.snapshot(surroundings.nowMs());
  const token = await sealSnapshot(snapshot, await signer());
  if (token.length <= MAX_ANSWER_BYTES) return textAnswer(200, token, JOSE);
  return redirect(await bundles.keepState(site, snapshot, token));
}

async function answerBundle(site: SiteId, { ledger, bundles }: Container): Promise<HttpAnswer> {
  const { bundleVersion, bundleDigest } = await ledger.read(site);
  if (bundleVersion === 0) {
    return problemAnswer({ status: 404, code: 'bundle-none', detail: 'no bundle was published for this site yet' });
  }
  return redirect(await bundles.address(site, bundleVersion, bundleDigest));
}

const redirect = (location: string): HttpAnswer => textAnswer(307, '', JOSE, { location });
