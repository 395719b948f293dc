// Numbers as UI.md §11 writes them; number and unit never part, so the space between them does not break.
export const NO_BREAK = '\u00a0';

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
const fixedTenth = new Intl.NumberFormat('en-GB', {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

/** A count such as `1,204`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** A figure at an axis: `2 k`, `1.5 M`. */
export function formatAxis(value: number): string {
  return scaled(value, 1000, ['', 'k', 'M', 'G', 'T']);
}

/** A size such as `6.1 MB`; 1 kB is 1,000 bytes. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB', 'TB']);
}

/** A share from 0 to 1 as `94.1 %`; whole from 100 % on and when it is 0. */
export function formatShare(share: number): string {
  const percent = share * 100;
  const text = percent === 0 || percent >= 100 ? whole.format(percent) : fixedTenth.format(percent);
  return `${text}${NO_BREAK}%`;
}

/** A count with its noun: `1 alarm`, `2 alarms`; the plural has an s unless given. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)}${NO_BREAK}${count === 1 ? noun : plural}`;
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let rest = value;
  let unit = 0;
  // 999.95 would be written 1,000.
  while (Math.abs(rest) >= step - 0.05 && unit < units.length - 1) {
    rest /= step;
    unit += 1;
  }
  const name = units[unit] ?? '';
  const text = unit === 0 ? whole.format(rest) : tenth.format(rest);
  return name === '' ? text : `${text}${NO_BREAK}${name}`;
}
