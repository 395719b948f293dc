import type { ComponentChildren, JSX } from 'preact';
import type { ApiError } from '../api/api-error.ts';
import { ErrorBar, ErrorState, LoadingRows } from '../controls/page-state.tsx';
import { ClusterNotice } from '../frame/cluster-notice.tsx';

export interface ListPageProps {
  readonly title: string;
  /** Tabs, search and what else stands in the row above the list. */
  readonly tools: ComponentChildren;
  /** What narrows the list, below that row. */
  readonly notice?: ComponentChildren;
  /** Whether there is a list; it stays where a newer one cannot be had. */
  readonly isLoaded: boolean;
  readonly error: ApiError | null;
  readonly reload: () => void;
  readonly columns: number;
  /** Paths that the list is made of. */
  readonly of: readonly string[];
  readonly children: ComponentChildren;
}

/** A page that is one list: tools, notices, then the rows or why there are none yet. */
export function ListPage(props: ListPageProps): JSX.Element {
  const { title, tools, notice, isLoaded, error, reload, columns, of, children } = props;
  return (
    <div class="dirs">
      <div class="tool-row">
        <h1 class="sr">{title}</h1>
        {tools}
      </div>
      <div>
        {notice}
        <ClusterNotice of={of} />
        {isLoaded && error !== null && <ErrorBar error={error} retry={reload} />}
      </div>
      {!isLoaded && error !== null && <ErrorState error={error} retry={reload} />}
      {!isLoaded && error === null && <LoadingRows columns={columns} />}
      {isLoaded && children}
    </div>
  );
}
