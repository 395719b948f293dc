// One run of `dsiem simulate`: attacks and noise go out, alarms come in, every directive gets its verdict.
import { setTimeout as delay } from 'node:timers/promises';
import { AddressChooser } from '../../core/simulation/address-chooser.ts';
import {
  makeAttack,
  type Attack,
  type AttackEvent,
  type AttackMaker,
} from '../../core/simulation/make-attack.ts';
import type { Cast } from '../../core/simulation/make-stage.ts';
import { createNoise } from '../../core/simulation/make-noise.ts';
import { createRandom } from '../../core/simulation/random.ts';
import { stampEvent, type SimulatedEvent } from '../../core/simulation/simulated-event.ts';
import type { Directive } from '../../core/directive/directive.ts';
import type { Detections } from './detections.ts';
import type { EventSink } from './event-sink.ts';
import { createPacer, type Pacer } from './pacer.ts';
import type { DirectiveTrial } from './simulation-report.ts';
import type { Witness, WitnessedAttack } from './witness.ts';

/** What is simulated, and how fast. */
export interface SimulationPlan {
  readonly detections: Detections;
  /** Each is one attacker's: the directives of a story in their order, or one. */
  readonly stories: readonly (readonly Directive[])[];
  /** Attacks by each story. */
  readonly count: number;
  /** The attacks begin evenly spread over so many seconds; 0: as soon as they can. */
  readonly durationSeconds: number;
  /** Events of attacks a second; 0 for as many as the engine takes. */
  readonly rate: number;
  /** Stories at the same time. */
  readonly concurrency: number;
  /** Background events a second. */
  readonly noise: number;
  /** How long alarms are waited for after the last event. */
  readonly timeoutSeconds: number;
  readonly seed: number;
}

export interface SimulationDeps {
  readonly plan: SimulationPlan;
  readonly sink: EventSink;
  /** Told by the feed; undefined when nobody watches. */
  readonly witness: Witness | undefined;
  /** Stops everything early. */
  readonly signal: AbortSignal;
  readonly onProgress: (sums: SimulationSums) => void;
}

/** How far a run is. */
export interface SimulationSums {
  readonly attacks: number;
  readonly events: number;
  readonly noise: number;
}

/** Events of one request: few enough that an engine with a small queue takes them. */
const CHUNK = 200;
const NOISE_TURN_MS = 100;
const POLL_MS = 20;
/** A stage that lives for less has its events dated ahead, so that they do not expire on their way. */
const SHORT_TIMEOUT_SECONDS = 2;

/** Runs the plan; resolves when every alarm has come or the time is over, rejects with what the sink rejects with. */
export async function runSimulation(
  deps: SimulationDeps,
): Promise<{ readonly trials: readonly DirectiveTrial[]; readonly sums: SimulationSums }> {
  const run = new SimulationRun(deps);
  await run.finish();
  return { trials: run.trials, sums: run.sums };
}

class SimulationRun {
  readonly trials: readonly DirectiveTrial[];
  readonly sums = { attacks: 0, events: 0, noise: 0 };
  readonly #deps: SimulationDeps;
  readonly #maker: AttackMaker;
  readonly #pacer: Pacer;
  /** Ends with the attacks, early when something fails. */
  readonly #ending = new AbortController();
  readonly #signal: AbortSignal;
  /** Part of every event id: no two runs share one, with the same seed neither. */
  readonly #name = Date.now().toString(36);
  #stamped = 0;

