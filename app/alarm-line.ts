import type { AlarmRecord } from '../core/alarm/alarm-record.ts';
import type { AlarmState, Progress } from '../core/alarm/alarm-state.ts';
import type { FeedUpdate } from '../server/feed/feed-message.ts';

const RESET = '\u001B[0m';
const DIM = '\u001B[2m';
const BOLD = '\u001B[1m';
const RISK_COLOURS = { High: '\u001B[31;1m', Medium: '\u001B[33m', Low: '\u001B[36m' };
const TITLE_WIDTH = 48;
/** What would move a terminal's cursor or change its colours. */
// eslint-disable-next-line no-control-regex -- these are what is looked for
const CONTROLS = /[\u0000-\u001F\u007F-\u009F]/g;

/** An alarm as one line for a terminal: time, risk, title, stage, addresses, progress; with colours if asked for. */
export function formatAlarmLine(state: AlarmState, colour: boolean): string {
  const { alarm } = state;
  const { risk, risk_class: name } = alarm;
  const paint = createPaint(colour);
  const parts = [
    paint(DIM, formatTime(alarm.update_time)),
    paint(RISK_COLOURS[name], `${name.padEnd(6)} ${String(risk).padStart(2)}`),
    paint(BOLD, printable(alarm.title).padEnd(TITLE_WIDTH)),
    `${String(state.stage)}/${String(state.stages)}`,
    `${formatAddresses(alarm, 'src_ips')} → ${formatAddresses(alarm, 'dst_ips')}`,
    formatProgress(state),
    paint(DIM, `${alarm.alarm_id} ${printable(alarm.status)}`),
  ];
  return parts.join('  ');
}

/** The other kinds of updates as one line each. */
export function formatUpdateLine(
  update: Exclude<FeedUpdate, { readonly kind: 'alarm' | 'progress' }>,
  colour: boolean,
): string {
  const paint = createPaint(colour);
  switch (update.kind) {
    case 'change': {
      const { at, alarm_id, by } = update;
      const text = `${alarm_id}: ${describeDeed(update)} by ${printable(by)}`;
      return `${paint(DIM, formatTime(at))}  ${text}`;
    }
    case 'backlog': {
      const { counts, change, title, alarm_id, progress } = update;
      const stage = `${String(counts.stage)}/${String(counts.stages)}`;
      const how = change === 'ended' ? progress : change;
      return paint(DIM, `backlog ${alarm_id} ${how}  ${stage}  ${printable(title)}`);
    }
    case 'notice': {
      const text = `${update.level}: ${printable(update.message)} (${update.code})`;
      return `${paint(DIM, formatTime(update.at))}  ${paint(BOLD, text)}`;
    }
  }
}

function describeDeed({ what, value }: Extract<FeedUpdate, { readonly kind: 'change' }>): string {
  switch (what) {
    case 'delete':
      return 'deleted';
    case 'restore':
      return 'restored';
    case 'assignee':
      return value === '' ? 'assigned to nobody' : `assigned to ${printable(value)}`;
    case 'status':
    case 'tag':
    case 'comment':
      return `${what} ${printable(value)}`;
  }
}

function createPaint(colour: boolean): (code: string, text: string) => string {
  return (code, text) => (colour ? `${code}${text}${RESET}` : text);
}

const ENDINGS: Readonly<Record<Exclude<Progress, 'running'>, string>> = {
  complete: 'complete',
  timeout: 'timed out',
  stopped: 'stopped',
  interrupted: 'interrupted',
};

function formatProgress({ progress, events, needed }: AlarmState): string {
  if (progress !== 'running') return ENDINGS[progress];
  return `running, ${String(events)} of ${String(needed)} events`;
}

function formatAddresses(alarm: AlarmRecord, key: 'src_ips' | 'dst_ips'): string {
  const [first = '?', ...others] = alarm[key];
  return others.length === 0 ? printable(first) : `${printable(first)} +${String(others.length)}`;
}

/** Local time: `14:05:48`. */
function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toTimeString().slice(0, 8);
}

function printable(text: string): string {
  return text.replace(CONTROLS, '·');
}
