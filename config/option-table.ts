// Every option of the program. The command line, its help, the environment and docs/configuration.md all read this table:
// a new option is one row here and its type in options.ts.

import { parseAddress } from '../core/address/address.ts';
import { ACCESS_OPTIONS } from './access-options.ts';
import { ALARM_OPTIONS } from './alarm-options.ts';
import { CLUSTER_OPTIONS } from './cluster-options.ts';
import { ENRICHMENT_OPTIONS } from './enrichment-options.ts';
import { checkedText, choice, integer, MAX_TIMER_MINUTES, SWITCH, TEXT } from './option-kind.ts';
import type { OptionName, OptionTable } from './option-row.ts';
import { TELEMETRY_OPTIONS } from './telemetry-options.ts';

/** A Node timer holds 2³¹ − 1 milliseconds at most. */
const MAX_TIMER_SECONDS = 2_147_483;

export const OPTION_TABLE: OptionTable = {
  mode: {
    flag: 'mode',
    short: 'm',
    variable: 'DSIEM_MODE',
    group: 'Listening and folders',
    kind: choice(['standalone', 'cluster-frontend', 'cluster-backend']),
    default: 'standalone',
    description:
      'How the program runs: standalone needs no other service, frontend and backend have NATS between them',
  },
  ipAddress: {
    flag: 'ip-address',
    short: 'a',
    olderFlags: ['address'],
    variable: 'DSIEM_ADDRESS',
    group: 'Listening and folders',
    kind: checkedText('an IPv4 or IPv6 address or localhost', isListenAddress),
    default: '0.0.0.0',
    description: 'Address the HTTP server listens on',
  },
  tcpPort: {
    flag: 'tcp-port',
    short: 'p',
    olderFlags: ['port'],
    variable: 'DSIEM_PORT',
    group: 'Listening and folders',
    kind: integer(0, 65535),
    default: 8080,
    defaultText: '8080; none on a backend',
    description:
      'Port the HTTP server listens on; 0 takes any free one; a backend listens only when it is given',
  },
  configDir: {
    flag: 'config-dir',
    variable: 'DSIEM_CONFIG_DIR',
    group: 'Listening and folders',
    kind: TEXT,
    default: 'configs',
    description: 'Folder of the directive, asset, intel and vuln files',
  },
  logDir: {
    flag: 'log-dir',
    variable: 'DSIEM_LOG_DIR',
    group: 'Listening and folders',
    kind: TEXT,
    default: 'logs',
    description: 'Folder of siem_alarms.json, siem_alarm_events.json and saved backlogs',
  },
  writableConfig: {
    flag: 'writable-config',
    olderFlags: ['writeable-config'],
    variable: 'DSIEM_WRITEABLECONFIG',
    group: 'Listening and folders',
    kind: SWITCH,
    default: false,
    description: 'Let HTTP clients write and delete configuration files',
  },
  watchConfig: {
    flag: 'watch-config',
    variable: 'DSIEM_WATCH_CONFIG',
    group: 'Listening and folders',
    kind: SWITCH,
    default: false,
    description: 'Reload the configuration whenever one of its files changes',
  },
  shutdownTimeout: {
    flag: 'shutdown-timeout',
    variable: 'DSIEM_SHUTDOWN_TIMEOUT',
    group: 'Listening and folders',
    kind: integer(1, MAX_TIMER_SECONDS),
    default: 30,
    unit: 'seconds',
    description: 'How long saving the backlogs may take at the end',
  },
  ...ACCESS_OPTIONS,
  ...CLUSTER_OPTIONS,
  maxEps: {
    flag: 'max_eps',
    short: 'e',
    variable: 'DSIEM_MAXEPS',
    group: 'Load',
    kind: integer(0),
    default: 1000,
    defaultText: '1000; standalone no limit unless one is given',
    unit: 'events per second',
    description: 'Upper bound of the rate limit for incoming events; 0 is no limit',
  },
  minEps: {
    flag: 'min_eps',
    short: 'i',
    variable: 'DSIEM_MINEPS',
    group: 'Load',
    kind: integer(0),
    default: 100,
    defaultText: '100; standalone no limit unless one is given',
    unit: 'events per second',
    description: 'Lower bound the rate limit falls to under overload; 0 is no limit',
  },
  maxQueue: {
    flag: 'max_queue',
    short: 'q',
    variable: 'DSIEM_MAXQUEUE',
    group: 'Load',
    kind: integer(0),
    default: 25000,
    defaultText: '25000, of a backend 32768',
    unit: 'events',
    description: 'Most in flight before senders have to wait; 0 is 524288',
  },
  maxDelay: {
    flag: 'max_delay',
    short: 'd',
    variable: 'DSIEM_MAXDELAY',
    group: 'Load',
    kind: integer(0),
    default: 180,
    unit: 'seconds',
    description: 'Delay of processing that counts as overload; 0 is off',
  },
  holdDuration: {
    flag: 'hold_duration',
    variable: 'DSIEM_HOLDDURATION',
    group: 'Load',
    kind: integer(1, MAX_TIMER_SECONDS),
    default: 10,
    unit: 'seconds',
    description: 'How long overload is held after its last sign',
  },
  filterThreads: {
    flag: 'filter-threads',
    variable: 'DSIEM_FILTER_THREADS',
    group: 'Load',
    kind: integer(0),
    default: 0,
    description: 'Accepted so that existing installations start; has no effect',
    notice: 'has no effect here: routing takes no threads of its own',
  },
  minAlarmLifetime: {
    flag: 'min-alarm-lifetime',
    short: 'l',
    variable: 'DSIEM_MINALARMLIFETIME',
    group: 'Correlation',
    kind: integer(0),
    default: 0,
    unit: 'minutes',
    description: 'Time a stage is kept open beyond its timeout',
  },
  reloadBacklogs: {
    flag: 'reload-backlogs',
    variable: 'DSIEM_RELOAD_BACKLOGS',
    group: 'Correlation',
    kind: SWITCH,
    default: true,
    description: 'Save running backlogs at the end and go on with them at the next start',
  },
  discardOorEvents: {
    flag: 'discard-oor-events',
    variable: 'DSIEM_DISCARD_OOR_EVENTS',
    group: 'Correlation',
    kind: SWITCH,
    default: true,
    description: 'Discard out-of-order events instead of letting them open a new backlog',
  },
  preloadAllDirectives: {
    flag: 'preload-all-directives',
    variable: 'DSIEM_PRELOAD_DIRECTIVES',
    group: 'Correlation',
    kind: SWITCH,
    default: false,
    description: 'Start every directive at once and never stop an idle one',
  },
  idleDirectivesTimeout: {
    flag: 'idle-directives-timeout',
    variable: 'DSIEM_DIRECTIVES_IDLE_TIMEOUT_MINUTES',
    group: 'Correlation',
    kind: integer(5, MAX_TIMER_MINUTES),
    default: 10,
    unit: 'minutes',
    description: 'Time without backlogs after which a directive is stopped until its next event',
  },
  maxBacklogs: {
    flag: 'max-backlogs',
    variable: 'DSIEM_MAX_BACKLOGS',
    group: 'Correlation',
    kind: integer(0),
    default: 1_000_000,
    unit: 'backlogs',
    description: 'Most live in one directive; 0 is no bound',
  },
  ...ALARM_OPTIONS,
  ...ENRICHMENT_OPTIONS,
  ...TELEMETRY_OPTIONS,
  debug: {
    flag: 'debug',
    variable: 'DSIEM_DEBUG',
    group: 'Logging',
    kind: SWITCH,
    default: false,
    description: 'Log at level debug, like -v',
  },
  trace: {
    flag: 'trace',
    variable: 'DSIEM_TRACE',
    group: 'Logging',
    kind: SWITCH,
    default: false,
    description: 'Log at level trace, like -vv',
  },
  json: {
    flag: 'json',
    short: 'j',
    variable: 'DSIEM_JSON',
    group: 'Logging',
    kind: SWITCH,
    default: false,
    description: 'Log, and let check report, in JSON lines',
  },
};

/** The names of all options, in the order of the table. */
export const OPTION_NAMES: readonly OptionName[] = Object.keys(OPTION_TABLE).filter(isOptionName);

function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(OPTION_TABLE, name);
}

function isListenAddress(text: string): boolean {
  return text === 'localhost' || parseAddress(text) !== undefined;
}
