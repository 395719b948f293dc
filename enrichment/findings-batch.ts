import type Logger from 'bunyan';
import type { Finding } from '../core/alarm/alarm-record.ts';
import type { LookUpOutcome } from './look-up-source.ts';

/** Findings for one alarm, to be united with those it has. */
export interface AlarmFindings {
  readonly intelHits: readonly Finding[];
  readonly vulnerabilities: readonly Finding[];
}

type Kind = keyof AlarmFindings;

/** Gathers the outcomes of one alarm's look-ups and delivers them: what is known at `finish` at once, the rest turn by turn. */
export class FindingsBatch {
  readonly #deliver: (findings: AlarmFindings) => void;
  readonly #log: Logger;
  #collected: Record<Kind, Finding[]> = { intelHits: [], vulnerabilities: [] };
  #outstanding = 0;
  #scheduled = false;
  #settle: () => void = () => undefined;

  constructor(deliver: (findings: AlarmFindings) => void, log: Logger) {
    this.#deliver = deliver;
    this.#log = log;
  }

  add(kind: Kind, outcome: LookUpOutcome | Promise<LookUpOutcome>): void {
    if (!(outcome instanceof Promise)) {
      this.#collect(kind, outcome);
      return;
    }
    this.#outstanding += 1;
    void outcome.then((findings) => {
      this.#outstanding -= 1;
      this.#collect(kind, findings);
      this.#schedule();
    });
  }

  /** Delivers what is known; undefined when nothing is outstanding, else a promise for the end of the last delivery. */
  finish(): Promise<void> | undefined {
    this.#flush();
    if (this.#outstanding === 0) return undefined;
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  #collect(kind: Kind, findings: LookUpOutcome): void {
    for (const finding of findings ?? []) this.#collected[kind].push(finding);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
      if (this.#outstanding === 0) this.#settle();
    });
  }

  #flush(): void {
    const findings = this.#collected;
    if (findings.intelHits.length + findings.vulnerabilities.length === 0) return;
    this.#collected = { intelHits: [], vulnerabilities: [] };
    try {
      this.#deliver(findings);
    } catch (err) {
      this.#log.error({ err }, 'findings could not be added to an alarm');
    }
  }
}
