// Watches the live feed for the alarms of attacks.
import type { AlarmState } from '../../core/alarm/alarm-state.ts';
import type { Attack } from '../../core/simulation/make-attack.ts';
import type { FeedMessage } from '../../server/feed/feed-message.ts';

/** An attack that was sent, and what the feed told of it; times are of `performance.now()`. */
export interface WitnessedAttack {
  readonly attack: Attack;
  readonly startedMs: number;
  /** When its first alarm was told. */
  firstAlarmMs: number | undefined;
  /** When an alarm was told with everything that is to come. */
  firedMs: number | undefined;
  alarmId: string | undefined;
  /** The last stage that an alarm showed as finished, 0 before the first. */
  finishedStage: number;
  risk: number;
}

/** The last stage whose end the alarm file tells: after it the risk is below 1, and nothing is written (SPEC §5). */
export function lastToldStage({ risks }: Attack): number {
  return risks.findLastIndex((risk) => risk > 0) + 1;
}

/** Pairs alarms with attacks; give it the feed's messages. */
export class Witness {
  /** Those that have not fired yet. */
  readonly #byDirective = new Map<number, WitnessedAttack[]>();
  /** Which attack an alarm was paired with. */
  readonly #owners = new Map<string, WitnessedAttack>();
  #clockAheadMs = 0;

  /** The engine's time for a time of ours, both in milliseconds. */
  engineTime(ms: number): number {
    return ms + this.#clockAheadMs;
  }

  /** Watches for an attack of which the first event is about to be sent. */
  expect(attack: Attack): WitnessedAttack {
    const witnessed: WitnessedAttack = {
      ...{ attack, startedMs: performance.now(), firstAlarmMs: undefined, firedMs: undefined },
      ...{ alarmId: undefined, finishedStage: 0, risk: 0 },
    };
    const { id } = attack.directive;
    const others = this.#byDirective.get(id);
    if (others === undefined) this.#byDirective.set(id, [witnessed]);
    else others.push(witnessed);
    return witnessed;
  }

  see(message: FeedMessage): void {
    if (message.kind === 'hello') {
      this.#clockAheadMs = message.time * 1000 - Date.now();
      return;
    }
    const states =
      message.kind === 'snapshot'
        ? message.alarms
        : message.updates.flatMap((update) => (update.kind === 'alarm' ? [update.state] : []));
    for (const state of states) {
      const witnessed = this.#findAttack(state);
      if (witnessed === undefined) continue;
      note(witnessed, state);
      if (witnessed.firedMs !== undefined) this.#forget(witnessed);
    }
  }

  #findAttack(state: AlarmState): WitnessedAttack | undefined {
    const { alarm_id: alarmId } = state.alarm;
    const owner = this.#owners.get(alarmId);
    const ours = (this.#byDirective.get(state.directive_id) ?? []).filter((witnessed) =>
      this.#canBeOf(state, witnessed),
    );
    if (owner !== undefined && owner.firedMs === undefined) return owner;
    const found = ours.find((witnessed) =>
      owner === undefined ? witnessed.alarmId === undefined : isMixed(witnessed, owner),
    );
    if (found === undefined) return owner;
    if (owner === undefined) this.#owners.set(alarmId, found);
    return found;
  }

  /** Fired ones are paired for good, and no longer looked through. */
  #forget(witnessed: WitnessedAttack): void {
    const pending = this.#byDirective.get(witnessed.attack.directive.id) ?? [];
    const index = pending.indexOf(witnessed);
    if (index >= 0) pending.splice(index, 1);
  }

  /** Whether the alarm has the addresses of the event that opens the attack, and took an event in since then. */
  #canBeOf({ alarm }: AlarmState, { attack, startedMs }: WitnessedAttack): boolean {
    const startedAgoMs = performance.now() - startedMs;
    const startedSecond = Math.floor((this.engineTime(Date.now()) - startedAgoMs) / 1000);
    if (alarm.update_time < startedSecond - 1) return false;
    const { from, to } = endsOf(attack);
    return alarm.src_ips.includes(from) && alarm.dst_ips.includes(to);
  }
}

/** Whether the alarm of `owner` took in an attack that it has nothing in common with by itself. */
function isMixed({ attack }: WitnessedAttack, owner: WitnessedAttack): boolean {
  const { from, to } = endsOf(attack);
  const own = new Set(owner.attack.events.flatMap(({ event }) => [event.src_ip, event.dst_ip]));
  return !own.has(from) || !own.has(to);
}

function endsOf({ events }: Attack): { readonly from: string; readonly to: string } {
  const [first] = events;
  return { from: String(first?.event.src_ip), to: String(first?.event.dst_ip) };
}

function note(witnessed: WitnessedAttack, { alarm }: AlarmState): void {
  const nowMs = performance.now();
  witnessed.firstAlarmMs ??= nowMs;
  witnessed.alarmId ??= alarm.alarm_id;
  for (const { stage, status } of alarm.rules) {
    if (status === 'finished') witnessed.finishedStage = Math.max(witnessed.finishedStage, stage);
  }
  witnessed.risk = Math.max(witnessed.risk, alarm.risk);
  if (witnessed.finishedStage >= lastToldStage(witnessed.attack)) witnessed.firedMs ??= nowMs;
}
