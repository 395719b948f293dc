// The alarms that the writer keeps: those whose backlog lives or whose look-ups run.
import type { AlarmAction } from '../core/alarm/alarm-action.ts';
import type { AlarmKeeping } from '../core/alarm/alarm-keeping.ts';
import type { AlarmRecord, Finding, Findings } from '../core/alarm/alarm-record.ts';
import type { AlarmState, EngineChange } from '../core/alarm/alarm-state.ts';
import { uniteFindings } from '../core/alarm/unite-findings.ts';

/** An alarm with its newest state and all that is laid over it; changed in place. */
export interface KeptAlarm {
  /** The newest state without findings and marks; undefined for a reloaded alarm that has had no update yet. */
  state: AlarmState | undefined;
  intelHits: readonly Finding[];
  vulnerabilities: readonly Finding[];
  /** What persons set; undefined stands for what the state has. */
  status: string | undefined;
  tag: string | undefined;
  deleted: boolean;
  lookUpsRunning: number;
  backlogLives: boolean;
}

/** Text for a file with the number of its lines; changed in place. */
export interface Lines {
  text: string;
  count: number;
}

/** Where a state goes: lines of the alarm file, and changes for store and feed. */
export interface AlarmOutput {
  readonly alarms: Lines;
  readonly changes: EngineChange[];
}

/** An alarm of which nothing is known yet. */
export function createKeptAlarm(state?: AlarmState): KeptAlarm {
  return {
    state,
    ...{ intelHits: [], vulnerabilities: [], lookUpsRunning: 0, backlogLives: true },
    ...{ status: undefined, tag: undefined, deleted: false },
  };
}

/** The kept alarm with this id, a new one if there is none. */
export function keepAlarm(alarms: Map<string, KeptAlarm>, alarmId: string): KeptAlarm {
  const present = alarms.get(alarmId);
  if (present !== undefined) return present;
  const kept = createKeptAlarm();
  alarms.set(alarmId, kept);
  return kept;
}

/** Lets go of an alarm that nothing can change any more but a person. */
export function forgetIfOver(
  alarms: Map<string, KeptAlarm>,
  alarmId: string,
  kept: KeptAlarm,
): void {
  if (!kept.backlogLives && kept.lookUpsRunning <= 0) alarms.delete(alarmId);
}

/** The newest state with all findings and what persons set: one line of siem_alarms.json, unless it is deleted. */
export function writeAlarm(kept: KeptAlarm, { alarms, changes }: AlarmOutput): void {
  if (kept.state === undefined) return;
  const { intelHits, vulnerabilities, status, tag, deleted } = kept;
  const { alarm: record } = kept.state;
  const alarm: AlarmRecord = {
    ...record,
    status: status ?? record.status,
    tag: tag ?? record.tag,
    ...(intelHits.length > 0 ? { intel_hits: intelHits } : {}),
    ...(vulnerabilities.length > 0 ? { vulnerabilities } : {}),
  };
  if (deleted) {
    changes.push({ type: 'alarm', state: { ...kept.state, alarm, deleted } });
    return;
  }
  alarms.text += `${JSON.stringify(alarm)}\n`;
  alarms.count += 1;
  changes.push({ type: 'alarm', state: { ...kept.state, alarm } });
}

/** Adds findings; answers whether any is new (SPEC §8: results never shrink). */
export function addFindings(kept: KeptAlarm, found: Findings): boolean {
  const intelHits = uniteFindings(kept.intelHits, found.intelHits);
  const vulnerabilities = uniteFindings(kept.vulnerabilities, found.vulnerabilities);
  if (intelHits === kept.intelHits && vulnerabilities === kept.vulnerabilities) return false;
  kept.intelHits = intelHits;
  kept.vulnerabilities = vulnerabilities;
  return true;
}

/** Does what persons want; a new status or tag and a restored alarm are a line (SPEC §6), everything is told. */
export function carryOutActions(
  kept: KeptAlarm,
  actions: readonly AlarmAction[],
  output: AlarmOutput,
): void {
  let isLineDue = false;
  for (const { what, value } of actions) {
    if (what === 'status') kept.status = value;
    if (what === 'tag') kept.tag = value;
    if (what === 'delete') kept.deleted = true;
    if (what === 'restore') kept.deleted = false;
    isLineDue ||= what === 'status' || what === 'tag' || what === 'restore';
  }
  if (isLineDue) writeAlarm(kept, output);
  for (const action of actions) output.changes.push({ type: 'action', action });
}

/** What is to be saved with the backlogs of these alarms. */
export function collectKeeping(
  alarms: ReadonlyMap<string, KeptAlarm>,
  alarmIds: readonly string[],
): ReadonlyMap<string, AlarmKeeping> {
  const found = new Map<string, AlarmKeeping>();
  for (const alarmId of alarmIds) {
    const kept = alarms.get(alarmId);
    if (kept !== undefined) found.set(alarmId, kept);
  }
  return found;
}
