// Event times (SPEC §1): RFC 3339 and the looser spellings that Dsiem's frontend takes, without a Date on the fast path.

const ZERO = 48;
const DASH = 45;
const COLON = 58;
const DOT = 46;
const PLUS = 43;
const BLANK = 32;
const CAPITAL_T = 84;
const SMALL_T = 116;
const CAPITAL_Z = 90;
const SMALL_Z = 122;
const LAST_YEAR = 9999;
/** No value: below every day, second and offset. */
const NONE = -0x4000_0000;
const SECONDS_A_DAY = 86_400;
/** 9999-12-31T23:59:59Z in Unix seconds. */
const LAST_SECOND = 253_402_300_799;
const DAYS_BEFORE_MONTH = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN_MONTH = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

// Every repetition is followed by something it cannot match itself, so that the time taken is linear in the text.
const LOOSE =
  /^ *(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt] *| +)(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d+))? *(?:[Zz]|[Uu][Tt][Cc]|([+-])(\d\d):?(\d\d)) *$/;

/**
 * The instant of an event's timestamp in whole Unix seconds, rounded down (a leap second counts as the second before it);
 * undefined when it is no RFC 3339 time with an offset, no date of the calendar, or not within the years 1970 to 9999 UTC.
 */
export function parseEventTime(text: string): number | undefined {
  if (!hasCommonShape(text)) return parseLoose(text);
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const day = dayNumber(year, twoDigits(text, 5), twoDigits(text, 8));
  const clock = clockSeconds(twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17));
  const offset = offsetSeconds(text, skipFraction(text, 19));
  if (day === NONE || clock === NONE || offset === NONE) return parseLoose(text);
  return withinYears(day * SECONDS_A_DAY + clock - offset);
}

function hasCommonShape(text: string): boolean {
  if (text.length < 20 || text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return false;
  const between = text.charCodeAt(10);
  if (between !== CAPITAL_T && between !== SMALL_T && between !== BLANK) return false;
  return text.charCodeAt(13) === COLON && text.charCodeAt(16) === COLON;
}

/**
 * The same instant in UTC as the reference writes it on the wire: `Z`, no fraction when it is zero, else 3, 6 or 9 digits
 * with further ones cut off, a leap second kept as `:60`; undefined when `parseEventTime` refuses the text.
 */
export function formatEventTime(text: string): string | undefined {
  const seconds = parseEventTime(text);
  if (seconds !== undefined && isWireSpelling(text)) return text;
  const parts = LOOSE.exec(text);
  if (seconds === undefined || parts === null) return undefined;
  const date = new Date(seconds * 1000).toISOString();
  const second = Number(parts[6]) === 60 ? '60' : date.slice(17, 19);
  return `${date.slice(0, 17)}${second}${wireFraction(parts[7] ?? '')}Z`;
}

/** The most common spelling, `2026-11-24T08:00:00Z`, is the wire's own; a blank could stand for a digit that is missing. */
function isWireSpelling(text: string): boolean {
  if (text.length !== 20 || !hasCommonShape(text) || text.includes(' ')) return false;
  return text.charCodeAt(10) === CAPITAL_T && text.charCodeAt(19) === CAPITAL_Z;
}

function wireFraction(digits: string): string {
  const nanoseconds = digits.slice(0, 9).padEnd(9, '0');
  if (nanoseconds === '000000000') return '';
  if (nanoseconds.endsWith('000000')) return `.${nanoseconds.slice(0, 3)}`;
  return nanoseconds.endsWith('000') ? `.${nanoseconds.slice(0, 6)}` : `.${nanoseconds}`;
}

/** Blanks around the parts, one-digit parts, `UTC`: everything that is taken but not common. */
function parseLoose(text: string): number | undefined {
  const parts = LOOSE.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, , sign, offsetHour = '0', offsetMinute = '0'] =
    parts;
  const days = dayNumber(Number(year), Number(month), Number(day));
  const clock = clockSeconds(Number(hour), Number(minute), Number(second));
  const offset = signedOffset(sign === '-', Number(offsetHour), Number(offsetMinute));
  if (days === NONE || clock === NONE || offset === NONE) return undefined;
  return withinYears(days * SECONDS_A_DAY + clock - offset);
}

function withinYears(seconds: number): number | undefined {
  return seconds >= 0 && seconds <= LAST_SECOND ? seconds : undefined;
}

/** The value of two decimal digits; out of every range when they are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  // one sign test for four comparisons: this runs seven times an event
  return (tens | (9 - tens) | ones | (9 - ones)) >= 0 ? tens * 10 + ones : 10_000;
}

/** Where the text goes on after an optional fraction that begins at `start`; its end for a dot without digits. */
function skipFraction(text: string, start: number): number {
  if (text.charCodeAt(start) !== DOT) return start;
  let index = start + 1;
  for (; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit < 0 || digit > 9) break;
  }
  return index > start + 1 ? index : text.length;
}

/** The offset from UTC in seconds that the rest of the text from `start` states, NONE when it states none. */
function offsetSeconds(text: string, start: number): number {
  const rest = text.length - start;
  if (rest < 1) return NONE;
  const first = text.charCodeAt(start);
  if (rest === 1) return first === CAPITAL_Z || first === SMALL_Z ? 0 : NONE;
  if (rest < 5 || (first !== PLUS && first !== DASH)) return NONE;
  const minutesAt = text.charCodeAt(start + 3) === COLON ? start + 4 : start + 3;
  if (text.length !== minutesAt + 2) return NONE;
  return signedOffset(first === DASH, twoDigits(text, start + 1), twoDigits(text, minutesAt));
}

function signedOffset(negative: boolean, hours: number, minutes: number): number {
  if (hours > 23 || minutes > 59) return NONE;
  const seconds = (hours * 60 + minutes) * 60;
  return negative ? -seconds : seconds;
}

function clockSeconds(hour: number, minute: number, second: number): number {
  if (hour > 23 || minute > 59 || second > 60) return NONE;
  return (hour * 60 + minute) * 60 + (second === 60 ? 59 : second);
}

/** Days since 1970-01-01, NONE for what the calendar does not have; the year 1969 is let through for the sake of offsets. */
function dayNumber(year: number, month: number, day: number): number {
  if (year < 1969 || year > LAST_YEAR || month < 1 || month > 12 || day < 1) return NONE;
  const leap = (year & 3) === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = month === 2 && leap ? 29 : (DAYS_IN_MONTH[month] ?? 0);
  if (day > last) return NONE;
  const before = year - 1;
  const leapDays = (before >> 2) - Math.floor(before / 100) + Math.floor(before / 400);
  const beforeMonth = (DAYS_BEFORE_MONTH[month] ?? 0) + (month > 2 && leap ? 1 : 0);
  // 719,162 days lie before 1970-01-01 in this calendar
  return before * 365 + leapDays + beforeMonth + day - 719_163;
}
