import Logger from 'bunyan';
import { Writable } from 'node:stream';

/** A line that was logged: bunyan's own fields and those of the call. */
export interface CapturedLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface CapturedLog {
  readonly log: Logger;
  readonly lines: readonly CapturedLine[];
  /** The lines with this message, in their order. */
  readonly find: (message: string) => CapturedLine[];
}

/** A logger that keeps every line, trace included, in memory. */
export function createCapturedLog(): CapturedLog {
  const lines: CapturedLine[] = [];
  const stream = new Writable({
    objectMode: true,
    write(line: CapturedLine, _encoding, done) {
      lines.push(line);
      done();
    },
  });
  const log = Logger.createLogger({
    name: 'test',
    streams: [{ type: 'raw', level: 'trace', stream }],
  });
  return { log, lines, find: (message) => lines.filter(({ msg }) => msg === message) };
}
