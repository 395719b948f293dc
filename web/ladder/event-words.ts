import { either, type RuleWords, type Words } from './words.ts';

const MOST_SIDS = 5;
const FEWEST_SHARED_WORDS = 2;

/** Which events a rule means: by the title that they have, else by plugin or taxonomy as written. */
export function eventWords(rule: RuleWords, titles: readonly string[]): Words {
  const title = sharedTitle(titles);
  if (title !== undefined) return [{ text: title, mark: 'strong' }];
  return rule.type === 'PluginRule' ? pluginWords(rule) : taxonomyWords(rule);
}

/** The title that all have, else the words that all begin with and an ellipsis; undefined when that is less than two. */
export function sharedTitle(titles: readonly string[]): string | undefined {
  const [first, ...others] = new Set(titles.filter((title) => title !== ''));
  if (first === undefined) return undefined;
  if (others.length === 0) return first;
  let shared = first.split(' ');
  for (const other of others) {
    const words = other.split(' ');
    const end = shared.findIndex((word, index) => word !== words[index]);
    if (end >= 0) shared = shared.slice(0, end);
  }
  return shared.length < FEWEST_SHARED_WORDS ? undefined : `${shared.join(' ')} …`;
}

function pluginWords({ plugin_id: id, plugin_sid: sids = [] }: RuleWords): Words {
  const words: Words = [
    { text: 'event of ', mark: 'plain' },
    { text: `plugin ${String(id ?? '')}`, mark: 'strong' },
  ];
  if (sids.length === 0) return words;
  const listed = either(sids.slice(0, MOST_SIDS).map(String));
  if (sids.length <= MOST_SIDS) return [...words, { text: `, sid ${listed}`, mark: 'strong' }];
  const text = `${String(sids.length)} sids`;
  return [
    ...words,
    { text: ' with one of ', mark: 'plain' },
    { text, mark: 'ref', tip: `sid ${sids.join(', ')}` },
  ];
}

function taxonomyWords({ product = [], category = '', subcategory = [] }: RuleWords): Words {
  const what = [category, either(subcategory)].filter((text) => text !== '').join(', ');
  const by: Words =
    product.length === 0
      ? []
      : [
          { text: ' told by ', mark: 'plain' },
          { text: either(product), mark: 'strong' },
        ];
  return [{ text: what, mark: 'strong' }, ...by];
}
