// Every body recorded from dsiem-rs: its status, addresses and times are ours too, but for the differences listed here.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { explainEvent } from '../../../core/event/explain-event.ts';
import { formatEventTime } from '../../../core/event/event-time.ts';
import { parseEvent } from '../../../core/event/parse-event.ts';

interface Recorded {
  readonly what: string;
  readonly posted?: unknown;
  readonly posted_text?: string;
  readonly answer: number;
  readonly published: readonly string[];
}

/** What we answer where it is not what the reference answers. */
const DIFFERENCES: Readonly<Record<string, { readonly status: number; readonly why: string }>> = {
  'largest plugin numbers': { status: 400, why: 'a number above 2^53 - 1 is not read exactly' },
  'plugin_id 1001.0': { status: 200, why: 'JSON.parse reads it as the integer' },
  'plugin_id 1e3': { status: 200, why: 'JSON.parse reads it as the integer' },
  'plugin_id -0': { status: 200, why: 'JSON.parse reads it as 0' },
  'year 10000': { status: 400, why: 'RFC 3339 has four digits' },
  'half a surrogate pair': { status: 200, why: 'valid JSON; it stays a text here' },
  'a byte order mark before the object': { status: 400, why: 'SPEC §12.12: malformed JSON is 400' },
  'empty body': { status: 400, why: 'SPEC §12.12' },
  'not JSON': { status: 400, why: 'SPEC §12.12' },
  'two objects on two lines': { status: 400, why: 'two events here; the server takes both' },
  'array of three, the second without sensor': { status: 200, why: 'SPEC §11: the valid ones' },
  'array of two, the second with a wrong type': { status: 200, why: 'SPEC §11: the valid ones' },
};

const folder = new URL('../../../../shared/conformance/wire/', import.meta.url);
const skip = existsSync(folder) ? false : 'no ../shared/conformance here';

function readRecorded(name: string): readonly Recorded[] {
  if (skip !== false) return [];
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- a recording of known shape
  const file = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
  // eslint-disable-next-line @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-member-access -- as above
  return Array.isArray(file) ? file : file.bodies;
}

/** The status by the rules of SPEC §11 for one event or an array, without the server. */
function statusOf(recorded: Recorded): number {
  let value: unknown;
  try {
    value = recorded.posted_text === undefined ? recorded.posted : JSON.parse(recorded.posted_text);
  } catch {
    return 400;
  }
  const events: readonly unknown[] = Array.isArray(value) ? value : [value];
  const faults = events.map(explainEvent);
  const first = faults[0];
  return first !== undefined && faults.every((fault) => fault !== undefined) ? first.status : 200;
}

for (const name of ['events.json', 'answers.json']) {
  describe(`the bodies of wire/${name}`, { skip }, () => {
    for (const recorded of readRecorded(name)) {
      const difference = DIFFERENCES[recorded.what];
      it(`${recorded.what}${difference === undefined ? '' : ` (${difference.why})`}`, () => {
        assert.equal(statusOf(recorded), difference?.status ?? recorded.answer);
        if (difference !== undefined || recorded.answer !== 200) return;
        comparePublished(recorded);
      });
    }
  });
}

function comparePublished(recorded: Recorded): void {
  const value: unknown =
    recorded.posted_text === undefined ? recorded.posted : JSON.parse(recorded.posted_text);
  const posted: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const [index, text] of recorded.published.entries()) {
    const event = parseEvent(posted[index]);
    const wire: unknown = JSON.parse(text);
    assert.ok(event !== undefined && typeof wire === 'object' && wire !== null);
    const timestamp = formatEventTime(event.timestamp);
    const ours = { timestamp, src_ip: event.srcIp, dst_ip: event.dstIp, title: event.title };
    assert.deepEqual({ ...wire, ...ours }, wire);
    assert.deepEqual(parseEvent(wire)?.timeSeconds, event.timeSeconds);
  }
}
