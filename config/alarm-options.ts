// The rows of the option table about alarms: how they are marked, where they are kept and shown (SPEC §11).

import { checkedText, choice, integer, LIST, type OptionKind } from './option-kind.ts';
import type { OptionTable } from './option-row.ts';

type AlarmOptionName =
  | 'status'
  | 'tags'
  | 'medRiskMin'
  | 'medRiskMax'
  | 'alarmStore'
  | 'alarmRetention'
  | 'alarmLimit'
  | 'elasticsearchUrl'
  | 'kibanaUrl';

const HTTP_URL: OptionKind<string> = checkedText(
  'an http or https URL',
  (text) => URL.canParse(text) && /^https?:/i.test(text),
);

/** Marks, risk classes, alarm store, Elasticsearch and Kibana. */
export const ALARM_OPTIONS: Pick<OptionTable, AlarmOptionName> = {
  status: {
    flag: 'status',
    short: 's',
    variable: 'DSIEM_STATUS',
    group: 'Alarms',
    kind: LIST,
    default: ['Open', 'In-Progress', 'Closed'],
    description: 'Statuses of alarms, new alarms get the first',
  },
  tags: {
    flag: 'tags',
    short: 't',
    variable: 'DSIEM_TAGS',
    group: 'Alarms',
    kind: LIST,
    default: ['Identified Threat', 'False Positive', 'Valid Threat', 'Security Incident'],
    description: 'Tags of alarms, new alarms get the first',
  },
  medRiskMin: {
    flag: 'med_risk_min',
    variable: 'DSIEM_MEDRISKMIN',
    group: 'Alarms',
    kind: integer(2, 8),
    default: 3,
    description: 'Lowest risk of the class Medium; must be below med_risk_max',
  },
  medRiskMax: {
    flag: 'med_risk_max',
    variable: 'DSIEM_MEDRISKMAX',
    group: 'Alarms',
    kind: integer(3, 9),
    default: 6,
    description: 'Highest risk of the class Medium; must be above med_risk_min',
  },
  alarmStore: {
    flag: 'alarm-store',
    variable: 'DSIEM_ALARM_STORE',
    group: 'Alarms',
    kind: choice(['on', 'off']),
    default: 'on',
    description:
      'Keep alarms for page, REST API and feed in the log directory; off keeps the newest 10,000 in memory until the stop',
  },
  alarmRetention: {
    flag: 'alarm-retention',
    variable: 'DSIEM_ALARM_RETENTION',
    group: 'Alarms',
    kind: integer(0, 36_500),
    default: 90,
    unit: 'days',
    description:
      'How long the store keeps an alarm that has ended after its last update; 0 is for ever',
  },
  alarmLimit: {
    flag: 'alarm-limit',
    variable: 'DSIEM_ALARM_LIMIT',
    group: 'Alarms',
    kind: integer(1, 10_000_000),
    default: 1_000_000,
    description: 'Most alarms in the store; above it closed and long unchanged ones go first',
  },
  elasticsearchUrl: {
    flag: 'elasticsearch-url',
    olderFlags: ['esurl'],
    variable: 'DSIEM_ELASTICSEARCH_URL',
    olderVariables: ['DSIEM_WEB_ESURL'],
    group: 'Alarms',
    kind: HTTP_URL,
    default: '',
    defaultText: 'none',
    secret: true,
    description:
      "Elasticsearch with Dsiem's indices, which then gets changes and deletions of alarms; may hold user:password@",
  },
  kibanaUrl: {
    flag: 'kibana-url',
    olderFlags: ['kbnurl'],
    variable: 'DSIEM_KIBANA_URL',
    olderVariables: ['DSIEM_WEB_KBNURL'],
    group: 'Alarms',
    kind: HTTP_URL,
    default: '',
    defaultText: 'none',
    description: 'Kibana, in which the page then opens alarms',
  },
};
