// Keys by name, as the key table of UI.md §8 writes them.
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const NAMES: Readonly<Record<string, string>> = {
  ' ': 'space',
  Enter: 'enter',
  Escape: 'esc',
  ArrowDown: 'down',
  ArrowUp: 'up',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

/** `j`, `G`, `esc`, `ctrl+a`, `shift+down`; null for keys held with alt, which are the browser's. */
export function keyName({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): string | null {
  if (altKey) return null;
  const name = NAMES[key] ?? key;
  if (ctrlKey || metaKey) return `ctrl+${name.toLowerCase()}`;
  // The shift of a letter or sign is in the key itself.
  return shiftKey && name.length > 1 ? `shift+${name}` : name;
}
