import type { JSX } from 'preact';
import { useAnswer } from '../api/use-answer.ts';
import { EmptyState } from '../controls/page-state.tsx';
import { ALL_STATUSES, queueAddress } from '../router/queue-state.ts';

interface OptionsAnswer {
  readonly options: readonly { readonly name: string; readonly value: unknown }[];
}

/** That the store has no alarm of this id, why that may be, and where else to look. */
export function NoSuchAlarm({ id }: { readonly id: string }): JSX.Element {
  const { body } = useAnswer<OptionsAnswer>('/options');
  const days = body?.options.find(({ name }) => name === 'alarm_retention')?.value;
  const kept = typeof days === 'number' && days > 0 ? ` (${String(days)}\u00a0days)` : '';
  return (
    <EmptyState title={<h1 class="same">No alarm {id}</h1>}>
      It may be older than the store keeps{kept} or from another engine.{' '}
      <a class="link" href={queueAddress({ status: ALL_STATUSES, q: id })}>
        Search for it in all alarms
      </a>
    </EmptyState>
  );
}
