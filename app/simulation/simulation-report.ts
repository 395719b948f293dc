import { formatFault } from '../../config/configuration-fault.ts';
import type { Directive } from '../../core/directive/directive.ts';
import type { Fault } from '../../core/directive/fault.ts';
import { lastToldStage, type WitnessedAttack } from './witness.ts';

/** What was tried on one directive. */
export interface DirectiveTrial {
  readonly directive: Directive;
  readonly attacks: WitnessedAttack[];
  /** Why there is no attack on it. */
  faults: readonly Fault[];
  /** What may have kept it from firing. */
  readonly remarks: Set<string>;
}

/**
 * `fired`: every attack brought its alarm, with every stage; `incomplete`: one stopped at a stage; `silent`: one brought no
 * alarm; `impossible`: no events can raise one; `not tried`: there was no time; `sent`: nobody watched.
 */
export type Verdict = 'fired' | 'incomplete' | 'silent' | 'impossible' | 'not tried' | 'sent';

/** What a simulation found out, as `--json` prints it. */
export interface SimulationReport {
  /** Whether every directive fired; true when nobody watched. */
  readonly ok: boolean;
  readonly seed: number;
  readonly events: number;
  readonly noise: number;
  /** How often the engine asked to wait. */
  readonly waits: number;
  readonly directives: readonly DirectiveRow[];
}

interface DirectiveRow {
  readonly id: number;
  readonly name: string;
  readonly verdict: Verdict;
  readonly attacks: number;
  readonly fired: number;
  /** The stage that the weakest attack finished, of so many. */
  readonly stage: number;
  readonly stages: number;
  readonly risk: number;
  /** Milliseconds from the first event to the first alarm, and to the one with all stages; the slowest attack's. */
  readonly first_alarm_ms?: number;
  readonly fired_ms?: number;
  readonly alarm_ids: readonly string[];
  readonly reasons: readonly string[];
}

/** Sums up the trials; without a watch there is no verdict on what was sent. */
export function describeTrials(
  trials: readonly DirectiveTrial[],
  isWatched: boolean,
): readonly DirectiveRow[] {
  return trials.map((trial) => describeTrial(trial, isWatched));
}

function describeTrial(trial: DirectiveTrial, isWatched: boolean): DirectiveRow {
  const { directive, attacks, faults, remarks } = trial;
  const verdict = judge(trial, isWatched);
  const fired = attacks.filter(({ firedMs }) => firedMs !== undefined);
  const firstMs = slowest(attacks, ({ firstAlarmMs }) => firstAlarmMs);
  const firedMs = slowest(attacks, (attack) => attack.firedMs);
  return {
    ...{ id: directive.id, name: directive.name, verdict },
    ...{ attacks: attacks.length, fired: fired.length },
    stage: attacks.length === 0 ? 0 : Math.min(...attacks.map(shownStage)),
    stages: directive.ruleSet.rules.length,
    risk: Math.max(0, ...attacks.map(({ risk }) => risk)),
    ...(firstMs !== undefined && { first_alarm_ms: firstMs }),
    ...(firedMs !== undefined && { fired_ms: firedMs }),
    alarm_ids: attacks.flatMap(({ alarmId }) => alarmId ?? []),
    reasons: [
      ...faults.map((fault) =>
        formatFault({ file: `directive ${String(directive.id)}`, ...fault }),
      ),
      ...(verdict === 'fired' ? [] : remarks),
    ],
  };
}

/** With a last stage of no risk, the stages that are told stand for all. */
function shownStage({ attack, finishedStage, firedMs }: WitnessedAttack): number {
  if (firedMs === undefined) return finishedStage;
  return Math.max(finishedStage, lastToldStage(attack), attack.risks.length);
}

function judge({ attacks, faults }: DirectiveTrial, isWatched: boolean): Verdict {
  if (faults.length > 0) return 'impossible';
  if (attacks.length === 0) return 'not tried';
  if (!isWatched) return 'sent';
  if (attacks.some(({ firstAlarmMs }) => firstAlarmMs === undefined)) return 'silent';
  return attacks.every(({ firedMs }) => firedMs !== undefined) ? 'fired' : 'incomplete';
}

function slowest(
  attacks: readonly WitnessedAttack[],
  endOf: (attack: WitnessedAttack) => number | undefined,
): number | undefined {
  const took = attacks.flatMap((attack) => {
    const end = endOf(attack);
    return end === undefined ? [] : [Math.round(end - attack.startedMs)];
  });
  return took.length === 0 ? undefined : Math.max(...took);
}

const LONGEST_NAME = 60;

/** The report for people: a table, then the reasons, then the sum. */
export function formatReport(report: SimulationReport, isWatched: boolean): string {
  const { directives, events, noise, waits, seed } = report;
  const head = ['DIRECTIVE', 'RESULT', 'ALARMS', 'STAGES', 'RISK', 'FIRST ALARM', 'ALL', 'NAME'];
  const rows = directives.map((row) => [
    ...[String(row.id), row.verdict],
    ...(isWatched ? seen(row) : [`-/${String(row.attacks)}`, `-/${String(row.stages)}`, '-']),
    ...[formatMs(row.first_alarm_ms), formatMs(row.fired_ms)],
    row.name.slice(0, LONGEST_NAME),
  ]);
  const reasons = directives.flatMap((row) => row.reasons);
  const fired = directives.filter(({ verdict }) => verdict === 'fired').length;
  const sum = isWatched
    ? `${String(fired)} of ${String(directives.length)} directives fired`
    : 'events were written, nobody watched for alarms';
  const asked = waits === 0 ? '' : `, the engine asked ${String(waits)} times to wait`;
  return [
    formatTable([head, ...rows]),
    ...reasons.map((reason) => `${reason}\n`),
    `${sum}; ${String(events)} events of attacks, ${String(noise)} of noise${asked}; seed ${String(seed)}\n`,
  ].join('');
}

function seen({ fired, attacks, stage, stages, risk }: DirectiveRow): string[] {
  return [
    `${String(fired)}/${String(attacks)}`,
    `${String(stage)}/${String(stages)}`,
    String(risk),
  ];
}

function formatMs(ms: number | undefined): string {
  return ms === undefined ? '-' : `${(ms / 1000).toFixed(2)} s`;
}

function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
