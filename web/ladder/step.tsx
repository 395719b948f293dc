import type { ComponentChildren, JSX } from 'preact';
import { Needed } from './needed.tsx';
import type { RuleWords, WordsContext } from './words.ts';

export type StepState = 'finished' | 'running' | 'waiting' | 'timeout' | 'ended';

const STATE_WORDS: Readonly<Record<StepState, string>> = {
  finished: 'finished',
  running: 'under way',
  waiting: 'not reached',
  timeout: 'timed out',
  ended: 'ended',
};

export interface LadderStepProps {
  readonly state: StepState;
  readonly name: string;
  readonly rule: RuleWords;
  readonly context: WordsContext;
  /** The further columns. */
  readonly children?: ComponentChildren;
  /** Without a state said: of a rule that is not looked at as one backlog's. */
  readonly quiet?: boolean;
}

/** A stage of a ladder: node, name, what it needs, and whatever columns the ladder has. Put it into `ol` of `.ladder`. */
export function LadderStep(props: LadderStepProps): JSX.Element {
  const { state, name, rule, context, children, quiet = false } = props;
  const hasFailed = state === 'timeout' || state === 'ended';
  return (
    <li class={state}>
      <div class="node">
        <b>
          <span class="sr">Stage </span>
          {hasFailed ? <span aria-hidden="true">×</span> : rule.stage}
          {hasFailed && <span class="sr">{rule.stage}</span>}
          {!quiet && <span class="sr">, {STATE_WORDS[state]}</span>}
        </b>
      </div>
      <div class="what">
        <div class="nm">{name === '' ? `Stage ${String(rule.stage)}` : name}</div>
        <Needed rule={rule} context={context} />
      </div>
      {children}
    </li>
  );
}
