import type { AlarmState } from './alarm-state.ts';

/** Everything that is neither letter, digit nor mark separates words. */
const SEPARATORS = /[^\p{L}\p{N}\p{M}]+/gu;

/**
 * What a text search looks at: id, title, status, tag, kingdom, category, directive id, addresses, networks, custom data
 * and findings, as words in lower case with one blank between them.
 */
export function searchedText({ alarm, directive_id }: AlarmState): string {
  const { custom_data: data = [], intel_hits: hits = [], vulnerabilities = [] } = alarm;
  return toWords(
    [
      ...[alarm.alarm_id, alarm.title, alarm.status, alarm.tag, alarm.kingdom, alarm.category],
      ...[String(directive_id), ...alarm.src_ips, ...alarm.dst_ips, ...alarm.networks],
      ...data.flatMap(({ label, content }) => [label, content]),
      ...[...hits, ...vulnerabilities].flatMap(({ provider, result }) => [provider, result]),
    ].join('\n'),
  );
}

/**
 * What is asked for, each as words with one blank between them: `192.168 brute` gives `192 168` and `brute`. A text has it
 * when the words follow one another in it, the last one perhaps going on.
 */
export function readSearch(q: string): string[] {
  return q.split(/\s+/).map(toWords).filter(Boolean);
}

/** Whether the searched text has everything that `readSearch` gave. */
export function hasAll(text: string, wanted: readonly string[]): boolean {
  const padded = ` ${text}`;
  return wanted.every((words) => padded.includes(` ${words}`));
}

function toWords(text: string): string {
  return text.toLowerCase().replace(SEPARATORS, ' ').trim();
}
