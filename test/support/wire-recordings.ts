// The recordings of what the reference says and takes on the wire, which are not part of the repository.
import { existsSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../shared/conformance/wire/', import.meta.url);

/** For the `skip` option: why the recordings cannot be compared, or false. */
export const skipWithoutRecordings: string | false = existsSync(FOLDER)
  ? false
  : 'no ../shared/conformance here';

/** One body posted to the reference's frontend and what it published. */
export interface RecordedBody {
  readonly what: string;
  readonly posted?: unknown;
  readonly posted_text?: string;
  readonly answer: number;
  readonly published: readonly string[];
}

/** One message given to the reference's backend. */
export interface RecordedMessage {
  readonly what: string;
  readonly published?: string;
  readonly published_hex?: string;
  readonly accepted: boolean;
}

/** The bodies of events.json and answers.json; none where the recordings are missing. */
export function recordedBodies(): readonly RecordedBody[] {
  const answers = readRecording('answers.json');
  const bodies = isFields(answers) ? answers['bodies'] : undefined;
  return [...listOf(readRecording('events.json')), ...listOf(bodies)].filter(isRecordedBody);
}

/** The messages of backend-input.json; none where the recordings are missing. */
export function recordedMessages(): readonly RecordedMessage[] {
  return listOf(readRecording('backend-input.json')).filter(isRecordedMessage);
}

/** A recording as it stands. */
export function readRecording(name: string): unknown {
  if (skipWithoutRecordings !== false) return undefined;
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isRecordedBody(value: unknown): value is RecordedBody {
  return isFields(value) && typeof value['what'] === 'string' && Array.isArray(value['published']);
}

function isRecordedMessage(value: unknown): value is RecordedMessage {
  return isFields(value) && typeof value['accepted'] === 'boolean';
}
