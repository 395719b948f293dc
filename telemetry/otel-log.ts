import type Logger from 'bunyan';

/** A collector that is away is told of once a minute. */
const QUIET_MS = 60_000;
const LONGEST_PROBLEM = 500;

/** Has OpenTelemetry's own troubles logged as warnings. */
export async function logDiagnostics(log: Logger): Promise<void> {
  const { diag, DiagLogLevel } = await import('@opentelemetry/api');
  let nextMs = 0;
  const warn = (problem: string): void => {
    if (performance.now() < nextMs) return;
    nextMs = performance.now() + QUIET_MS;
    log.warn({ problem: messageOf(problem) }, 'telemetry cannot be sent');
  };
  const ignore = (): void => undefined;
  diag.setLogger(
    { error: warn, warn, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

/** OpenTelemetry gives an error as JSON with its stack. */
function messageOf(problem: string): string {
  const message = /"message":"((?:[^"\\]|\\.)*)"/.exec(problem)?.[1];
  return (message ?? problem).slice(0, LONGEST_PROBLEM);
}
