// The two shapes of log lines: readable text, and the reference's JSON (SPEC §11). bunyan makes the records.
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import bunyan from 'bunyan';

/** A bunyan record as a raw stream gets it. */
type LogRecord = Readonly<Record<string, unknown>>;

/** Writes one log line. */
export type WriteLine = (line: string) => void;

const OWN_FIELDS = new Set(['name', 'hostname', 'pid', 'level', 'msg', 'time', 'v', 'component']);
const LEVEL_NAMES: ReadonlyMap<number, string> = new Map([
  [bunyan.TRACE, 'TRACE'],
  [bunyan.DEBUG, 'DEBUG'],
  [bunyan.INFO, 'INFO'],
  [bunyan.WARN, 'WARN'],
  [bunyan.ERROR, 'ERROR'],
  [bunyan.FATAL, 'ERROR'],
]);
const COLOURS: Readonly<Record<string, string>> = {
  TRACE: '\u001b[35m',
  DEBUG: '\u001b[34m',
  INFO: '\u001b[32m',
  WARN: '\u001b[33m',
  ERROR: '\u001b[31m',
};
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';

/** The record as one JSON line in the shape that users' filters expect: timestamp, level, fields with message, target. */
export function formatJsonLine(record: LogRecord): string {
  return `${toJson({
    timestamp: timestampOf(record),
    level: levelOf(record),
    fields: { message: record['msg'], ...fieldsOf(record) },
    target: targetOf(record),
  })}\n`;
}

/** The record as one readable line; `colour` only for a terminal. */
export function formatTextLine(record: LogRecord, colour: boolean): string {
  const level = levelOf(record);
  const fields = Object.entries(fieldsOf(record))
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? quote(value) : toJson(value)}`)
    .join('');
  const message = String(record['msg']);
  if (!colour) {
    return `${timestampOf(record)} ${level.padStart(5)} ${targetOf(record)}: ${message}${fields}\n`;
  }
  const head = `${DIM}${timestampOf(record)}${PLAIN} ${COLOURS[level] ?? ''}${level.padStart(5)}${PLAIN}`;
  return `${head} ${DIM}${targetOf(record)}:${PLAIN} ${message}${DIM}${fields}${PLAIN}\n`;
}

/** A logger that writes lines to `write`; records below `level` cost nothing. */
export function createLogger({
  level,
  json,
  colour,
  write,
}: {
  readonly level: bunyan.LogLevel;
  readonly json: boolean;
  readonly colour: boolean;
  readonly write: WriteLine;
}): bunyan {
  const stream = new Writable({
    objectMode: true,
    write: (record: LogRecord, _, done) => {
      write(json ? formatJsonLine(record) : formatTextLine(record, colour));
      done();
    },
  });
  return bunyan.createLogger({
    name: 'dsiem',
    streams: [{ type: 'raw', level, stream }],
    serializers: { err: bunyan.stdSerializers.err },
  });
}

/** JSON of any value: what has no JSON (a cycle, a BigInt) must not throw into who logs. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value, bunyan.safeCycles());
  } catch {
    return JSON.stringify(inspect(value, { depth: 4 }));
  }
}

function timestampOf(record: LogRecord): string {
  const { time } = record;
  const text = time instanceof Date ? time.toISOString() : new Date(0).toISOString();
  return text.replace('Z', '000Z');
}

function levelOf(record: LogRecord): string {
  return LEVEL_NAMES.get(Number(record['level'])) ?? 'INFO';
}

function targetOf(record: LogRecord): string {
  const { component } = record;
  return typeof component === 'string' ? `dsiem::${component}` : 'dsiem';
}

function fieldsOf(record: LogRecord): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record)) {
    // bunyan's pid is this process's own; another one is what a line is about.
    if (OWN_FIELDS.has(key) && !(key === 'pid' && value !== process.pid)) continue;
    if (key === 'err') fields['error'] = errorText(value);
    // The line's own message stands; a field of that name must not take its place.
    else if (key === 'message') fields['message_field'] = value;
    else fields[key] = value;
  }
  return fields;
}

function errorText(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('stack' in value && typeof value.stack === 'string') return value.stack;
  return 'message' in value ? value.message : value;
}

function quote(text: string): string {
  return /^[\w.:/@%+,-]+$/.test(text) ? text : JSON.stringify(text);
}
