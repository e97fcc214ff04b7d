/** One infusion as it runs: it goes on whatever the network does. */
const NOMINAL_PRESSURE_MBAR = 40;
const OCCLUSION_PRESSURE_MBAR = 620;
/** About one occlusion in half an hour of ticks a second, each over after ten. */
const OCCLUSION_CHANCE = 1 / 1800;
const OCCLUSION_TICKS = 10;
const MS_PER_HOUR = 3_600_000;

type TherapyState = 'infusing' | 'occlusion';

export interface TherapyReading {
  readonly state: TherapyState;
  readonly rateMlPerHour: number;
  readonly infusedMl: number;
  readonly pressureMbar: number;
  readonly batteryPercent: number;
}

export class Therapy {
  readonly #rateMlPerHour: number;
  readonly #random: () => number;
  #infusedMl = 0;
  #occludedTicks = 0;
  #atMs: number;

  /** @param random from 0 to 1 */
  constructor(random: () => number, nowMs: number) {
    this.#random = random;
    this.#rateMlPerHour = round(4 + random() * 16, 1);
    this.#atMs = nowMs;
  }

  /** One tick on. */
  read(nowMs: number): TherapyReading {
    if (this.#occludedTicks > 0) this.#occludedTicks -= 1;
    else if (this.#random() < OCCLUSION_CHANCE) this.#occludedTicks = OCCLUSION_TICKS;
    const occluded = this.#occludedTicks > 0;
    const elapsedMs = Math.max(0, nowMs - this.#atMs);
    this.#atMs = nowMs;
    if (!occluded) this.#infusedMl += (this.#rateMlPerHour * elapsedMs) / MS_PER_HOUR;
    return {
      state: occluded ? 'occlusion' : 'infusing',
      rateMlPerHour: occluded ? 0 : this.#rateMlPerHour,
      infusedMl: round(this.#infusedMl, 3),
      pressureMbar: Math.round((occluded ? OCCLUSION_PRESSURE_MBAR : NOMINAL_PRESSURE_MBAR) + this.#random() * 12),
      batteryPercent: 100,
    };
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
