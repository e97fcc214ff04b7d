/** The limits that a pump holds its user to: made by the hospital, pushed by the EMR, held by the pump. */
import * as z from 'zod';

const LIMIT = z.number().nonnegative();

const DrugSchema = z
  .strictObject({
    name: z.string().min(1).max(64),
    concentration: z.string().min(1).max(32),
    unit: z.string().min(1).max(16),
    /** The pump asks again above this. */
    softLimit: LIMIT,
    /** The pump does not go above this. */
    hardLimit: LIMIT,
  })
  .refine(({ softLimit, hardLimit }) => softLimit <= hardLimit, 'the soft limit is above the hard one');

export const DrugLibrarySchema = z.strictObject({
  library: z.string().min(1).max(64),
  /** Grows with every release: a pump takes no older one. */
  version: z.int().positive(),
  releasedAt: z.iso.datetime(),
  drugs: z.array(DrugSchema).min(1).max(2000),
});
export type DrugLibrary = z.infer<typeof DrugLibrarySchema>;

/** Made-up limits for a simulation; nobody is treated by them. */
export const releaseLibrary = (library: string, version: number, nowMs: number): DrugLibrary => ({
  library,
  version,
  releasedAt: new Date(nowMs).toISOString(),
  drugs: [
    { name: 'sodium chloride 0.9 %', concentration: '9 mg/mL', unit: 'mL/h', softLimit: 250, hardLimit: 999 },
    { name: 'noradrenaline', concentration: '0.1 mg/mL', unit: 'mL/h', softLimit: 20, hardLimit: 60 },
    { name: 'propofol', concentration: '10 mg/mL', unit: 'mL/h', softLimit: 25, hardLimit: 40 },
    { name: 'insulin', concentration: '1 IU/mL', unit: 'mL/h', softLimit: 6, hardLimit: 20 },
  ],
});
