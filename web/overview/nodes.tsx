import type { JSX } from 'preact';
import type { NodeView, StatusView } from '../../server/schemas/status.ts';
import { Time } from '../controls/time.tsx';
import { formatCount } from '../format/numbers.ts';
import { nodeState } from './node-lines.ts';

/** A line a backend of a cluster; nothing for an engine that is alone. */
export function Nodes({ status }: { readonly status: StatusView }): JSX.Element | null {
  const { nodes } = status;
  if (nodes === undefined) return null;
  return (
    <section class="nodes" aria-labelledby="nodes">
      <h2 id="nodes">
        Backends <span class="dim">{formatCount(nodes.length)}</span>
      </h2>
      {nodes.length === 0 ? (
        <p class="mut">No backend has reported.</p>
      ) : (
        <div class="scroll-x" tabIndex={0} role="region" aria-labelledby="nodes">
          <table class="dense">
            <NodeHead />
            <tbody>
              {nodes.map((node) => (
                <NodeRow key={node.node} {...node} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function NodeHead(): JSX.Element {
  return (
    <thead>
      <tr>
        <th>Backend</th>
        <th>State</th>
        <th class="num">Events</th>
        <th class="num">Lost</th>
        <th class="num">In flight</th>
        <th class="num">Directives</th>
        <th class="num">Backlogs</th>
        <th class="num">Alarms</th>
        <th>Started</th>
        <th>Last seen</th>
        <th>Version</th>
      </tr>
    </thead>
  );
}

function NodeRow(node: NodeView): JSX.Element {
  const { answers, ledger, gauges, directives, alarms, since, last_seen: seen } = node;
  const { text, isTrouble } = nodeState(node);
  const lost = (ledger['lost'] ?? 0) + (ledger['lines_lost'] ?? 0);
  const count = (value: number | null | undefined): string =>
    !answers || value == null ? '' : formatCount(value);
  return (
    <tr>
      <td>{node.node}</td>
      <td class={isTrouble ? 'failed' : undefined} data-tip={text}>
        {text}
      </td>
      <td class="num">{count(ledger['accepted'])}</td>
      <td class={lost > 0 ? 'num failed' : 'num dim'}>{count(lost)}</td>
      <td class="num">{count(gauges['events_in_flight'])}</td>
      <td class="num">{count(directives)}</td>
      <td class="num">{count(gauges['backlogs'])}</td>
      <td class="num">{count(alarms)}</td>
      <td>{since > 0 && <Time at={since} />}</td>
      <td>{seen > 0 && <Time at={seen} precision="second" />}</td>
      <td class="mut">{node.version}</td>
    </tr>
  );
}
