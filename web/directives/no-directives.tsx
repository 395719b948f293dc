import type { JSX } from 'preact';
import { session } from '../api/session.ts';
import { EmptyState } from '../controls/page-state.tsx';

/** That no directive is known, and where to look. */
export function NoDirectives(): JSX.Element {
  const isFrontend = session.value?.mode === 'cluster-frontend';
  return (
    <EmptyState title="No directives">
      {isFrontend && 'No backend has reported its directives yet. '}
      <a class="link" href="#/configuration">
        Open the configuration
      </a>
    </EmptyState>
  );
}
