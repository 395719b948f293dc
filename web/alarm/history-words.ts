import type { HistoryEntry } from '../../server/schemas/alarm-detail.ts';

/** An entry of the history in words, without its time; `risk` is a change of it that the entry brought. */
export interface HistoryWords {
  /** Who did it; empty for the engine. */
  readonly who: string;
  readonly text: string;
  /** What a person wrote, as it stands. */
  readonly quote?: string;
  readonly risk?: number;
}

const ENDS: Readonly<Record<string, string>> = {
  complete: 'all stages finished',
  timeout: 'timed out',
  stopped: 'backlog ended by an operator',
  interrupted: 'interrupted: the engine stopped without saving its backlog',
};

/** Words for each entry, which are newest first. */
export function historyWords(history: readonly HistoryEntry[]): HistoryWords[] {
  return history.map((entry, index) => {
    const earlier = history.slice(index + 1).find(({ risk }) => risk !== undefined);
    return entryWords(entry, earlier?.risk ?? 0);
  });
}

function entryWords({ what, by, from, value, risk }: HistoryEntry, before: number): HistoryWords {
  switch (what) {
    case 'status':
    case 'tag':
      return { who: by, text: from === '' ? `set ${what} ${value}` : `${from} to ${value}` };
    case 'assignee':
      if (value === '') return { who: by, text: `took it from ${from}` };
      return { who: by, text: value === by ? 'took it' : `gave it to ${value}` };
    case 'comment':
      return { who: by, text: '', quote: value };
    case 'delete':
      return { who: by, text: 'deleted it' };
    case 'restore':
      return { who: by, text: 'restored it' };
    case 'look':
      return { who: by, text: 'looked at it first' };
    case 'opened':
      return { who: '', text: 'backlog opened' };
    case 'ended':
      return { who: '', text: ENDS[value] ?? value };
    case 'stage':
      return stageWords({ stage: value, risk: risk ?? 0, before });
  }
}

function stageWords(input: { stage: string; risk: number; before: number }): HistoryWords {
  const { stage, risk, before } = input;
  const finished = `stage ${stage} finished`;
  if (risk === before) return { who: '', text: `${finished}, risk ${String(risk)}` };
  if (before === 0) return { who: '', text: `${finished}, alarm raised with risk`, risk };
  return { who: '', text: `${finished}, risk ${String(before)} to`, risk };
}
