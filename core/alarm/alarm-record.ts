// The alarm record of SPEC §6: one line of siem_alarms.json per update. Keys are those of the file.

export type RiskClass = 'Low' | 'Medium' | 'High';

/** One result of a threat intelligence or vulnerability look-up. */
export interface Finding {
  readonly provider: string;
  /** What was looked up: an address, or `ip:port`. */
  readonly term: string;
  readonly result: string;
}

/** All that the look-ups of an alarm have found so far. */
export interface Findings {
  readonly intelHits: readonly Finding[];
  readonly vulnerabilities: readonly Finding[];
}

export interface CustomData {
  readonly label: string;
  readonly content: string;
}

/** A rule as an alarm shows it: as written, with references replaced once their stage has its first event. */
export interface AlarmRule {
  readonly name: string;
  readonly stage: number;
  readonly occurrence: number;
  readonly type: 'PluginRule' | 'TaxonomyRule';
  readonly plugin_id: number;
  readonly plugin_sid?: readonly number[];
  readonly product?: readonly string[];
  readonly category?: string;
  readonly subcategory?: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly port_from: string;
  readonly port_to: string;
  readonly protocol: string;
  readonly custom_data1?: string;
  readonly custom_data2?: string;
  readonly custom_data3?: string;
  readonly sticky_different?: string;
  readonly reliability: number;
  readonly timeout: number;
  readonly start_time?: number;
  readonly end_time?: number;
  readonly status?: 'finished' | 'timeout';
}

/** The state of an alarm; times are Unix seconds. `intel_hits`, `vulnerabilities` and `custom_data` are absent when empty. */
export interface AlarmRecord {
  readonly alarm_id: string;
  readonly title: string;
  readonly status: string;
  readonly tag: string;
  readonly kingdom: string;
  readonly category: string;
  readonly created_time: number;
  readonly update_time: number;
  readonly risk: number;
  readonly risk_class: RiskClass;
  readonly rules: readonly AlarmRule[];
  readonly src_ips: readonly string[];
  readonly dst_ips: readonly string[];
  readonly networks: readonly string[];
  readonly intel_hits?: readonly Finding[];
  readonly vulnerabilities?: readonly Finding[];
  readonly custom_data?: readonly CustomData[];
}
