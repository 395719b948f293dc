import type { JSX } from 'preact';
import { missingNodesOf } from '../api/missing-nodes.ts';
import { formatCount } from '../format/numbers.ts';
import { engineFigures } from '../live/engine-status.ts';
import { findingWords, missingWords } from './cluster-words.ts';

export interface ClusterNoticeProps {
  /** Paths below /api whose answers the page shows. */
  readonly of: readonly string[];
  /** Where they stand on the page already. */
  readonly withoutFindings?: boolean;
}

/** That a page does not show all there is, since a backend is away, and what else is amiss in the cluster. */
export function ClusterNotice({ of, withoutFindings }: ClusterNoticeProps): JSX.Element | null {
  const missing = missingNodesOf(of);
  const found = engineFigures.value?.status.findings ?? [];
  const findings = withoutFindings === true ? [] : findingWords(found, missing);
  const [first, ...others] = [missingWords(missing), ...findings].filter(Boolean);
  if (first === undefined) return null;
  return (
    <div class="banner" role="region" aria-label="Cluster">
      <b>{first}</b>
      {others.length > 0 && (
        <a class="link push" href="#/overview" data-tip={others.join('\n')}>
          {formatCount(others.length)} more on the Overview
        </a>
      )}
    </div>
  );
}
