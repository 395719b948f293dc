// The directives of the files that are loaded, disabled ones too, and how each was written.
import { LIST_KEYS } from '../config/file-kind.ts';
import type { Configuration, DisabledDirective } from '../config/configuration.ts';
import type { DirectiveSource } from '../core/directive/directive-source.ts';
import type { ConfigurationFault } from '../config/configuration-fault.ts';
import { findItemSpans, lineAt, type Span } from '../config/item-spans.ts';
import type { DirectiveDefinition, DirectiveText } from '../server/configuration-admin.ts';
import { readConfigurationBytes } from '../server/configuration-files.ts';
import { hash } from './configuration-folder.ts';
import { describeFault, toSeconds, type LoadedFiles } from './configuration-views.ts';

export interface DirectiveCatalogueDeps {
  readonly folder: string;
  readonly configuration: Configuration;
  readonly warnings: readonly ConfigurationFault[];
  readonly files: LoadedFiles;
}

export interface DirectiveCatalogue {
  /** One for each id, the enabled one where several have it. */
  readonly directives: readonly DirectiveDefinition[];
  /** As it is loaded; undefined when no directive has this id. */
  sourceOf(id: number): DirectiveSource | undefined;
  /** Undefined when no directive has this id. */
  textOf(id: number): Promise<DirectiveText | undefined>;
}

interface Entry {
  readonly written: DisabledDirective;
  readonly warnings: readonly ConfigurationFault[];
  readonly disabled: boolean;
}

/** The text of the files is not kept: while a file is as it was loaded it is read again, else the directive is printed. */
export function createDirectiveCatalogue(deps: DirectiveCatalogueDeps): DirectiveCatalogue {
  const entries = collectEntries(deps);
  /** The places in the files that were asked about, so that a large one is walked through once. */
  const spansByFile = new Map<string, readonly Span[]>();

  async function readWritten(file: string): Promise<string | undefined> {
    const bytes = await readConfigurationBytes(deps.folder, file).catch(() => undefined);
    if (bytes === undefined || hash(bytes) !== deps.files.get(file)?.sha256) return undefined;
    return bytes.toString('utf8');
  }

  function findSpan({ file, index }: DisabledDirective, text: string): Span | undefined {
    const spans = spansByFile.get(file) ?? findItemSpans(text, LIST_KEYS.directives);
    spansByFile.set(file, spans);
    return spans[index];
  }

  return {
    directives: [...entries.values()].map(({ written, warnings, disabled }) => {
      const { id, name } = written.source;
      return { id, name, file: written.file, disabled, warnings: warnings.length };
    }),
    sourceOf: (id) => entries.get(id)?.written.source,
    textOf: async (id) => {
      const entry = entries.get(id);
      if (entry === undefined) return undefined;
      const { written } = entry;
      const text = await readWritten(written.file);
      const span = text === undefined ? undefined : findSpan(written, text);
      const isWritten = text !== undefined && span !== undefined;
      const { loadedMs = 0, changedMs } = deps.files.get(written.file) ?? {};
      return {
        source: isWritten
          ? text.slice(span.start, span.end)
          : JSON.stringify(written.source, null, 2),
        asWritten: isWritten,
        line: isWritten ? lineAt(text, span.start) : undefined,
        loadedAt: toSeconds(loadedMs),
        changedAt: changedMs === undefined ? undefined : toSeconds(changedMs),
        warnings: entry.warnings.map(describeFault),
      };
    },
  };
}

function collectEntries({ configuration, warnings }: DirectiveCatalogueDeps): Map<number, Entry> {
  const { directives, disabledDirectives } = configuration;
  const byPlace = new Map<string, ConfigurationFault[]>();
  for (const warning of warnings) {
    const key = `${warning.file}/${String(warning.directiveId)}`;
    const list = byPlace.get(key);
    if (list === undefined) byPlace.set(key, [warning]);
    else list.push(warning);
  }
  const entries = new Map<number, Entry>();
  const add = (written: DisabledDirective, disabled: boolean): void => {
    const { id } = written.source;
    if (entries.has(id)) return;
    const found = byPlace.get(`${written.file}/${String(id)}`) ?? [];
    entries.set(id, { written, warnings: found, disabled });
  };
  for (const written of directives) add(written, false);
  for (const written of disabledDirectives) add(written, true);
  return entries;
}
