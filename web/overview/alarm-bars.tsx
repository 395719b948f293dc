import type { JSX } from 'preact';
import { StackedBars } from '../charts/stacked-bars.tsx';
import { countOf, formatCount } from '../format/numbers.ts';
import { ALL_STATUSES, queueAddress } from '../router/queue-state.ts';
import { navigate } from '../router/router.ts';
import { sumBars } from './risk-series.ts';
import type { AlarmFigures } from './use-alarm-figures.ts';

/** Alarms of the last day by the time of their last change, which is what the queue's time means. */
export function AlarmBars({ figures }: { readonly figures: AlarmFigures }): JSX.Element {
  const { bars, step } = figures;
  const { low, medium, high } = sumBars(bars);
  const label = `Alarms of 24 h: ${countOf(high, 'High', 'High')}, ${formatCount(medium)} Medium, ${formatCount(low)} Low`;
  return (
    <section class="c8" aria-labelledby="alarms-24h">
      <h2 id="alarms-24h">
        Alarms <span class="dim">24 h, every {step / 60} min</span>
        <span class="push key">
          <span>
            <i class="high" />
            High {formatCount(high)}
          </span>
          <span>
            <i class="medium" />
            Medium {formatCount(medium)}
          </span>
          <span>
            <i class="low" />
            Low {formatCount(low)}
          </span>
        </span>
      </h2>
      <StackedBars
        axis
        {...{ bars, step, label, height: 160 }}
        select={(from, to) => {
          const time = `${String(from)}..${String(to - 1)}`;
          navigate(queueAddress({ status: ALL_STATUSES, time }));
        }}
      />
    </section>
  );
}
