import { LookUpError } from './look-up-error.ts';

/** The value of a JSON answer; throws a `LookUpError` that is not worth a retry for anything else. */
export function parseJsonAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LookUpError('the answer is not JSON', { retry: false, cause });
  }
}

/**
 * What a JSON pointer (RFC 6901) leads to in a value, undefined when there is nothing; the empty pointer is the value itself.
 */
export function resolvePointer(value: unknown, pointer: string): unknown {
  let current = value;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) {
      return undefined;
    }
    current = Reflect.get(current, key);
  }
  return current;
}

/** Whether a text is a JSON pointer. */
export function isPointer(text: string): boolean {
  return /^(?:\/(?:[^~]|~[01])*)?$/.test(text);
}
