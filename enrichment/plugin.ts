// The contract between the look-up engine and a plugin, built in or a user's own (docs/plugins.md).
// A plugin only asks and maps; cache, time limit, retry, concurrency and circuit breaker are the engine's.
import type Logger from 'bunyan';
import type { Finding } from '../core/alarm/alarm-record.ts';
import type { Fault } from '../core/directive/fault.ts';

/** What a source is asked about: an address (threat intelligence) or an address with a port (vulnerabilities), SPEC §8. */
export type LookUpType = 'IP' | 'IP-Port';

/** One thing to look up; `text` is what a finding's `term` shows: the address, or `ip:port`. */
export interface LookUpTerm {
  readonly text: string;
  readonly ip: string;
  /** 0 for a source of type IP. */
  readonly port: number;
}

/** The parsed `config` text of a source. */
export type PluginConfig = Readonly<Record<string, unknown>>;

/** What a request may carry besides its address. */
export interface FetchOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A complete answer; header names are case-insensitive. */
export interface FetchAnswer {
  readonly status: number;
  readonly text: string;
  header(name: string): string | undefined;
}

/**
 * Fetches an http or https address and reads the answer whole; rejects with a `LookUpError` when there is no answer, when it
 * is larger than 1 MiB, or when a redirect leads to another scheme. It ends with the look-up it was made for.
 */
export type LimitedFetch = (url: string, options?: FetchOptions) => Promise<FetchAnswer>;

/** What one look-up gets: `signal` is aborted at the time limit and at stop, `fetch` already obeys it. */
export interface LookUpTools {
  readonly fetch: LimitedFetch;
  readonly signal: AbortSignal;
}

/** What a plugin gets when a source of it is opened. */
export interface PluginContext {
  /** The source's name in its file. */
  readonly name: string;
  readonly type: LookUpType;
  readonly config: PluginConfig;
  readonly log: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** The folder that relative file names in `config` start from. */
  readonly baseDir: string;
}

/** One configured source, open for look-ups. */
export interface OpenSource {
  /** True when it answers from memory: it is then neither cached nor queued, so that a changed file counts at once. */
  readonly local?: boolean;
  /**
   * The findings for a term, none when there is nothing to say. It throws when the source failed; the look-up is then tried
   * again unless the error has `retry: false`.
   */
  lookUp(term: LookUpTerm, tools: LookUpTools): readonly Finding[] | Promise<readonly Finding[]>;
  close?(): void;
}

/** A kind of source, named by `plugin` in intel_*.json and vuln_*.json. */
export interface Plugin {
  readonly name: string;
  readonly types: readonly LookUpType[];
  /** What is wrong with a configuration; a fault's field is `config.<key>`. It must not read files or use the network. */
  check?(config: PluginConfig): readonly Fault[];
  /** Called once for each enabled source, with a configuration that `check` had nothing against; returns at once. */
  open(context: PluginContext): OpenSource;
}
