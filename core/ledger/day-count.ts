/** A count by the hour over a day; changed in place by who counts. */
export interface DayCount {
  /** The newest hour with a count: Unix seconds / 3600, whole. */
  hour: number;
  /** Of the hour `hour % 24` and the 23 before it; empty until something was counted. */
  readonly counts: number[];
}

const HOURS = 24;
const HOUR_SECONDS = 3600;

/** A day without a count. */
export function createDayCount(): DayCount {
  return { hour: 0, counts: [] };
}

/** Counts at `now` in Unix seconds; a time that goes back counts for the newest hour. */
export function countInDay(day: DayCount, count: number, now: number): void {
  const { counts } = day;
  while (counts.length < HOURS) counts.push(0);
  const hour = Math.max(day.hour, Math.floor(now / HOUR_SECONDS));
  const passed = Math.min(HOURS, hour - day.hour);
  for (let ago = 0; ago < passed; ago += 1) counts[(hour - ago) % HOURS] = 0;
  day.hour = hour;
  counts[hour % HOURS] = (counts[hour % HOURS] ?? 0) + count;
}

/** What was counted in the hour of `now` and the 23 before it. */
export function sumOfDay({ hour, counts }: DayCount, now: number): number {
  const oldest = Math.floor(now / HOUR_SECONDS) - (HOURS - 1);
  let sum = 0;
  for (let ago = 0; ago < HOURS && hour - ago >= oldest; ago += 1) {
    sum += counts[(hour - ago) % HOURS] ?? 0;
  }
  return sum;
}
