// What a page shows instead of its content: loading, nothing there, an error (UI.md §10).
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api/api-error.ts';

const PATIENCE_MS = 300;
const WIDTHS = [62, 78, 54, 70, 48];

/** Grey rows in the columns to come, after 300 ms; put it only where no data are yet. */
export function LoadingRows({
  columns,
  rows = 12,
}: {
  readonly columns: number;
  readonly rows?: number;
}): JSX.Element | null {
  const isLate = useLate();
  if (!isLate) return null;
  return (
    <div class="loading" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class="loading-row" aria-hidden="true">
          {Array.from({ length: columns }, (__, column) => (
            <i
              key={column}
              style={{ width: `${String(WIDTHS[(row + column) % WIDTHS.length])}%` }}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

/** What is, in bold, then what to do. */
export function EmptyState({
  title,
  children,
}: {
  readonly title: ComponentChildren;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** That the engine answered with an error or not at all, its message, and a way to try again. */
export function ErrorState({
  error,
  retry,
}: {
  readonly error: ApiError;
  readonly retry: () => void;
}): JSX.Element {
  return (
    <div class="empty" role="alert">
      <strong>{errorTitle(error)}</strong>
      {error.status === 0 ? '' : `${error.message}. `}
      <button type="button" class="link" onClick={retry}>
        Try again
      </button>
    </div>
  );
}

/** The same as a bar above data that stay. */
export function ErrorBar({
  error,
  retry,
}: {
  readonly error: ApiError;
  readonly retry: () => void;
}): JSX.Element {
  return (
    <div class="banner bad" role="alert">
      <span>
        <b>{errorTitle(error)}</b> {error.status === 0 ? '' : `${error.message}.`}
      </span>
      <button type="button" class="link push" onClick={retry}>
        Try again
      </button>
    </div>
  );
}

function errorTitle({ status }: ApiError): string {
  return status === 0
    ? 'The engine does not answer.'
    : `The engine answered with an error (${String(status)}).`;
}

function useLate(): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(setLate, PATIENCE_MS, true);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return isLate;
}
