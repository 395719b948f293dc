/** Keys that do something else in lists and on the alarm page. */
const TAKEN: ReadonlySet<string> = new Set('jkgxtmeunyf'.split(''));

/** The key of each status: its first letter where no other status and no other action has it, else its place from 1. */
export function statusKeys(statuses: readonly string[]): readonly string[] {
  const letters = statuses.map((status) => status.slice(0, 1).toLowerCase());
  return letters.map((letter, index) => {
    const isAlone = letters.filter((other) => other === letter).length === 1;
    return isAlone && /[a-z]/.test(letter) && !TAKEN.has(letter) ? letter : String(index + 1);
  });
}
