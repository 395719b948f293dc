// The engine's side of the store's thread: starts it, starts it again when it fails, and carries questions and answers.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type Logger from 'bunyan';
import { AlarmStoreFailedError } from '../../core/alarm/alarm-store-failed-error.ts';
import { createFailureReport, type FailureReport } from '../failure-report.ts';
import type { ChangeBatch } from './change-batch.ts';
import type { FormerRuns } from './former-runs.ts';
import type {
  DatabaseOptions,
  QuestionName,
  StoreNote,
  StoreQuestions,
  StoreReport,
  StoreRequest,
} from './store-request.ts';

const FIRST_RESTART_MS = 250;
const LONGEST_RESTART_MS = 30_000;
/** A thread that hangs with a disk is left to its fate. */
const CLOSE_LIMIT_MS = 20_000;

/** What reading the files gave. */
export interface Filling {
  readonly lines: number;
  /** Lines that could not be read. */
  readonly unreadable: number;
  readonly alarms: number;
}

export interface StorePortDeps {
  readonly options: DatabaseOptions;
  readonly log: Logger;
  readonly onApplied: () => void;
  readonly onSaved: (batch: number) => void;
  /** The files have been read; with what was found. */
  readonly onFilled: (filling: Filling) => void;
  /** The thread has ended by itself; what it had not written is gone. */
  readonly onRestart: () => void;
}

interface Waiter {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (err: Error) => void;
}

export class StorePort {
  alarms = 0;
  bytes = 0;
  failure: string | undefined;
  /** What the next thread is to know. */
  former: FormerRuns | undefined;
  readonly #deps: StorePortDeps;
  readonly #report: FailureReport;
  #worker: Worker | undefined;
  #restartMs = FIRST_RESTART_MS;
  #restarting: NodeJS.Timeout | undefined;
  #isClosing = false;
  #lastQuestion = 0;
  readonly #waiters = new Map<number, Waiter>();

