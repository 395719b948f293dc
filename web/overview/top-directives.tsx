import type { JSX } from 'preact';
import { formatCount } from '../format/numbers.ts';
import { ALL_STATUSES, queueAddress } from '../router/queue-state.ts';
import type { DirectiveAlarms } from './risk-series.ts';
import { useDirectiveNames } from './use-directive-names.ts';

const RISKS = ['high', 'medium', 'low'] as const;

/** The directives that have raised most alarms in 24 h; each leads to its alarms. */
export function TopDirectives({
  directives,
}: {
  readonly directives: readonly DirectiveAlarms[];
}): JSX.Element {
  const names = useDirectiveNames(directives.map(({ id }) => id));
  const most = Math.max(1, ...directives.map(({ total }) => total));
  return (
    <section class="c4" aria-labelledby="top-directives">
      <h2 id="top-directives">
        Directives that alarm most <span class="push">24 h</span>
      </h2>
      {directives.length === 0 && <p class="mut">None has alarmed.</p>}
      <ul class="rank">
        {directives.map((one) => {
          const name = names.get(one.id) ?? '';
          const filter = { directive: [String(one.id)] };
          return (
            <li key={one.id}>
              <a
                class="clip"
                data-tip={name === '' ? undefined : `${String(one.id)} ${name}`}
                href={queueAddress({ status: ALL_STATUSES, is: filter, time: '24h' })}
              >
                {name === '' ? `Directive ${String(one.id)}` : name}
              </a>
              <span class="bars" aria-hidden="true">
                <span style={{ width: `${String((one.total / most) * 100)}%` }}>
                  {RISKS.filter((risk) => one[risk] > 0).map((risk) => (
                    <i key={risk} class={risk} style={{ flexGrow: one[risk] }} />
                  ))}
                </span>
              </span>
              <span class="num" aria-label={riskWords(one)}>
                {formatCount(one.total)}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function riskWords({ total, high, medium, low }: DirectiveAlarms): string {
  return `${formatCount(total)}: ${String(high)} High, ${String(medium)} Medium, ${String(low)} Low`;
}
