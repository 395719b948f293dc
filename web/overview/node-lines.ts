import type { NodeView } from '../../server/schemas/status.ts';

/** How a backend does, in words, and whether that is a trouble. */
export function nodeState({ answers, ready, reasons, notes, overloaded }: NodeView): {
  readonly text: string;
  readonly isTrouble: boolean;
} {
  if (!answers) return { text: 'does not answer', isTrouble: true };
  const told = (ready ? notes : reasons).map(({ message }) => message);
  const parts = [...(ready ? [] : ['not ready']), ...(overloaded ? ['overloaded'] : []), ...told];
  const isTrouble = !ready || overloaded;
  return { text: parts.length === 0 ? 'ready' : parts.join(', '), isTrouble };
}
