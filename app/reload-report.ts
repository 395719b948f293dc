import type Logger from 'bunyan';
import type { ReloadReport } from '../actors/slot-reload.ts';
import type { ReloadView } from '../server/schemas/reload.ts';

/** What the engine changed, as REST shows it. */
export function describeReport(report: ReloadReport): ReloadView['directives'] {
  const { added, changed, removed, renamed, unchanged } = report;
  return {
    ...{ added: [...added], changed: [...changed], removed: [...removed], renamed: [...renamed] },
    unchanged,
  };
}

/** That nothing was changed of so many directives. */
export function describeNoChange(unchanged: number): ReloadView['directives'] {
  return { added: [], changed: [], removed: [], renamed: [], unchanged };
}

/** Logs what a reload did, or every fault that kept it from doing so. */
export function logReload(log: Logger, reload: ReloadView): void {
  const { reason, by, took_ms, files, backlogs_set_aside, warnings, faults } = reload;
  if (!reload.ok) {
    for (const { text } of faults) log.error({ fault: text }, 'configuration');
    const found = { reason, by, faults: faults.length };
    log.error(found, 'the configuration cannot be loaded, the old one stays');
    return;
  }
  const { added, changed, removed, renamed, unchanged } = reload.directives;
  const directives = { added, changed, removed, renamed, unchanged };
  log.info(
    { reason, by, took_ms, directives, files, backlogs_set_aside, warnings },
    'the configuration was loaded anew',
  );
}
