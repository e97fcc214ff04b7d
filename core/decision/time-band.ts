/** Day, evening or night at the site, by its own clock on the wall. */
export type TimeBand = 'day' | 'evening' | 'night';

const DAY_BEGINS = 7;
const EVENING_BEGINS = 19;
const NIGHT_BEGINS = 23;

/** Every time zone there is differs from UTC by whole quarters of an hour: within one, the local hour cannot change. */
const QUARTER_MS = 15 * 60_000;

export const nextQuarterMs = (nowMs: number): number => (Math.floor(nowMs / QUARTER_MS) + 1) * QUARTER_MS;

/**
 * @param timeZone IANA name
 * @returns a function of time that asks the calendar at most once a quarter of an hour
 * @throws RangeError for a name no calendar knows
 */
export function timeBandOf(timeZone: string): (nowMs: number) => TimeBand {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
  let quarter = Number.NaN;
  let band: TimeBand = 'night';
  return (nowMs) => {
    const current = Math.floor(nowMs / QUARTER_MS);
    if (current !== quarter) {
      quarter = current;
      band = bandOfHour(Number(format.format(nowMs)));
    }
    return band;
  };
}

function bandOfHour(hour: number): TimeBand {
  if (hour >= DAY_BEGINS && hour < EVENING_BEGINS) return 'day';
  return hour >= EVENING_BEGINS && hour < NIGHT_BEGINS ? 'evening' : 'night';
}
