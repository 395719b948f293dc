// Runs the actor tree on inputs with given sequence numbers, times and batches: what the intake and clock do is up to the test.
import bunyan from 'bunyan';
import { startSystem, tell } from '../../actors/actor-ref.ts';
import { spawnAlarmWriter } from '../../actors/alarm-writer.ts';
import { spawnEnricher, type LookUps } from '../../actors/enricher.ts';
import type { AdmittedInput } from '../../actors/intake.ts';
import { spawnLiveFeed } from '../../actors/live-feed.ts';
import { createSupervision } from '../../actors/supervision.ts';
import { spawnSupervisor, type Supervisor } from '../../actors/supervisor.ts';
import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import { compileAssets } from '../../core/asset/compile-assets.ts';
import { alarmId } from '../../core/correlation/alarm-id.ts';
import type { CorrelationContext } from '../../core/correlation/backlog.ts';
import { compileDirective } from '../../core/directive/compile-directive.ts';
import type { Directive } from '../../core/directive/directive.ts';
import { parseEvent } from '../../core/event/parse-event.ts';
import { createEngineCounters } from '../../core/ledger/engine-counters.ts';
import { createEngineStatistics } from '../../core/ledger/engine-statistics.ts';
import { createLedger, findImbalances, type Ledger } from '../../core/ledger/ledger.ts';
import type { AppendFile } from '../../state/append-file.ts';
import { restoreBacklogs } from '../../state/restore-backlogs.ts';
import type { ModelInput, Scenario } from '../model/model-input.ts';

/** What one backlog wrote. */
export interface WrittenBacklog {
  readonly alarmId: string;
  readonly directiveId: number;
  readonly openedBySequence: number;
  readonly alarmEvents: readonly (readonly [stage: number, eventId: string])[];
  readonly alarms: readonly AlarmRecord[];
}

interface Written {
  readonly alarms: AlarmRecord[];
  readonly events: { alarm_id: string; stage: number; event_id: string }[];
}

const EPOCH = 'test';
const noLookUps: LookUps = { hasSources: () => false, lookUp: () => undefined };

/** Runs a scenario cut into `parcels` (sizes, ticks count); after the inputs at `reloadAt` all is saved and loaded again. */
export async function runEngine(
  scenario: Scenario & { readonly parcels: number[]; readonly reloadAt: number[] },
): Promise<{ backlogs: WrittenBacklog[] }> {
  const directives = scenario.directives.map((source) => compile(source));
  const context = createContext(scenario);
  const written: Written = { alarms: [], events: [] };
  let run = startRun({ directives, context, scenario, written });
  let start = 0;
  const reloads = new Set(scenario.reloadAt);
  for (const size of scenario.parcels) {
    let part: AdmittedInput[] = [];
    for (let index = start; index < start + size; index += 1) {
      const input = scenario.inputs[index];
      if (input === undefined) continue;
      part = feed(run, input, index, part);
      if (reloads.has(index)) {
        send(run, part);
        part = [];
        run = await reload(run, { directives, context, scenario, written });
      }
    }
    send(run, part);
    await settled(run);
    start += size;
  }
  await save(run);
  return { backlogs: gather(written, scenario) };
}

interface Run {
  readonly supervisor: Supervisor;
  readonly ledger: Ledger;
  readonly saved: Map<number, unknown[]>;
  inFlight: number;
}

interface RunParts {
  readonly directives: readonly Directive[];
  readonly context: CorrelationContext;
  readonly scenario: Scenario;
  readonly written: Written;
}

function startRun({ directives, context, scenario, written }: RunParts): Run {
  const system = startSystem();
  const log = bunyan.createLogger({ name: 'test', level: bunyan.FATAL + 1 });
  const supervision = createSupervision(log, () => undefined);
  const ledger = createLedger(0);
  const counters = createEngineCounters();
  const writer = spawnAlarmWriter(system, {
    ...{ log, supervision, node: '', onFailure: () => undefined },
    enricher: spawnEnricher(system, { lookUps: noLookUps, supervision }),
    hasLookUps: noLookUps.hasSources,
    liveFeed: spawnLiveFeed(system, { log, supervision }),
    alarms: collectLines(isAlarm, written.alarms),
    alarmEvents: collectLines(isAlarmEvent, written.events),
  });
  const saved = new Map<number, unknown[]>();
  const statistics = createEngineStatistics();
  const supervisor = spawnSupervisor(system, {
    ...{ log, supervision, ledger, counters, writer, directives, context },
    ...{ statistics, tracing: undefined },
    turnedOff: new Map(),
    ...{ idleSeconds: 0, maxDelayMs: 0, clockMs: () => 0, onLate: () => undefined },
    managers: {
      ...{ log, supervision, epoch: EPOCH, maxBacklogs: scenario.options.maxBacklogs },
      statistics: statistics.directives,
      collectKeeping: () => Promise.resolve(new Map()),
      saveBacklogs: async (directiveId, items) => {
        const list: unknown[] = [];
        for await (const item of items) list.push(JSON.parse(JSON.stringify(item)));
        saved.set(directiveId, list);
      },
      setAside: () => Promise.resolve(),
    },
    settle: (inputs) => {
      for (const input of inputs) {
        input.deliveries -= 1;
        if (input.deliveries <= 0) run.inFlight -= 1;
      }
    },
  });
  const run: Run = { supervisor, ledger, saved, inFlight: 0 };
  return run;
}

