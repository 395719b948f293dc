/** What the text of an option means, or why it means nothing. */
export type ReadValue<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: string };

/** How the text of a flag or an environment variable becomes a value. */
export interface OptionKind<Value> {
  readonly type: 'text' | 'integer' | 'boolean' | 'list' | 'choice';
  readonly read: (text: string) => ReadValue<Value>;
  /** What is allowed, for the documentation: `0 to 65535`. */
  readonly range: string;
}

const TRUE_TEXTS = new Set(['true', '1']);
const FALSE_TEXTS = new Set(['false', '0']);

/** A switch: true, false, 1 or 0 in any case (SPEC §11). */
export const SWITCH: OptionKind<boolean> = {
  type: 'boolean',
  range: 'true, false, 1 or 0',
  read: (text) => {
    const lower = text.toLowerCase();
    if (TRUE_TEXTS.has(lower)) return { ok: true, value: true };
    if (FALSE_TEXTS.has(lower)) return { ok: true, value: false };
    return { ok: false, problem: 'must be true, false, 1 or 0' };
  },
};

/** A list split by commas; blanks around entries and empty entries are dropped, and one entry must remain. */
export const LIST: OptionKind<readonly string[]> = {
  type: 'list',
  range: 'texts with commas between them',
  read: (text) => {
    const value = text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
    if (value.length > 0) return { ok: true, value };
    return { ok: false, problem: 'must hold at least one text, with commas between several' };
  },
};

/** A text that is not empty. */
export const TEXT: OptionKind<string> = {
  type: 'text',
  range: '',
  read: (text) =>
    text === '' ? { ok: false, problem: 'must not be empty' } : { ok: true, value: text },
};

/** A text that `isValid` accepts; `range` says what that is: `an IPv4 or IPv6 address`. */
export function checkedText(range: string, isValid: (text: string) => boolean): OptionKind<string> {
  return {
    type: 'text',
    range,
    read: (text) =>
      isValid(text) ? { ok: true, value: text } : { ok: false, problem: `must be ${range}` },
  };
}

/** A list as LIST whose every entry `isValid` accepts; `range` says what they are: `addresses and CIDRs`. */
export function checkedList(
  range: string,
  isValid: (entry: string) => boolean,
): OptionKind<readonly string[]> {
  return {
    type: 'list',
    range,
    read: (text) => {
      const read = LIST.read(text);
      if (!read.ok || read.value.every(isValid)) return read;
      return { ok: false, problem: `must be ${range} with commas between several` };
    },
  };
}

/** A whole number within both bounds; without `maximum` up to the largest exact one. */
export function integer(
  minimum: number,
  maximum: number = Number.MAX_SAFE_INTEGER,
): OptionKind<number> {
  const range =
    maximum === Number.MAX_SAFE_INTEGER
      ? `${String(minimum)} or more`
      : `${String(minimum)} to ${String(maximum)}`;
  return {
    type: 'integer',
    range,
    read: (text) => {
      const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
      if (value >= minimum && value <= maximum) return { ok: true, value };
      return { ok: false, problem: `must be a whole number, ${range}` };
    },
  };
}

/** One of a few fixed texts. */
export function choice<const Value extends string>(values: readonly Value[]): OptionKind<Value> {
  return {
    type: 'choice',
    range: values.join(', '),
    read: (text) => {
      const value = values.find((candidate) => candidate === text);
      if (value !== undefined) return { ok: true, value };
      return { ok: false, problem: `must be ${values.join(' or ')}` };
    },
  };
}

/** The longest span of a timer (2^31 milliseconds), for options in minutes. */
export const MAX_TIMER_MINUTES = 35_791;
