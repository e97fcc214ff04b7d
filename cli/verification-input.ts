/** What the `verify` verbs read: files, key sets, certificates. What cannot be read is bad input, told in one sentence. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { JSONWebKeySet } from 'jose';
import * as z from 'zod';
import { InvalidInputError } from '../core/errors.ts';
import { badInput, type CommandContext, type CommandResult, option } from './command.ts';

/** Runs a verb whose input may turn out to be unusable: exit code 2 instead of a fault. */
export async function withInput(run: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof InvalidInputError) return badInput(cause.code, cause.publicMessage);
    throw cause;
  }
}

export function demanded(context: CommandContext, name: string): string {
  const value = option(context, name);
  if (value === undefined) throw new InvalidInputError('ERR_OPTION_MISSING', `--${name} is needed`);
  return value;
}

export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new InvalidInputError('ERR_FILE_UNREADABLE', `cannot read ${path}`, { cause });
  }
}

const text = z.string().exactOptional();
/** A JWKS as it is published, or the root document that a gateway is installed with. */
const KeySetSchema = z.object({
  schema: z.literal('vitalgate.root/1').optional(),
  keys: z.array(
    z.looseObject({
      kty: z.string(),
      kid: text,
      alg: text,
      use: text,
      crv: text,
      x: text,
      y: text,
      n: text,
      e: text,
      k: text,
    }),
  ),
});

/** Each file once a process, so that a batch of lines does not read its keys for every one of them. */
function once<T>(read: (path: string) => Promise<T>): (path: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (path) => {
    const held = known.get(path) ?? read(path);
    known.set(path, held);
    return held;
  };
}

export const readKeys = once(async (path): Promise<JSONWebKeySet> => {
  const content = await readText(path);
  try {
    return { keys: KeySetSchema.parse(JSON.parse(content)).keys };
  } catch (cause) {
    throw new InvalidInputError('ERR_KEYS_MALFORMED', `${path} is neither a JWKS nor a vitalgate.root/1`, { cause });
  }
});

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** @returns undefined when a block cannot be read or there is none */
export function parseCertificates(pem: string): readonly X509Certificate[] | undefined {
  const blocks = pem.match(PEM_CERTIFICATE) ?? [];
  try {
    return blocks.length === 0 ? undefined : blocks.map((block) => new X509Certificate(block));
  } catch {
    return undefined;
  }
}

export const readCertificates = once(async (path): Promise<readonly X509Certificate[]> => {
  const certificates = parseCertificates(await readText(path));
  if (certificates === undefined) throw new InvalidInputError('ERR_PEM_MALFORMED', `${path} holds no PEM certificates`);
  return certificates;
});
