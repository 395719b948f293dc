// A standalone engine: events come over HTTP, and everything faces the outside (DESIGN §5).
import { mkdir } from 'node:fs/promises';
import { lockLogDirectory } from '../state/log-directory-lock.ts';
import { announceLogin } from './announce-login.ts';
import { startTimers, stopEngine, type EngineLife, type RunningEngine } from './engine-life.ts';
import { openParts, type EngineInput } from './engine-parts.ts';
import type { LifePhase } from './readiness.ts';
import { createFront, type StandaloneFront } from './standalone-server.ts';

/** How much longer than its limit an ending predecessor may take before we refuse to start. */
export const PREDECESSOR_MARGIN_MS = 5_000;

/** Starts everything; rejects when the log directory is in use or cannot be written, or the port cannot be had. */
export async function startStandalone(input: EngineInput): Promise<RunningEngine> {
  const { options, log } = input;
  await mkdir(options.logDir, { recursive: true });
  const waitMs = options.shutdownTimeout * 1000 + PREDECESSOR_MARGIN_MS;
  const lock = await lockLogDirectory({ logDir: options.logDir, waitMs, log });
  input.onLocked();
  const parts = await openParts(input);
  let phase: LifePhase = 'starting';
  const front = await createFront(input, parts, () => phase);
  const life: EngineLife = {
    ...{ input, parts, hands: front, lock },
    closeIntake: () => {
      phase = 'stopping';
      front.server.closeIntake();
      return Promise.resolve();
    },
    closeFront: (ms) => front.server.close(ms),
    stopTimers: startTimers(input, parts, front),
  };
  const listening = await listen(life, front);
  phase = 'running';
  const scheme = parts.access.tls === undefined ? 'http' : 'https';
  const directives = input.configuration.directives.length;
  log.info({ ...listening, scheme, directives }, 'ready for events');
  if (front.hasPage) announceLogin(parts.access, { ...listening, scheme }, log);
  let stopping: Promise<void> | undefined;
  return {
    listening,
    reload: () => {
      void front.service.reload('signal', 'SIGHUP');
    },
    stop: (reason) => {
      stopping ??= stopEngine(life, reason);
      return stopping;
    },
  };
}

/** An address that cannot be had must not cost what was taken over from the last run: it is saved again. */
async function listen(
  life: EngineLife,
  { server }: StandaloneFront,
): ReturnType<StandaloneFront['server']['listen']> {
  try {
    return await server.listen();
  } catch (err) {
    await stopEngine(life, 'the address cannot be had');
    throw err;
  }
}
