// What a field of an event may hold (SPEC §1): the rules that the fast guard and the slow explanation share.

export const LAST_PORT = 65_535;

/** The largest plugin_id, plugin_sid and conn_id: above it a number read from JSON is no longer the one written. */
export const LAST_NUMBER = Number.MAX_SAFE_INTEGER;

/** Whether `value` is an integer from 0 to `last`. */
export function isEventNumber(value: unknown, last: number): value is number {
  return typeof value === 'number' && value >= 0 && value <= last && Number.isInteger(value);
}

/** Whether `value` can be a receive time in nanoseconds: an integer of 64 bits, exact or not. */
export function isReceiveTime(value: unknown): value is number {
  return Number.isInteger(value) && typeof value === 'number' && Math.abs(value) <= 2 ** 63;
}

/** Whether `value` is an object whose own values are all texts. */
export function isCarrier(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}

/** Whether `value` is a JSON object. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
