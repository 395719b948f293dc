import type { Assets } from '../core/asset/assets.ts';
import type { Directive } from '../core/directive/directive.ts';
import type { DirectiveSource } from '../core/directive/directive-source.ts';
import type { Fault } from '../core/directive/fault.ts';
import type { ConfigurationFault } from './configuration-fault.ts';
import type { FileKind } from './file-kind.ts';

/** A configuration file in memory. */
export interface ConfigurationText {
  /** Without a folder; its prefix says what it holds: `directives_web.json`. */
  readonly name: string;
  readonly text: string;
  /** Unix milliseconds, when it comes from a disk. */
  readonly modifiedAt?: number;
  /** Of the file's bytes, hexadecimal, when it comes from a disk: the text is without their byte order mark. */
  readonly sha256?: string;
}

/** A file that was read, for whoever shows or compares what is loaded. */
export interface ConfigurationFile {
  readonly name: string;
  readonly kind: FileKind;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly modifiedAt?: number;
}

/** An enabled directive, and where it was written: `index` counts from 0 in its file. */
export interface ConfiguredDirective {
  readonly directive: Directive;
  readonly source: DirectiveSource;
  readonly file: string;
  readonly index: number;
}

/** A directive that its file disables: of the right shape, nothing else of it was looked at. */
export type DisabledDirective = Omit<ConfiguredDirective, 'directive'>;

/** An enabled source of intelligence or vulnerabilities (SPEC §8). */
export interface EnrichmentSource {
  readonly name: string;
  readonly plugin: string;
  /** The plugin's own configuration, parsed. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly file: string;
}

/** Everything the files say, checked; directives in the order of the files. */
export interface Configuration {
  readonly directives: readonly ConfiguredDirective[];
  readonly disabledDirectives: readonly DisabledDirective[];
  readonly assets: Assets;
  readonly intelSources: readonly EnrichmentSource[];
  readonly vulnSources: readonly EnrichmentSource[];
  readonly files: readonly ConfigurationFile[];
}

/** A configuration, or every fault of every file; warnings come with both. */
export interface ConfigurationResult {
  readonly configuration?: Configuration;
  readonly faults: readonly ConfigurationFault[];
  readonly warnings: readonly ConfigurationFault[];
}

/** What is wrong with the plugin or the plugin's configuration of an enabled source; who knows the plugins passes it in. */
export type SourceCheck = (
  source: Pick<EnrichmentSource, 'name' | 'plugin' | 'config'>,
  kind: 'intel' | 'vuln',
) => readonly Fault[];
