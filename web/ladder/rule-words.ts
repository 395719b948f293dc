// What a stage needs, in words: "5 × failed password from 203.0.113.77 to db01 within 10 min".
import { formatDuration } from '../format/durations.ts';
import { formatCount, NO_BREAK } from '../format/numbers.ts';
import { eventWords } from './event-words.ts';
import { either, type RuleWords, type Words, type WordsContext } from './words.ts';

const REFERRED: Readonly<Record<string, string>> = {
  from: 'source',
  to: 'destination',
  port_from: 'source port',
  port_to: 'destination port',
  protocol: 'protocol',
  custom_data1: 'custom data 1',
  custom_data2: 'custom data 2',
  custom_data3: 'custom data 3',
};
const CUSTOM_FIELDS = ['custom_data1', 'custom_data2', 'custom_data3'] as const;
const DIFFERENT: Readonly<Record<string, readonly [before: string, what: string]>> = {
  SRC_IP: ['each from ', 'another host'],
  DST_IP: ['each to ', 'another host'],
  SRC_PORT: ['each from ', 'another port'],
  DST_PORT: ['each to ', 'another port'],
  PLUGIN_SID: ['each with ', 'another event type'],
};

/** The words of a rule; those it adds nothing with (ANY) are left out. */
export function ruleWords(rule: RuleWords, context: WordsContext): Words {
  const count = rule.occurrence > 1 ? [strong(`${formatCount(rule.occurrence)}${NO_BREAK}×`)] : [];
  return [
    ...count,
    ...(count.length > 0 ? [plain(' ')] : []),
    ...eventWords(rule, context.titles),
    ...clause(' from ', 'from', rule, context),
    ...clause(' to ', 'to', rule, context),
    ...clause(' over ', 'protocol', rule, context),
    ...clause(', from port ', 'port_from', rule, context),
    ...clause(', port ', 'port_to', rule, context),
    ...CUSTOM_FIELDS.flatMap((field) => customWords(field, rule, context)),
    ...differentWords(rule, context),
    ...withinWords(rule),
  ];
}

/** A sentence without marks, for labels. */
export function toText(words: Words): string {
  return words.map(({ text }) => text).join('');
}

function clause(before: string, field: string, rule: RuleWords, context: WordsContext): Words {
  const value = valueOf(rule, field);
  if (value === '' || value.toUpperCase() === 'ANY') return [];
  const stage = context.references[field];
  if (/^:\d+$/.test(value)) {
    return [
      plain(before.startsWith(',') ? ', with the ' : `${before}the `),
      strong(`${REFERRED[field] ?? field} of stage ${value.slice(1)}`),
    ];
  }
  const isAddress = field === 'from' || field === 'to';
  if (stage !== undefined) {
    const name = isAddress ? context.names[value] : undefined;
    const source = `${REFERRED[field] ?? field} of stage ${String(stage)}`;
    const tip = name === undefined ? source : `${value}, ${source}`;
    return [plain(before), { text: name ?? value, mark: 'ref', tip }];
  }
  return [plain(before), ...listWords(value, isAddress ? context.names : {})];
}

/** `a,b,!c` as "a or b, not c"; `!HOME_NET` as "outside HOME_NET". */
function listWords(value: string, names: Readonly<Record<string, string>>): Words {
  const all = value.split(',').map((text) => text.trim());
  const excluded = all.filter((text) => text.startsWith('!')).map((text) => text.slice(1));
  const included = all.filter((text) => !text.startsWith('!'));
  const named = (texts: readonly string[]): string =>
    either(texts.map((text) => names[text] ?? text));
  if (included.length === 0) return [plain('outside '), strong(named(excluded))];
  if (excluded.length === 0) return [strong(named(included))];
  return [strong(named(included)), plain(', not '), strong(named(excluded))];
}

function customWords(
  field: (typeof CUSTOM_FIELDS)[number],
  rule: RuleWords,
  context: WordsContext,
): Words {
  return clause(`, with ${customLabel(field, context)} `, field, rule, context);
}

function customLabel(field: string, { labels }: WordsContext): string {
  const label = labels[field];
  if (label !== undefined && label !== '') return lowerFirst(label);
  return field.replace(/custom_data/, 'custom data ');
}

function differentWords({ sticky_different: field }: RuleWords, context: WordsContext): Words {
  if (field === undefined || field === '') return [];
  const [before, what] = DIFFERENT[field] ?? [
    'each with ',
    `another ${customLabel(field.toLowerCase(), context)}`,
  ];
  return [plain(`, ${before}`), strong(what)];
}

function withinWords({ stage, timeout, sticky_different: sticky }: RuleWords): Words {
  if (stage === 1 || timeout === undefined || timeout === 0) return [];
  const comma = sticky === undefined || sticky === '' ? '' : ',';
  return [plain(`${comma} within ${formatDuration(timeout)}`)];
}

function valueOf(rule: RuleWords, field: string): string {
  const value = new Map<string, unknown>(Object.entries(rule)).get(field);
  return typeof value === 'string' ? value : '';
}

/** `User` in a sentence is "user", `URL` stays. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function plain(text: string): Words[number] {
  return { text, mark: 'plain' };
}

function strong(text: string): Words[number] {
  return { text, mark: 'strong' };
}
