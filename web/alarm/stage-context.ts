import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import { NO_CONTEXT, type WordsContext } from '../ladder/words.ts';
import type { AlarmEvent } from './event-pages.ts';
import { textOf } from './event-fields.ts';

const CUSTOM = ['1', '2', '3'] as const;

/** What helps to say in words what each stage needs: asset names, and titles and labels of the events that came. */
export function stageContexts(
  { stages, names }: AlarmDetail,
  events: readonly AlarmEvent[],
): ReadonlyMap<number, WordsContext> {
  return new Map(
    stages.map(({ stage, references }) => {
      const own = events.filter((event) => event.stage === stage);
      const titles = own.map(({ event }) => textOf(event, 'title'));
      const labels = Object.fromEntries(
        CUSTOM.map((digit) => [`custom_data${digit}`, labelOf(own, `custom_label${digit}`)]),
      );
      return [stage, { references, names, titles, labels }];
    }),
  );
}

/** The context of a stage; nothing is known of one that there is not. */
export function contextOf(
  contexts: ReadonlyMap<number, WordsContext>,
  stage: number,
): WordsContext {
  return contexts.get(stage) ?? NO_CONTEXT;
}

function labelOf(events: readonly AlarmEvent[], key: string): string {
  for (const { event } of events) {
    const label = textOf(event, key);
    if (label !== '') return label;
  }
  return '';
}
