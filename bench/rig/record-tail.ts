import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 2 ** 20;
const MARK = '"event_id":"bench-';
const ID_DIGITS = 10;

/** Follows siem_alarm_events.json as a log shipper does. */
export interface RecordTail {
  /** Calls `seen` with the event number of each record that has become readable since the last call. */
  poll(seen: (event: number) => void): void;
  close(): void;
}

/** Opens a file that exists already; records of other senders than the load generator are passed over. */
export function createRecordTail(path: string): RecordTail {
  const file = openSync(path, 'r');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let position = 0;
  const poll = (seen: (event: number) => void): void => {
    const length = readSync(file, chunk, 0, CHUNK_BYTES, position);
    if (length === 0) return;
    const whole = chunk.subarray(0, length).lastIndexOf('\n') + 1;
    position += whole;
    const text = chunk.toString('latin1', 0, whole);
    for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + 1)) {
      const start = at + MARK.length;
      seen(Number(text.slice(start, start + ID_DIGITS)));
    }
  };
  const close = (): void => {
    closeSync(file);
  };
  return { poll, close };
}