  constructor(deps: StorePortDeps) {
    this.#deps = deps;
    this.#report = createFailureReport(deps.log, {
      failed: 'the alarm store fails, it is tried again',
      recovered: 'the alarm store works again',
      fields: { folder: deps.options.folder },
    });
    this.#start();
  }

  /** Whether there is a thread; between two there is none. */
  get isThere(): boolean {
    return this.#worker !== undefined;
  }

  send(request: StoreRequest): void {
    this.#worker?.postMessage(request);
  }

  /** Hands a batch over; false when there is nobody to take it. */
  apply(batch: ChangeBatch): boolean {
    if (this.#worker === undefined) return false;
    const transfer = [batch.stateSlots.buffer, batch.counts.buffer];
    for (const { bytes, events } of batch.events) transfer.push(bytes.buffer, events.buffer);
    this.#worker.postMessage({ type: 'apply', batch } satisfies StoreRequest, transfer);
    return true;
  }

  ask<Name extends QuestionName>(
    question: Name,
    given: StoreQuestions[Name]['given'],
  ): Promise<StoreQuestions[Name]['answer']> {
    const worker = this.#worker;
    if (worker === undefined) return Promise.reject(this.#failedError());
    this.#lastQuestion += 1;
    const id = this.#lastQuestion;
    return new Promise((resolve, reject) => {
      const take = (answer: unknown): void => {
        if (isAnswerTo(question, answer)) resolve(answer);
      };
      this.#waiters.set(id, { resolve: take, reject });
      // who waits for an answer must get it, although the store keeps no process alive
      worker.ref();
      worker.postMessage({ type: 'ask', id, question, given });
    });
  }

  /** Has everything written and ends the thread. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#restarting);
    const worker = this.#worker;
    if (worker !== undefined) {
      worker.ref();
      this.send({ type: 'close' });
      const limit = AbortSignal.timeout(CLOSE_LIMIT_MS);
      try {
        await once(worker, 'exit', { signal: limit });
      } catch (err) {
        this.#deps.log.error({ err }, 'the alarm store does not end');
      }
    }
    this.#rejectAll(new AlarmStoreFailedError('the alarm store is closed'));
  }

  #start(): void {
    const worker = startWorker({ ...this.#deps.options, former: this.former });
    this.#worker = worker;
    worker.on('message', (report: StoreReport) => {
      this.#take(report);
    });
    worker.on('error', (err) => {
      // it hears nothing any more
      if (this.#worker === worker) this.#worker = undefined;
      this.#fail(err);
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
      if (!this.#isClosing) this.#restart();
    });
    worker.unref();
  }

  #restart(): void {
    this.#rejectAll(this.#failedError());
    this.#deps.onRestart();
    this.#restarting = setTimeout(() => {
      this.#start();
    }, this.#restartMs);
    this.#restarting.unref();
    this.#restartMs = Math.min(LONGEST_RESTART_MS, this.#restartMs * 2);
  }

  #take(report: StoreReport): void {
    switch (report.type) {
      case 'applied':
        this.alarms = report.alarms;
        this.bytes = report.bytes;
        this.#deps.onApplied();
        break;
      case 'saved':
        this.#restartMs = FIRST_RESTART_MS;
        this.#deps.onSaved(report.batch);
        break;
      case 'answered':
        this.#waiterOf(report.id)?.resolve(report.answer);
        break;
      case 'refused':
        this.#waiterOf(report.id)?.reject(new AlarmStoreFailedError(report.reason));
        break;
      case 'failing':
        if (report.reason === undefined) this.#recover();
        else this.#fail(new AlarmStoreFailedError(report.reason));
        break;
      case 'note':
        this.#tell(report.note);
        break;
      case 'closed':
        break;
    }
  }

  #tell(note: StoreNote): void {
    const { log } = this.#deps;
    const { what, ...fields } = note;
    switch (what) {
      case 'moved-aside':
        log.error(
          fields,
          'the alarm store is unreadable, it is moved aside and made again from files',
        );
        break;
      case 'fill-begins':
        // One file is read as soon as that is told, as in most starts.
        log[note.files > 1 ? 'info' : 'debug'](fields, 'the alarm store reads the alarm files');
        break;
      case 'fill-ended':
        this.#recover();
        log.info(fields, 'the alarm store has read the alarm files');
        if ('alarms' in fields) this.#takeFilling(fields);
        break;
      case 'file-unreadable':
        log.error(fields, 'an alarm file is unreadable, the alarm store lacks its alarms');
        break;
      case 'fill-failed':
        log.error(fields, 'the alarm files cannot be read, it is tried again');
        break;
    }
  }

  #takeFilling(filling: Filling): void {
    this.alarms = filling.alarms;
    this.#deps.onFilled(filling);
  }

  #fail(err: Error): void {
    this.failure = err.message;
    this.#report.failed(err);
  }

  #recover(): void {
    this.failure = undefined;
    this.#report.recovered();
  }

  #failedError(): AlarmStoreFailedError {
    return new AlarmStoreFailedError(this.failure ?? 'the alarm store is not there');
  }

  #waiterOf(id: number): Waiter | undefined {
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    if (this.#waiters.size === 0 && !this.#isClosing) this.#worker?.unref();
    return waiter;
  }

  #rejectAll(err: Error): void {
    for (const { reject } of this.#waiters.values()) reject(err);
    this.#waiters.clear();
  }
}

/** The thread is this program's own: what it answers to a question is an answer to it. */
function isAnswerTo<Name extends QuestionName>(
  question: Name,
  answer: unknown,
): answer is StoreQuestions[Name]['answer'] {
  return answer !== undefined || question === 'get';
}

/** Under tsx, as tests run, a thread has to be told how to read TypeScript. */
function startWorker(options: DatabaseOptions): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const url = new URL(isSource ? './store-worker.ts' : './store-worker.js', import.meta.url);
  if (!isSource) return new Worker(url, { workerData: options });
  const code = `import('tsx/esm/api').then((tsx) => { tsx.register(); return import(${JSON.stringify(url.href)}); });`;
  return new Worker(code, { eval: true, workerData: options });
}
