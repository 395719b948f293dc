import type { ComponentChildren, JSX } from 'preact';
import { Icon } from './icon.tsx';

export interface SortHeadProps {
  readonly class: string;
  /** Undefined: the list has another order. */
  readonly order: 'ascending' | 'descending' | undefined;
  /** Sorts by this column, or reverses. */
  readonly sort: () => void;
  /** Behind the button. */
  readonly after?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The head of a column that a list can be sorted by. */
export function SortHead(props: SortHeadProps): JSX.Element {
  const { order, sort, after, children } = props;
  return (
    <th role="columnheader" class={props.class} aria-sort={order}>
      <button type="button" onClick={sort}>
        {children}
        {order !== undefined && <Icon name={order === 'ascending' ? 'up' : 'down'} />}
      </button>
      {after}
    </th>
  );
}
