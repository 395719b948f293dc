// The engine's figures, asked for every two seconds while the page is seen.
import { signal, type ReadonlySignal } from '@preact/signals';
import type { StatusView } from '../../server/schemas/status.ts';
import { toApiError, type ApiError } from '../api/api-error.ts';
import { getJson } from '../api/client.ts';
import { serverNow } from '../format/clock.ts';

export interface EngineFigures {
  readonly status: StatusView;
  /** Accepted events a second since the figures before; null for the first ones. */
  readonly eventsPerSecond: number | null;
  /** Unix seconds with fraction. */
  readonly at: number;
}

const PERIOD_MS = 2000;
const figures = signal<EngineFigures | null>(null);
const failure = signal<ApiError | null>(null);

/** The newest figures; null until there are some. */
export const engineFigures: ReadonlySignal<EngineFigures | null> = figures;

/** Why the newest request for figures failed; null when it did not. */
export const engineFailure: ReadonlySignal<ApiError | null> = failure;

/** Starts asking; once for a page. */
export function startEngineStatus(): void {
  void ask();
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void read();
  });
}

async function ask(): Promise<void> {
  if (!document.hidden) await read();
  setTimeout(() => void ask(), PERIOD_MS);
}

async function read(): Promise<void> {
  try {
    const status = await getJson<StatusView>('/status');
    figures.value = toFigures(status, figures.peek(), serverNow());
    failure.value = null;
  } catch (thrown) {
    failure.value = toApiError(thrown);
  }
}

/** The figures that follow those before; a restart of the engine begins anew. */
function toFigures(status: StatusView, before: EngineFigures | null, at: number): EngineFigures {
  const span = before === null ? 0 : at - before.at;
  const accepted = status.ledger.accepted - (before?.status.ledger.accepted ?? 0);
  const comparable = span > 0.5 && accepted >= 0 && before?.status.started === status.started;
  const kept = span > 0 && span <= 0.5 ? (before?.eventsPerSecond ?? null) : null;
  return { status, eventsPerSecond: comparable ? accepted / span : kept, at };
}
