/**
 * The hospital's FHIR R4 server: JSON over HTTPS for the gateway of its site and for nobody else. Whom a request comes
 * from is what the gateway says; only the gateway can say it, as nothing else gets a connection.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { EntityIdSchema, EntityRefSchema } from '../../../core/contracts/identifiers.ts';
import { spiffeId } from '../../../core/identity/spiffe.ts';
import { ListenSchema, type Program, runningProgram, type Surroundings, type Tell, teller } from '../program.ts';
import { readBody } from '../read-body.ts';
import { repeat } from '../repeat.ts';
import { answerFhir, type FhirApi } from './fhir/fhir-api.ts';
import { FhirStore } from './fhir/fhir-store.ts';
import { closeOrders, placeOrder } from './fhir/imaging-orders.ts';
import { type FhirAnswer, refuse } from './fhir/operation-outcome.ts';
import { seedPatients } from './fhir/synthetic-patients.ts';
import { listenForGateway, SystemIdentitySchema } from './gateway-only.ts';

const MAX_BODY_BYTES = 256 * 1024;
/** Longer than the gateway keeps an idle connection, so that it is the gateway who closes it. */
const KEEP_ALIVE_MS = 60_000;

export const FhirServerConfigSchema = z.strictObject({
  id: EntityIdSchema,
  listen: ListenSchema,
  identity: SystemIdentitySchema,
  gateway: EntityIdSchema,
  /** How often a new order comes to the imaging worklist. */
  orderEverySeconds: z.number().positive().default(60),
});
export type FhirServerConfigInput = z.input<typeof FhirServerConfigSchema>;

export async function startFhirServer(input: FhirServerConfigInput, surroundings: Surroundings): Promise<Program> {
  const { id, listen, identity, gateway, orderEverySeconds } = FhirServerConfigSchema.parse(input);
  const { nowMs, random } = surroundings;
  const tell = teller('fhir-server', id, surroundings);
  const store = new FhirStore(nowMs);
  seedPatients(store);
  const stored: FhirApi['stored'] = (resource) => closeOrders(store, resource);
  const api: FhirApi = { store, startedAt: new Date(nowMs()).toISOString(), stored };
  const http = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void serve(api, request, response, tell);
  });
  const server = await listenForGateway({
    listen,
    identity,
    gateway,
    nowMs,
    onGateway: (socket) => http.emit('connection', socket),
    onRefused: (code) => tell('peer-refused', { code }),
  });
  const orders = repeat({
    everyMs: orderEverySeconds * 1000,
    random,
    work: () => {
      placeOrder(store, random, nowMs());
      return Promise.resolve(true);
    },
  });
  return runningProgram(tell, {
    port: server.port,
    orders: { 'place-order': () => orders.now() },
    stop: async () => {
      await orders.stop();
      await server.close();
      // It never listened itself; this ends its own watch over slow requests.
      http.close();
    },
  });
}

async function serve(api: FhirApi, request: IncomingMessage, response: ServerResponse, tell: Tell): Promise<void> {
  const { method = '', url = '/', headers } = request;
  const subject = subjectOf(headers['x-vitalgate-subject']);
  const answer = await answerTo(api, request, subject === null ? null : spiffeId(subject));
  tell('interaction', {
    method,
    // The type alone: an id or a search value could be a patient's.
    type: url.split(/[/?]/, 2)[1] ?? '',
    status: answer.status,
    subject: subject?.id ?? null,
  });
  send(response, method, answer);
}

async function answerTo(api: FhirApi, request: IncomingMessage, source: string | null): Promise<FhirAnswer> {
  const { method = '', url = '/', headers } = request;
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === undefined)
    return refuse(413, 'too-long', 'the body is longer than is accepted', { connection: 'close' });
  const { host = 'localhost', 'content-type': contentType = '', 'if-match': ifMatch = null } = headers;
  try {
    return answerFhir(api, { method, target: url, contentType, ifMatch, body, base: `http://${host}`, source });
  } catch {
    return refuse(500, 'exception', 'the request could not be answered');
  }
}

/** `kind/site:name`. */
function subjectOf(header: string | string[] | undefined) {
  const [kind, id] = typeof header === 'string' ? header.split('/', 2) : [];
  return EntityRefSchema.safeParse({ kind, id }).data ?? null;
}

function send(response: ServerResponse, method: string, { status, headers = {}, body }: FhirAnswer): void {
  if (response.destroyed) return;
  if (body === undefined) return void response.writeHead(status, headers).end();
  const text = JSON.stringify(body);
  const content = { 'content-type': 'application/fhir+json', 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, { ...headers, ...content });
  response.end(method === 'HEAD' ? undefined : text);
}
