/** Time, chance and waiting, as handlers see them. */
export interface Surroundings {
  nowMs(): number;
  /** Cryptographic randomness. */
  randomBytes(count: number): Uint8Array;
  randomUuid(): string;
  sleep(ms: number): Promise<void>;
}
