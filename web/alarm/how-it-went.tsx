import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { AlarmDetail, StageView } from '../../server/schemas/alarm-detail.ts';
import { KeyHint } from '../controls/key-hint.tsx';
import { useKeys } from '../controls/keyboard.ts';
import { RiskChip, riskClassOf } from '../controls/risk-chip.tsx';
import { now, nowMinute, zone } from '../format/clock.ts';
import { formatTime } from '../format/times.ts';
import { Came } from '../ladder/came.tsx';
import { toLaneMarks } from '../ladder/lane-marks.ts';
import { exactScale, fitScale, type Span } from '../ladder/lane-scale.ts';
import { stageBeginnings } from '../ladder/stage-times.ts';
import { LadderStep } from '../ladder/step.tsx';
import '../ladder/ladder.css';
import type { AlarmEvent } from './event-pages.ts';
import { LaneAxis, Lane } from './lane.tsx';
import { laneWords } from './lane-words.ts';
import { contextOf, stageContexts } from './stage-context.ts';
import { allowedTime, bucketsOf, spanOf, timesByStage } from './stage-span.ts';
import { StageTable } from './stage-table.tsx';
import { useDragSpan, type DragSpan } from './use-drag-span.ts';

export interface HowItWentProps {
  readonly detail: AlarmDetail;
  readonly events: readonly AlarmEvent[];
  /** The time that somebody has zoomed to; null: all of it. */
  readonly zoom: Span | null;
  readonly setZoom: (zoom: Span | null) => void;
}

/** The attack as a ladder with a clock: what each stage needed, what came when, in which time, and how risk grew. */
export function HowItWent(props: HowItWentProps): JSX.Element {
  const { detail, events, zoom, setZoom } = props;
  const [isTable, setTable] = useState(false);
  const contexts = useMemo(() => stageContexts(detail, events), [detail, events]);
  const toggle = (): void => {
    setTable(!isTable);
  };
  useKeys({ T: { text: 'how it went as a table', run: toggle } });
  return (
    <section class="blk how" aria-labelledby="how-it-went">
      <header>
        <h2 id="how-it-went">How it went</h2>
        {zoom !== null && <Zoomed zoom={zoom} reset={setZoom} />}
        {!isTable && <LaneKey />}
        <button
          type="button"
          class={isTable ? 'link as-table push' : 'link as-table'}
          onClick={toggle}
        >
          <span class="sr">Show as </span>
          {isTable ? 'Ladder' : 'Table'} <KeyHint keys="T" />
        </button>
      </header>
      {isTable ? (
        <StageTable detail={detail} contexts={contexts} />
      ) : (
        <Lanes {...props} contexts={contexts} />
      )}
    </section>
  );
}

function LaneKey(): JSX.Element {
  return (
    <span class="push key" aria-hidden="true">
      <span>
        <i />
        event
      </span>
      <span>
        <i class="took" />
        stage took
      </span>
      <span>
        <i class="allowed" />
        time allowed
      </span>
    </span>
  );
}

function Zoomed({
  zoom,
  reset,
}: {
  readonly zoom: Span;
  readonly reset: (zoom: null) => void;
}): JSX.Element {
  const style = { zone: zone.value, now: nowMinute.value, precision: 'second' } as const;
  return (
    <button
      type="button"
      class="pill"
      data-tip="Back to the whole time (double click)"
      onClick={() => {
        reset(null);
      }}
    >
      {formatTime(zoom.from, style)} to {formatTime(zoom.to, style)}{' '}
      <span aria-hidden="true">×</span>
      <span class="sr">, back to the whole time</span>
    </button>
  );
}

interface LanesProps extends HowItWentProps {
  readonly contexts: ReturnType<typeof stageContexts>;
}

function Lanes({ detail, events, zoom, setZoom, contexts }: LanesProps): JSX.Element {
  const isRunning = detail.progress === 'running';
  const at = isRunning ? now.value : null;
  const offset = zone.value === 'utc' ? 0 : -new Date().getTimezoneOffset() * 60;
  const times = useMemo(() => timesByStage(events), [events]);
  const whole = spanOf(detail, times, at ?? 0);
  const { from, to } = zoom ?? whole;
  const fit = zoom === null ? fitScale : exactScale;
  const fitted = fit({ from, to }, offset);
  // The clock ticks each second, the scale changes seldom.
  const scale = useMemo(() => fit({ from, to }, offset), [fitted.from, fitted.to, offset]);
  const beginnings = stageBeginnings(detail.stages);
  const drag = useDragSpan(scale, setZoom);
  return (
    <div class="ladder wide">
      <div class="hd">
        <span />
        <span>Stage and what it needed</span>
        <LaneAxis scale={scale} now={at} zone={zone.value} today={nowMinute.value} />
        <span>Came</span>
        <span>Risk then</span>
      </div>
      <ol>
        {detail.stages.map((stage) => (
          <LadderStep
            key={stage.stage}
            state={stage.state}
            name={stage.name}
            rule={stage.rule}
            context={contextOf(contexts, stage.stage)}
          >
            <StageLane
              {...{ stage, detail, scale, drag, now: at }}
              times={times.get(stage.stage) ?? []}
              began={beginnings.get(stage.stage) ?? null}
            />
            <Came stage={stage} began={beginnings.get(stage.stage)} />
            <RiskThen stage={stage} detail={detail} />
          </LadderStep>
        ))}
      </ol>
    </div>
  );
}

interface StageLaneProps {
  readonly stage: StageView;
  readonly detail: AlarmDetail;
  readonly scale: ReturnType<typeof fitScale>;
  readonly drag: DragSpan;
  readonly times: readonly number[];
  readonly began: number | null;
  readonly now: number | null;
}

function StageLane(props: StageLaneProps): JSX.Element {
  const { stage, detail, scale, drag, times, began, now: at } = props;
  const marks = useMemo(
    () => toLaneMarks(times, bucketsOf(detail, stage.stage), scale),
    [times, detail, stage.stage, scale],
  );
  const { ended } = stage;
  const took = began === null || ended === null ? null : { from: began, to: ended };
  return (
    <div class="lane" {...drag.handlers}>
      <Lane
        {...{ scale, took, marks, now: at, dragged: drag.dragged }}
        allowed={allowedTime(stage, began)}
        label={laneWords({ stage, began }, times, { zone: zone.value, now: nowMinute.value })}
      />
    </div>
  );
}

/** The risk that a finished stage gave, or, dashed, that the one under way would give. */
function RiskThen({
  stage,
  detail,
}: {
  readonly stage: StageView;
  readonly detail: AlarmDetail;
}): JSX.Element {
  const { risk, would_be: wouldBe } = stage;
  const value = risk?.risk ?? wouldBe;
  return (
    <div class="then">
      {value !== null && (
        <>
          {risk === null && <span class="sr">would be </span>}
          <RiskChip
            risk={value}
            riskClass={riskClassOf(value, detail.risk_bounds)}
            next={risk === null}
          />
        </>
      )}
    </div>
  );
}