  constructor(deps: SimulationDeps) {
    const { detections, stories, seed, rate } = deps.plan;
    const { assets, assetSources } = detections;
    const random = createRandom(seed);
    let invented = 0;
    this.#deps = deps;
    this.#signal = AbortSignal.any([deps.signal, this.#ending.signal]);
    this.#pacer = createPacer(rate, this.#signal);
    this.#maker = {
      ...{ assets, random, addresses: new AddressChooser(assetSources, assets, random) },
      invent: () => `simulated-${this.#name}-${String((invented += 1))}`,
    };
    this.trials = [...new Set(stories.flat())].map((directive) => ({
      ...{ directive, attacks: [], faults: [], remarks: new Set<string>() },
    }));
  }

  async finish(): Promise<void> {
    const noise = this.#makeNoise();
    const failed = noise.catch(() => {
      this.#ending.abort();
    });
    try {
      await this.#attack();
      await this.#awaitAlarms();
    } finally {
      this.#ending.abort();
      await failed;
    }
    await noise;
  }

  async #attack(): Promise<void> {
    const { stories, count, durationSeconds, concurrency } = this.#deps.plan;
    const total = stories.length * count;
    const startMs = performance.now();
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < total && !this.#signal.aborted) {
        const index = next;
        next += 1;
        const waitMs = startMs + (index * durationSeconds * 1000) / total - performance.now();
        if (waitMs > 0) await this.#sleep(waitMs);
        await this.#tell(stories[index % stories.length] ?? []);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, total) }, work));
  }

  /** Lets one attacker go through a story. */
  async #tell(story: readonly Directive[]): Promise<void> {
    let cast: Cast | undefined;
    for (const directive of story) {
      const trial = this.trials.find((candidate) => candidate.directive === directive);
      if (trial === undefined || trial.faults.length > 0 || this.#signal.aborted) continue;
      const result = makeAttack(directive, this.#maker, cast);
      if ('faults' in result) {
        trial.faults = result.faults;
        continue;
      }
      const { attack } = result;
      cast ??= castOf(attack);
      this.#remarkOnRate(trial);
      const witnessed = this.#deps.witness?.expect(attack) ?? unwatched(attack);
      trial.attacks.push(witnessed);
      await this.#send(attack, trial);
      this.sums.attacks += 1;
      this.#deps.onProgress(this.sums);
    }
  }

  async #send({ directive, events }: Attack, trial: DirectiveTrial): Promise<void> {
    const isShort = directive.ruleSet.rules
      .slice(1)
      .some(({ timeoutSeconds }) => timeoutSeconds < SHORT_TIMEOUT_SECONDS);
    for (const chunk of this.#cut(events)) {
      if (this.#signal.aborted) return;
      await this.#pacer.take(chunk.length);
      const aheadMs = isShort ? 1000 : 0;
      const texts = chunk.map(({ event }) => this.#stamp(event, aheadMs));
      const { accepted, refused } = await this.#deps.sink.post(texts);
      this.sums.events += accepted;
      for (const { index, status, reason } of refused) {
        const stage = String(chunk[index]?.stage ?? '?');
        const refusal = `an event of stage ${stage} was refused: ${String(status)}, ${reason}`;
        trial.remarks.add(`directive ${String(directive.id)}: ${refusal}`);
      }
      this.#deps.onProgress(this.sums);
    }
  }

  /** With a rate, small parts: an event waits for its own turn. */
  *#cut(events: readonly AttackEvent[]): Generator<readonly AttackEvent[]> {
    const { rate } = this.#deps.plan;
    const size = rate > 0 ? Math.min(CHUNK, Math.max(1, Math.floor(rate / 20))) : CHUNK;
    for (let start = 0; start < events.length; start += size) {
      yield events.slice(start, start + size);
    }
  }

  #stamp(event: SimulatedEvent, aheadMs = 0): string {
    this.#stamped += 1;
    const now = this.#deps.witness?.engineTime(Date.now()) ?? Date.now();
    const id = `simulated-${this.#name}-${String(this.#stamped)}`;
    return JSON.stringify(stampEvent(event, { id, time: new Date(now + aheadMs).toISOString() }));
  }

  #remarkOnRate({ directive, remarks }: DirectiveTrial): void {
    const { rate } = this.#deps.plan;
    if (rate <= 0) return;
    for (const { stage, occurrence, timeoutSeconds } of directive.ruleSet.rules.slice(1)) {
      const takes = Math.ceil(occurrence / rate);
      if (takes <= timeoutSeconds) continue;
      const seconds = `${String(takes)} s at this rate, its timeout is ${String(timeoutSeconds)} s`;
      remarks.add(`directive ${String(directive.id)}, stage ${String(stage)}: takes ${seconds}`);
    }
  }

  async #makeNoise(): Promise<void> {
    const { noise: perSecond, detections, seed } = this.#deps.plan;
    if (perSecond <= 0) return;
    const { assets, assetSources, directives } = detections;
    // of its own, so that the same seed makes the same attacks whatever is around them
    const random = createRandom(seed + 1);
    const addresses = new AddressChooser(assetSources, assets, random);
    const make = createNoise({ directives, assets, addresses, random });
    const startMs = performance.now();
    let made = 0;
    while (!this.#signal.aborted) {
      const due = Math.floor(((performance.now() - startMs) * perSecond) / 1000) - made;
      const texts = Array.from({ length: Math.min(due, 10 * CHUNK) }, () => this.#stamp(make()));
      made += texts.length;
      const { accepted } = await this.#deps.sink.post(texts);
      this.sums.noise += accepted;
      this.#deps.onProgress(this.sums);
      await this.#sleep(NOISE_TURN_MS);
    }
  }

  async #awaitAlarms(): Promise<void> {
    if (this.#deps.witness === undefined) return;
    const endMs = performance.now() + this.#deps.plan.timeoutSeconds * 1000;
    const attacks = this.trials.flatMap((trial) => trial.attacks);
    while (attacks.some(({ firedMs }) => firedMs === undefined)) {
      if (performance.now() >= endMs || this.#signal.aborted) return;
      await this.#sleep(POLL_MS);
      this.#deps.onProgress(this.sums);
    }
  }

  async #sleep(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#signal }).catch(() => undefined);
  }
}

/** The attacker and the victim: later steps may turn them round. */
function castOf({ events }: Attack): Cast {
  const [first] = events;
  const attacker = String(first?.event.src_ip);
  const victim = String(first?.event.dst_ip);
  return { from: [attacker, victim], to: [victim, attacker] };
}

function unwatched(attack: Attack): WitnessedAttack {
  return {
    ...{ attack, startedMs: performance.now(), firstAlarmMs: undefined, firedMs: undefined },
    ...{ alarmId: undefined, finishedStage: 0, risk: 0 },
  };
}
