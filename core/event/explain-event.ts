import { parseAddress } from '../address/address.ts';
import {
  isCarrier,
  isEventNumber,
  isJsonObject,
  isReceiveTime,
  LAST_NUMBER,
  LAST_PORT,
} from './event-fields.ts';
import { parseEventTime } from './event-time.ts';

/** Why an event is refused. 400: it cannot be read; 418: it can, but does not identify anything (SPEC §1). */
export interface EventFault {
  /** 413: larger than what it would be handed on by can carry; never found here. */
  readonly status: 400 | 413 | 418;
  /** The key as the sender writes it; '' when the event as a whole is meant. */
  readonly field: string;
  /** A phrase that says what it must be: `must be an integer from 0 to 65535`. */
  readonly problem: string;
  /** The value found, when there was one. */
  readonly got?: unknown;
}

interface FieldRule {
  readonly field: string;
  readonly required: boolean;
  readonly problem: string;
  readonly isFit: (value: unknown) => boolean;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isTime = (value: unknown): boolean =>
  typeof value === 'string' && parseEventTime(value) !== undefined;
const isAddress = (value: unknown): boolean =>
  typeof value === 'string' && parseAddress(value) !== undefined;
const isNumber = (value: unknown): boolean => isEventNumber(value, LAST_NUMBER);
const isPort = (value: unknown): boolean => isEventNumber(value, LAST_PORT);

const TIME_PROBLEM = 'must be an RFC 3339 time with seconds and offset, of the years 1970 to 9999';
const ADDRESS_PROBLEM = 'must be an IPv4 or IPv6 address';
const NUMBER_PROBLEM = `must be an integer from 0 to ${String(LAST_NUMBER)}`;
const PORT_PROBLEM = `must be an integer from 0 to ${String(LAST_PORT)}`;

const FIELD_RULES: readonly FieldRule[] = [
  ...required(['event_id', 'title', 'sensor'], 'must be a text', isText),
  ...required(['timestamp'], TIME_PROBLEM, isTime),
  ...required(['src_ip', 'dst_ip'], ADDRESS_PROBLEM, isAddress),
  ...optional(['plugin_id', 'plugin_sid', 'conn_id'], NUMBER_PROBLEM, isNumber),
  ...optional(['src_port', 'dst_port'], PORT_PROBLEM, isPort),
  ...optional(['product', 'category', 'subcategory', 'protocol'], 'must be a text', isText),
  ...optional(['custom_label1', 'custom_label2', 'custom_label3'], 'must be a text', isText),
  ...optional(['custom_data1', 'custom_data2', 'custom_data3'], 'must be a text', isText),
  ...optional(['rcvd_time'], 'must be an integer of nanoseconds', isReceiveTime),
  ...optional(['carrier'], 'must be an object of texts', isCarrier),
];

/** Says why `parseEvent` refuses a parsed JSON value: its first fault, what cannot be read before what is empty; undefined when it is a valid event. */
export function explainEvent(value: unknown): EventFault | undefined {
  if (!isJsonObject(value)) {
    return { status: 400, field: '', problem: 'must be a JSON object', got: value };
  }
  for (const rule of FIELD_RULES) {
    const got = value[rule.field];
    if (got === undefined) {
      if (rule.required) return { status: 400, field: rule.field, problem: 'is missing' };
    } else if (!rule.isFit(got)) {
      return { status: 400, field: rule.field, problem: rule.problem, got };
    }
  }
  for (const field of ['event_id', 'title', 'sensor']) {
    if (value[field] === '') return { status: 418, field, problem: 'must not be empty', got: '' };
  }
  return explainIdentification(value);
}

/** SPEC §1: plugin_id and plugin_sid, or product and category. */
function explainIdentification(value: Readonly<Record<string, unknown>>): EventFault | undefined {
  if (isSet(value['plugin_id']) && isSet(value['plugin_sid'])) return undefined;
  if (isSet(value['product']) && isSet(value['category'])) return undefined;
  return {
    status: 418,
    field: 'plugin_id',
    problem: 'needs plugin_id and plugin_sid above 0, or product and category',
    got: value['plugin_id'],
  };
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== 0 && value !== '';
}

type Rules = readonly FieldRule[];
type IsFit = FieldRule['isFit'];

function required(fields: readonly string[], problem: string, isFit: IsFit): Rules {
  return fields.map((field) => ({ field, required: true, problem, isFit }));
}

function optional(fields: readonly string[], problem: string, isFit: IsFit): Rules {
  return fields.map((field) => ({ field, required: false, problem, isFit }));
}
