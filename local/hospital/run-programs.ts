/** Runs the programs of a configuration file as one process: events as lines on stdout, orders as lines on stdin. */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { InvalidInputError } from '../../core/errors.ts';
import type { Program, Surroundings } from './program.ts';

export type Start = (config: Readonly<Record<string, unknown>>, surroundings: Surroundings) => Promise<Program>;

const FileSchema = z.strictObject({
  programs: z
    .array(z.strictObject({ program: z.string(), config: z.looseObject({ id: z.string() }) }))
    .min(1)
    .max(64),
});
const OrderSchema = z.strictObject({ id: z.string(), order: z.string() });

interface Running {
  readonly name: string;
  readonly id: string;
  readonly program: Program;
}

/** @throws InvalidInputError `ERR_CONFIG_MALFORMED`, and what a program throws that cannot start */
export async function runPrograms(starts: Readonly<Record<string, Start>>): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  if (values.config === undefined) throw new InvalidInputError('ERR_CONFIG_MALFORMED', 'name a file with --config');
  const file = FileSchema.parse(JSON.parse(await readFile(values.config, 'utf8')));
  const say = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`);
  // The line that says it is ready comes first, whatever the programs have to tell by then.
  const early: object[] = [];
  let tell = (event: object): void => void early.push(event);
  const surroundings: Surroundings = {
    onEvent: (event) => tell(event),
    nowMs: () => Date.now(),
    random: Math.random,
  };
  const running: Running[] = [];
  const stopAll = () => Promise.all(running.map(({ program }) => program.stop()));
  try {
    for (const { program: name, config } of file.programs) {
      const start = Object.hasOwn(starts, name) ? starts[name] : undefined;
      if (start === undefined) throw new InvalidInputError('ERR_CONFIG_MALFORMED', `there is no program ${name}`);
      running.push({ name, id: config.id, program: await start(config, surroundings) });
    }
  } catch (cause) {
    await stopAll();
    throw cause;
  }
  const orders = createInterface({ input: process.stdin });
  orders.on('line', (line) => obey(line, running));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      orders.close();
      process.stdin.destroy();
      void stopAll();
    });
  tell = say;
  const programs = running.map(({ name, id, program }) => ({ program: name, id, port: program.port }));
  for (const event of [{ event: 'ready', pid: process.pid, programs }, ...early]) say(event);
}

function obey(line: string, running: readonly Running[]): void {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  const { data } = OrderSchema.safeParse(value);
  const orders = running.find(({ id }) => id === data?.id)?.program.orders ?? {};
  const order = data !== undefined && Object.hasOwn(orders, data.order) ? orders[data.order] : undefined;
  if (order === undefined) process.stderr.write(`${JSON.stringify({ event: 'order-unknown' })}\n`);
  else void order();
}
