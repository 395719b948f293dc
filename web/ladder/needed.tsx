import type { JSX } from 'preact';
import { ruleWords } from './rule-words.ts';
import type { RuleWords, WordsContext } from './words.ts';

/** What a stage needs in words; references to earlier stages are dotted and tell where they come from. */
export function Needed({
  rule,
  context,
}: {
  readonly rule: RuleWords;
  readonly context: WordsContext;
}): JSX.Element {
  return (
    <div class="need">
      {ruleWords(rule, context).map(({ text, mark, tip }, index) => {
        if (mark === 'plain') return text;
        return (
          <em key={index} class={mark === 'ref' ? 'ref' : undefined} data-tip={tip}>
            {text}
          </em>
        );
      })}
    </div>
  );
}
