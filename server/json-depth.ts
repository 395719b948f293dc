// Bodies nest 64 levels at most. An event is flat, so whatever nests deeper is no event, and what is kept of an event
// holds nothing nested; the limit is for the sake of whoever walks a parsed body.

const DEEPEST = 64;
const OPENING_RUN = '['.repeat(DEEPEST + 1);

/**
 * Whether a text opens more than 64 arrays in a row outside of its texts. It is looked at before parsing, because of all
 * that 16 MiB can hold this alone takes JSON.parse seconds and half a gigabyte; nothing else nested costs more than flat data.
 */
export function isDeepText(text: string): boolean {
  if (!text.includes(OPENING_RUN)) return false;
  let run = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (quoted) {
      if (character === '\\') index += 1;
      else if (character === '"') quoted = false;
    } else if (character === '[') {
      run += 1;
      if (run > DEEPEST) return true;
    } else {
      run = 0;
      quoted = character === '"';
    }
  }
  return false;
}

/** Whether a parsed value of a body nests more than 64 levels. */
export function isDeepValue(value: unknown): boolean {
  return isNested(value) && isDeeper(value, DEEPEST);
}

function isDeeper(value: Readonly<Record<string, unknown>>, levels: number): boolean {
  if (levels === 0) return true;
  for (const key in value) {
    const item = value[key];
    if (isNested(item) && isDeeper(item, levels - 1)) return true;
  }
  return false;
}

/** An object or an array, whose indices are keys as well. */
function isNested(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
