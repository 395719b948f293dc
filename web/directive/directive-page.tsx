import type { JSX } from 'preact';
import { can } from '../api/session.ts';
import { copyText } from '../controls/copy-text.ts';
import { Icon } from '../controls/icon.tsx';
import { useKeys } from '../controls/keyboard.ts';
import { EmptyState, ErrorBar, ErrorState, LoadingRows } from '../controls/page-state.tsx';
import { Time } from '../controls/time.tsx';
import { OwnBacklogs } from '../directives/backlog-table.tsx';
import '../directives/backlogs.css';
import { backlogsOf } from '../directives/directive-row.tsx';
import { DirectiveName } from '../directives/directive-name.tsx';
import { shownOrder } from '../directives/order.ts';
import { switchDirective, switchWords, undoSwitch } from '../directives/switch-directive.ts';
import { useBacklogs } from '../directives/use-backlogs.ts';
import { keepRow } from '../directives/use-entries.ts';
import { countOf, formatCount } from '../format/numbers.ts';
import { ClusterNotice } from '../frame/cluster-notice.tsx';
import { useFoot } from '../frame/foot-line.tsx';
import { useTitle } from '../frame/use-title.ts';
import { formatAddress } from '../router/address.ts';
import { navigate } from '../router/router.ts';
import { About } from './about.tsx';
import './directive.css';
import { Facts } from './facts.tsx';
import { fileOf, Rail } from './rail.tsx';
import { RulesLadder } from './rules-ladder.tsx';
import { useDirective, type DirectiveDetail, type LoadedDirective } from './use-directive.ts';

/** What the page is made of. */
const SHOWN = ['/statistics/directives', '/alarms', '/alarms/facets', '/backlogs'];

/** What does it need, where do its backlogs end, what would its risk be? */
export function DirectivePage({ id }: { readonly id: number }): JSX.Element {
  const loaded = useDirective(id);
  const { detail, error, reload } = loaded;
  useTitle(`${String(id)} ${detail?.name ?? ''} · Directives`);
  if (detail === null) {
    if (error?.status === 404) return <NoSuchDirective id={id} />;
    if (error !== null) return <ErrorState error={error} retry={reload} />;
    return <LoadingRows columns={4} />;
  }
  return (
    <div class="page">
      <ClusterNotice of={SHOWN} />
      {error !== null && <ErrorBar error={error} retry={reload} />}
      <div class="directive">
        <Main {...loaded} detail={detail} />
        <Rail {...loaded} detail={detail} />
      </div>
    </div>
  );
}

function Main(props: LoadedDirective & { readonly detail: DirectiveDetail }): JSX.Element {
  const { detail, source, statistics, reload } = props;
  useKeys({ u: { text: 'undo the last switch', run: undoSwitch } });
  return (
    <div class="main">
      <Crumb id={detail.id} />
      <h1>
        <DirectiveName name={detail.name} />
      </h1>
      <div class="tools">
        <OnOffPart detail={detail} reload={reload} />
        <a class="btn" href={fileOf(detail)}>
          {can.value.write_configuration ? 'Edit in' : 'Show in'} {detail.file}
        </a>
        <button
          type="button"
          class="btn"
          onClick={() => {
            copyText(detail.source);
          }}
        >
          <Icon name="copy" /> Copy as JSON
        </button>
      </div>
      <About detail={detail} />
      <Facts {...props} />
      {source !== null && <RulesLadder source={source} row={detail} statistics={statistics} />}
      <Backlogs id={detail.id} />
    </div>
  );
}

/** The state in words, and a button that says what it does. */
function OnOffPart({
  detail,
  reload,
}: {
  readonly detail: DirectiveDetail;
  readonly reload: () => void;
}): JSX.Element {
  const { enabled, disabled, off } = detail;
  return (
    <>
      <span class="state">
        {enabled ? 'On' : 'Off'}
        {disabled && <span class="mut">, disabled in its file</span>}
        {off !== null && (
          <span class="mut">
            {' '}
            since <Time at={off.since} /> by {off.by}
          </span>
        )}
      </span>
      {!disabled && can.value.switch_directives && (
        <button
          type="button"
          class="btn"
          onClick={() => {
            switchDirective(detail, !enabled, (row) => {
              keepRow(row);
              reload();
            });
          }}
        >
          {switchWords(detail)}
        </button>
      )}
    </>
  );
}

function Crumb({ id }: { readonly id: number }): JSX.Element {
  const { value: order } = shownOrder;
  const at = order.indexOf(id);
  const go = (by: number): void => {
    const next = order[at + by];
    if (at >= 0 && next !== undefined)
      navigate(formatAddress(['directives', String(next)]), { replace: true });
  };
  useKeys({
    j: {
      text: 'next directive',
      run: () => {
        go(1);
      },
    },
    k: {
      text: 'directive before',
      run: () => {
        go(-1);
      },
    },
    b: {
      text: 'its live backlogs',
      run: () => {
        navigate(backlogsOf(id));
      },
    },
    esc: {
      text: 'back to the directives',
      run: () => {
        navigate('#/directives');
      },
    },
  });
  useFoot({
    hints: [
      ...(at < 0 ? [] : [['j k', 'next, before'] as const]),
      ['b', 'its backlogs'],
      ['esc', 'all directives'],
    ],
  });
  return (
    <div class="crumb">
      <a class="link" href="#/directives">
        Directives
      </a>
      <span class="dim">/</span>
      <span>{id}</span>
      {at >= 0 && (
        <span class="push">
          {formatCount(at + 1)} of {formatCount(order.length)}
          <button
            type="button"
            class="icb"
            aria-label="Directive before"
            disabled={at === 0}
            onClick={() => {
              go(-1);
            }}
          >
            <Icon name="previous" />
          </button>
          <button
            type="button"
            class="icb"
            aria-label="Next directive"
            disabled={at === order.length - 1}
            onClick={() => {
              go(1);
            }}
          >
            <Icon name="next" />
          </button>
        </span>
      )}
    </div>
  );
}

const MOST_BACKLOGS = 50;

function Backlogs({ id }: { readonly id: number }): JSX.Element | null {
  const { list, renew } = useBacklogs({ directive: String(id) });
  if (list === null || list.rows.length + list.waiting.size === 0) return null;
  return (
    <section class="blk">
      <header>
        <h2>
          Live backlogs <span class="dim">{formatCount(list.total)}, soonest to end first</span>
        </h2>
        {list.waiting.size > 0 && (
          <button type="button" class="pill push" onClick={renew}>
            <Icon name="up" />
            {countOf(list.waiting.size, 'new backlog')}
          </button>
        )}
        {list.rows.length > MOST_BACKLOGS && (
          <a class="link push" href={backlogsOf(id)}>
            all {formatCount(list.total)}
          </a>
        )}
      </header>
      <OwnBacklogs rows={list.rows.slice(0, MOST_BACKLOGS)} />
    </section>
  );
}

function NoSuchDirective({ id }: { readonly id: number }): JSX.Element {
  return (
    <EmptyState title={<h1 class="same">No directive {id}</h1>}>
      No file that is loaded has it.{' '}
      <a class="link" href="#/directives">
        Show all directives
      </a>
    </EmptyState>
  );
}