function feed(run: Run, input: ModelInput, index: number, part: AdmittedInput[]): AdmittedInput[] {
  if (input.kind === 'tick') {
    send(run, part);
    tell(run.supervisor.ref, { type: 'tick', now: input.now });
    return [];
  }
  const event = parseEvent(JSON.parse(JSON.stringify(input.event)));
  if (event === undefined) throw new Error('a generated event is invalid');
  part.push({ sequence: index, now: input.now, event, admittedMs: 0, deliveries: 0 });
  return part;
}

function send(run: Run, part: readonly AdmittedInput[]): void {
  if (part.length === 0) return;
  run.inFlight += part.length;
  run.ledger.accepted += part.length;
  run.ledger.received += part.length;
  run.ledger.unrouted += part.length;
  tell(run.supervisor.ref, { type: 'correlate', take: () => part });
}

async function settled(run: Run): Promise<void> {
  for (let quiet = 0; quiet < 3;) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    const busy = [...run.supervisor.state.slots.values()].some((slot) => slot.busy);
    quiet = busy || run.inFlight > 0 ? 0 : quiet + 1;
  }
  const imbalances = findImbalances(run.ledger);
  if (imbalances.length > 0) throw new Error(`out of balance: ${JSON.stringify(imbalances)}`);
}

async function save(run: Run): Promise<void> {
  await settled(run);
  await new Promise((done) => {
    tell(run.supervisor.ref, { type: 'save', done });
  });
}

async function reload(run: Run, parts: RunParts): Promise<Run> {
  await save(run);
  const next = startRun(parts);
  for (const [directiveId, items] of run.saved) {
    const directive = parts.directives.find(({ id }) => id === directiveId);
    if (directive === undefined) continue;
    const { rejected, ...restored } = restoreBacklogs(items, directive, parts.context);
    if (rejected.size > 0) throw new Error([...rejected.keys()].join());
    tell(next.supervisor.ref, { type: 'restore', restored: { directiveId, ...restored } });
  }
  return next;
}

function compile(source: Scenario['directives'][number]): Directive {
  const { directive, faults } = compileDirective(source);
  if (directive === undefined) throw new Error(JSON.stringify(faults));
  return directive;
}

function createContext({ assets, options }: Scenario): CorrelationContext {
  return {
    assets: compileAssets(assets).assets,
    discardOutOfOrder: options.discardOorEvents,
    minAlarmLifetimeSeconds: options.minAlarmLifetimeMinutes * 60,
    medRiskMin: options.medRiskMin,
    medRiskMax: options.medRiskMax,
    initialStatus: options.status,
    initialTag: options.tag,
  };
}

function gather(written: Written, { directives, inputs }: Scenario): WrittenBacklog[] {
  const backlogs: WrittenBacklog[] = [];
  for (const { id } of directives) {
    for (const sequence of inputs.keys()) {
      const own = alarmId(EPOCH, id, sequence);
      const alarmEvents = written.events
        .filter((line) => line.alarm_id === own)
        .map((line) => [line.stage, line.event_id] as const);
      if (alarmEvents.length === 0) continue;
      const alarms = written.alarms.filter((line) => line.alarm_id === own);
      backlogs.push({
        ...{ alarmId: own, directiveId: id, openedBySequence: sequence, alarmEvents, alarms },
      });
    }
  }
  return backlogs;
}

function isAlarm(line: object): line is AlarmRecord {
  return 'alarm_id' in line && 'rules' in line;
}

function isAlarmEvent(line: object): line is Written['events'][number] {
  return 'alarm_id' in line && 'stage' in line && 'event_id' in line;
}

/** An append file in memory whose lines are on file one turn later. */
function collectLines<Line>(
  isLine: (line: object) => line is Line & object,
  lines: Line[],
): AppendFile {
  return {
    append: (text, _, onWritten) => {
      for (const line of text.split('\n').slice(0, -1)) {
        const parsed: unknown = JSON.parse(line);
        if (typeof parsed !== 'object' || parsed === null || !isLine(parsed)) {
          throw new Error(`not a line of this file: ${line}`);
        }
        lines.push(parsed);
      }
      if (onWritten !== undefined) setImmediate(onWritten);
    },
    flushed: () => Promise.resolve(),
    errors: 0,
    flushLagMs: () => 0,
    close: () => Promise.resolve(),
    closeWithin: () => Promise.resolve(),
  };
}
