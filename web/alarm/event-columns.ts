import { textOf } from './event-fields.ts';
import type { AlarmEvent } from './event-pages.ts';

/** A column of custom data: its key in the event, and its label as events give it. */
export interface CustomColumn {
  readonly key: string;
  readonly label: string;
}

/** The custom columns that events have a value in, with the label that most of them give. */
export function customColumns(events: readonly AlarmEvent[]): CustomColumn[] {
  return ['1', '2', '3'].flatMap((digit) => {
    const key = `custom_data${digit}`;
    const labels = new Map<string, number>();
    for (const { event } of events) {
      if (textOf(event, key) === '') continue;
      const label = textOf(event, `custom_label${digit}`);
      labels.set(label, (labels.get(label) ?? 0) + 1);
    }
    const [most] = [...labels].sort((left, right) => right[1] - left[1]);
    if (most === undefined) return [];
    return [{ key, label: most[0] === '' ? `Custom data ${digit}` : most[0] }];
  });
}
