// Values that a rule's text allows, the natural ones first; each goes through everything that can fit, so that a stage
// with a sticky field finds as many different values as there are.
import { matchesList, splitList } from '../directive/value-list.ts';
import { LAST_PORT } from '../event/event-fields.ts';

/** Whether the text of a rule allows everything (SPEC §2). */
export function allowsAll(text: string | undefined): boolean {
  return text === undefined || text === '' || text === 'ANY';
}

const USUAL_PORTS = [443, 80, 22, 445, 53, 3389, 8080, 25, 21, 3306];
const FIRST_EPHEMERAL = 49_152;

/** Ports for `port_from` or `port_to`; `start` is where unbound source ports begin. Port 0, for absent, is the last. */
export function* portCandidates(text: string | undefined, start?: number): Generator<number> {
  const entries = allowsAll(text)
    ? undefined
    : splitList(text ?? '').map(({ negated, value }) => ({ negated, value: Number(value) }));
  const fits = (port: number): boolean =>
    entries === undefined || matchesList(entries, port, Object.is);
  const written = entries?.filter(({ negated }) => !negated).map(({ value }) => value) ?? [];
  for (const port of [...written, ...(start === undefined ? USUAL_PORTS : [])]) {
    if (fits(port)) yield port;
  }
  const first = start ?? 1024;
  for (let step = 0; step <= LAST_PORT; step += 1) {
    const port = (first + step) % (LAST_PORT + 1);
    if (port !== 0 && fits(port)) yield port;
  }
  if (fits(0)) yield 0;
}

/** An ephemeral port for a number from 0 up to 1. */
export function ephemeralPort(share: number): number {
  return FIRST_EPHEMERAL + Math.floor(share * (LAST_PORT + 1 - FIRST_EPHEMERAL));
}

/** Texts for `custom_dataN`; `invent` answers a new one every time. Endless where the rule leaves it open. */
export function* customDataCandidates(
  text: string | undefined,
  invent: () => string,
): Generator<string> {
  const entries = allowsAll(text) ? [] : splitList(text ?? '');
  const [only] = entries;
  if (only === undefined) {
    for (;;) yield invent();
  } else if (entries.length > 1) {
    const fits = (value: string): boolean => matchesList(entries, value, Object.is);
    for (const { value } of entries) if (fits(value)) yield value;
    while (entries.some(({ negated }) => negated)) yield firstThat(invent, fits);
  } else if (only.negated) {
    const unwanted = only.value.toLowerCase();
    for (;;) yield firstThat(invent, (value) => value.toLowerCase() !== unwanted);
  } else {
    yield* spellings(only.value);
  }
}

function firstThat(invent: () => string, fits: (text: string) => boolean): string {
  for (;;) {
    const text = invent();
    if (fits(text)) return text;
  }
}

/** The letters of a text that is compared without regard to case, in every mix of the two. */
function* spellings(text: string): Generator<string> {
  const letters = Array.from(text).map((letter) => {
    const forms = new Set([letter, letter.toLowerCase(), letter.toUpperCase()]);
    return [...forms].filter((form) => form.toLowerCase() === letter.toLowerCase());
  });
  const count = letters.reduce((product, forms) => product * forms.length, 1);
  for (let number = 0; number < count; number += 1) {
    let rest = number;
    let spelling = '';
    for (const forms of letters) {
      spelling += forms[rest % forms.length] ?? '';
      rest = Math.floor(rest / forms.length);
    }
    yield spelling;
  }
}

/** The protocol for a rule's text, which is compared exactly. */
export function protocolFor(text: string | undefined): string {
  return text === undefined || allowsAll(text) ? 'TCP' : text;
}
