/** How the program runs. */
export type Mode = 'standalone' | 'cluster-frontend' | 'cluster-backend';

/** What a node of a cluster needs beside the other options; empty texts are none. */
export interface ClusterOptions {
  /** This node's name: part of file names, so letters, digits, - and _. */
  readonly node: string;
  /** Where NATS is: URLs with commas between, credentials in them or not. */
  readonly msq: string;
  /** Whether events to backends of this product share messages. */
  readonly clusterSharing: 'auto' | 'on' | 'off';
  readonly natsToken: string;
  readonly natsTokenFile: string;
  readonly natsUser: string;
  readonly natsPassword: string;
  readonly natsPasswordFile: string;
  readonly natsNkeyFile: string;
  readonly natsCredsFile: string;
  /** PEM files. */
  readonly natsCa: string;
  readonly natsCert: string;
  readonly natsKey: string;
  /** Of a backend: the address of the frontend that has its configuration, and what it shows it. */
  readonly frontend: string;
  readonly frontendToken: string;
  readonly frontendTokenFile: string;
  readonly frontendCa: string;
  readonly frontendCert: string;
  readonly frontendKey: string;
}

/** The effective options (SPEC §11), in the units of their names or the comment. */
export interface Options extends ClusterOptions {
  readonly mode: Mode;
  readonly ipAddress: string;
  readonly tcpPort: number;
  readonly configDir: string;
  readonly logDir: string;
  /** Events per second; 0 = no limit. */
  readonly maxEps: number;
  readonly minEps: number;
  /** Events in flight; a given 0 has become 524288. */
  readonly maxQueue: number;
  /** Seconds; 0 = off. */
  readonly maxDelay: number;
  /** Seconds. */
  readonly holdDuration: number;
  /** Minutes. */
  readonly minAlarmLifetime: number;
  /** Minutes. */
  readonly cache: number;
  readonly status: readonly string[];
  readonly tags: readonly string[];
  readonly medRiskMin: number;
  readonly medRiskMax: number;
  readonly intelPrivateIp: boolean;
  /** Whether alarms are kept in the log directory or only the newest in memory. */
  readonly alarmStore: 'on' | 'off';
  /** Days; 0 = for ever. */
  readonly alarmRetention: number;
  readonly alarmLimit: number;
  /** URLs; empty = none. */
  readonly elasticsearchUrl: string;
  readonly kibanaUrl: string;
  /** Folder of look-up plugins; empty: none. */
  readonly pluginDir: string;
  readonly reloadBacklogs: boolean;
  readonly discardOorEvents: boolean;
  readonly preloadAllDirectives: boolean;
  /** Minutes. */
  readonly idleDirectivesTimeout: number;
  readonly writableConfig: boolean;
  /** Reload when a file of the configuration folder changes. */
  readonly watchConfig: boolean;
  /** Tokens and the files that hold one; empty = none. */
  readonly adminToken: string;
  readonly adminTokenFile: string;
  readonly analystToken: string;
  readonly analystTokenFile: string;
  readonly readToken: string;
  readonly readTokenFile: string;
  readonly eventsToken: string;
  readonly eventsTokenFile: string;
  /** Names and addresses by which the server may be asked besides its own. */
  readonly allowedHosts: readonly string[];
  /** Addresses and CIDRs. */
  readonly trustedProxy: readonly string[];
  /** A header's name; empty = none. */
  readonly userHeader: string;
  /** PEM files; empty = no TLS, no certificates of clients. */
  readonly tlsCert: string;
  readonly tlsKey: string;
  readonly tlsClientCa: string;
  readonly otelMetricsEnabled: boolean;
  readonly otelTracingEnabled: boolean;
  /** A URL; https for TLS. */
  readonly otelEndpoint: string;
  /** The share of requests that are traced although no sender asks for it, 0..1. */
  readonly otelTraceRatio: number;
  /** Accepted for Dsiem's sake; nothing reads it. */
  readonly filterThreads: number;
  /** Seconds. */
  readonly shutdownTimeout: number;
  /** Live backlogs of one directive; 0 = no bound. */
  readonly maxBacklogs: number;
  readonly debug: boolean;
  readonly trace: boolean;
  readonly json: boolean;
}
