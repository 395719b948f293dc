// What the routes of /api ask of who holds the configuration: app/ implements it, nothing here touches a file.
import type { Assets } from '../core/asset/assets.ts';
import type { DirectiveSource } from '../core/directive/directive-source.ts';
import type { MaybePromise } from './missing-nodes.ts';
import type { ReloadReason, ReloadView } from './schemas/reload.ts';
import type {
  ConfigurationFilesView,
  ConfigurationFileView,
  DraftCheckView,
} from './schemas/configuration-file.ts';
import type { FaultView } from './schemas/fault.ts';

/** A file as somebody wants it to be; without a text: gone. */
export interface Draft {
  readonly name: string;
  readonly text?: string;
}

/** What must hold of the file's content on disk (a hash, hexadecimal) for a change to be made. */
export interface Precondition {
  /** One of these; '*' for any file at all. Undefined asks for nothing. */
  readonly match?: readonly string[] | '*' | undefined;
  /** There must be no such file yet. */
  readonly absent?: boolean;
}

/** What became of a change; only `done` has written anything. */
export type ChangeOutcome =
  | {
      readonly kind: 'done';
      /** Undefined when the file was deleted. */
      readonly file: ConfigurationFileView | undefined;
      /** Its hash before, undefined when there was none. */
      readonly before: string | undefined;
      readonly reload: ReloadView;
    }
  /** The precondition does not hold; the hash that is there now. */
  | { readonly kind: 'conflict'; readonly sha256: string | undefined }
  | { readonly kind: 'missing' }
  /** The name is taken by what is no regular file of the folder. */
  | { readonly kind: 'taken' }
  | {
      readonly kind: 'unloadable';
      readonly problems: readonly FaultView[];
      readonly warnings: readonly FaultView[];
    };

/** A directive as the files have it, enabled or not. */
export interface DirectiveDefinition {
  readonly id: number;
  readonly name: string;
  readonly file: string;
  readonly disabled: boolean;
  readonly warnings: number;
}

/** A directive's text and where it comes from; times are Unix seconds. */
export interface DirectiveText {
  readonly source: string;
  readonly asWritten: boolean;
  readonly line: number | undefined;
  readonly loadedAt: number;
  readonly changedAt: number | undefined;
  readonly warnings: readonly FaultView[];
}

export interface ConfigurationAdmin {
  /** Those in force. */
  assets(): Assets;
  listFiles(): Promise<ConfigurationFilesView>;
  /** The text of a file on disk and the hash of its bytes; undefined when there is none. */
  readFile(name: string): Promise<{ readonly text: string; readonly sha256: string } | undefined>;
  /** The whole folder with this draft in it; writes nothing. */
  checkDraft(draft: Draft): Promise<DraftCheckView>;
  /** Writes or deletes a file and loads the result, unless that leaves the folder unloadable. */
  change(draft: Draft, precondition: Precondition, by: string): Promise<ChangeOutcome>;
  /** Loads the folder, all of it or nothing; one reload at a time. Never rejects. */
  reload(reason: ReloadReason, by: string): Promise<ReloadView>;
  readonly lastReload: ReloadView;
  /** One for each id, the enabled one where several have it. */
  directives(): readonly DirectiveDefinition[];
  /** A directive as it is loaded, disabled or not; undefined when no directive has this id. */
  directiveSource(id: number): DirectiveSource | undefined;
  directiveText(id: number): Promise<DirectiveText | undefined>;
}

/** Turns directives off and on at run time, for good: it outlives reloads and restarts. */
export interface DirectiveSwitch {
  /** Since when (Unix seconds) and by whom a directive is off; undefined when it is not. */
  off(id: number): MaybePromise<{ readonly since: number; readonly by: string } | undefined>;
  /** False when no such directive is loaded; rejects when it cannot be kept, and then nothing has changed. */
  set(id: number, enabled: boolean, by: string): Promise<boolean>;
}
