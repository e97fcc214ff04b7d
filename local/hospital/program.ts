/** What every program of the simulated hospital has in common: what it is given, what it tells, and how it ends. */
import * as z from 'zod';

const port = z.int().min(1).max(65535);
/** Where a program connects to. */
export const AddressSchema = z.strictObject({ host: z.string().min(1).max(253), port }).readonly();
export type Address = z.infer<typeof AddressSchema>;

/** Where a program listens; port 0 picks one. */
export const ListenSchema = z
  .strictObject({ address: z.string().min(1).max(253).default('127.0.0.1'), port: z.int().min(0).max(65535) })
  .readonly();
export type Listen = z.infer<typeof ListenSchema>;

export interface HospitalEvent {
  readonly at: string;
  /** A stable kebab-case code. */
  readonly event: string;
  readonly program: string;
  /** Entity id of who tells it. */
  readonly id: string;
  readonly [field: string]: unknown;
}

export interface Surroundings {
  readonly onEvent: (event: HospitalEvent) => void;
  readonly nowMs: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

export type Orders = Readonly<Partial<Record<string, () => Promise<void>>>>;

export interface Program {
  /** The port that it listens on, if it does. */
  readonly port: number | null;
  /** What a person would do by hand. They report through events and never reject. */
  readonly orders: Orders;
  /** Resolves when no socket and no timer is left. May be called twice. */
  stop(): Promise<void>;
}

/** Tells an event with the program's own name and time. */
export type Tell = (event: string, fields?: Readonly<Record<string, unknown>>) => void;

export const teller =
  (program: string, id: string, { onEvent, nowMs }: Surroundings): Tell =>
  (event, fields = {}) =>
    onEvent({ at: new Date(nowMs()).toISOString(), event, program, id, ...fields });

/** Makes a program of its parts, tells its start, and its stop once. */
export function runningProgram(
  tell: Tell,
  { port = null, orders = {}, stop }: { port?: number | null; orders?: Orders; stop: () => Promise<void> },
): Program {
  tell('started', port === null ? {} : { port });
  let stopping: Promise<void> | null = null;
  return {
    port,
    orders,
    stop() {
      stopping ??= stop().then(() => tell('stopped'));
      return stopping;
    },
  };
}

const OWN_CODE = /^[a-z]+(?:-[a-z]+)*$/;

/** The code of a network fault, which says what happened without saying more. */
export const faultCode = (cause: unknown): string => {
  if (!(cause instanceof Error)) return 'unknown';
  const { code } = cause as NodeJS.ErrnoException;
  // Our own faults are codes; the words of others could hold anything.
  return code ?? (OWN_CODE.test(cause.message) ? cause.message : cause.name);
};
