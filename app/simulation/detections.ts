// The directives and assets that a simulation works with: of a folder, or of a running engine by GET /config.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { checkConfiguration } from '../../config/check-configuration.ts';
import { formatFault } from '../../config/configuration-fault.ts';
import type { ConfigurationText } from '../../config/configuration.ts';
import { kindOfFile } from '../../config/file-kind.ts';
import { readItems } from '../../config/item-list.ts';
import { valueAt } from '../../config/json-value.ts';
import type { Assets, AssetSource } from '../../core/asset/assets.ts';
import type { Directive } from '../../core/directive/directive.ts';
import { withScheme } from './event-poster.ts';

/** What is loaded, or would be. */
export interface Detections {
  readonly directives: readonly Directive[];
  /** Ids of directives that their file disables. */
  readonly disabled: ReadonlySet<number>;
  readonly assets: Assets;
  readonly assetSources: readonly AssetSource[];
}

/** The files cannot be had or used; one problem a line. */
export class DetectionsError extends Error {
  override readonly name = 'DetectionsError';
}

const listAnswer = z.object({ files: z.array(z.object({ filename: z.string() })) });
const ANSWER_LIMIT_MS = 30_000;

/** Reads the files of a folder; rejects with a DetectionsError. */
export async function readFolderDetections(folder: string): Promise<Detections> {
  try {
    const names = (await readdir(folder)).filter(isOfInterest);
    const texts = names.map(async (name) => ({
      name,
      text: await readFile(join(folder, name), 'utf8'),
    }));
    return check(await Promise.all(texts), folder);
  } catch (error) {
    if (error instanceof DetectionsError) throw error;
    throw new DetectionsError(`${folder} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

/** Reads the files that an engine has; rejects with a DetectionsError. */
export async function readEngineDetections(url: string): Promise<Detections> {
  const base = withScheme(url);
  try {
    const { files } = listAnswer.parse(JSON.parse(await fetchText(new URL('/config', base))));
    const texts: ConfigurationText[] = [];
    for (const { filename: name } of files) {
      if (!isOfInterest(name)) continue;
      const text = await fetchText(new URL(`/config/${encodeURIComponent(name)}`, base));
      texts.push({ name, text });
    }
    return check(texts, `${url}/config`);
  } catch (error) {
    if (error instanceof DetectionsError) throw error;
    const reason = reasonOf(error);
    throw new DetectionsError(`${url}/config cannot be read: ${reason}`, { cause: error });
  }
}

function isOfInterest(name: string): boolean {
  const kind = name.endsWith('.json') ? kindOfFile(name) : undefined;
  return kind === 'assets' || kind === 'directives';
}

async function fetchText(address: URL): Promise<string> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${address.pathname} answered ${String(answer.status)}`);
  return text;
}

function check(texts: readonly ConfigurationText[], folder: string): Detections {
  const result = checkConfiguration(texts, { checkSource: () => [], folder });
  const { configuration } = result;
  if (configuration === undefined) {
    throw new DetectionsError(result.faults.map(formatFault).join('\n'));
  }
  const assetTexts = texts.filter(({ name }) => kindOfFile(name) === 'assets');
  return {
    directives: configuration.directives.map(({ directive }) => directive),
    disabled: new Set(configuration.disabledDirectives.map(({ source }) => source.id)),
    assets: configuration.assets,
    assetSources: assetTexts.flatMap((text) => readItems('assets', text).items.map(readAsset)),
  };
}

/** Only the network counts: where it is cut out of the address space. */
function readAsset({ value }: { readonly value: unknown }): AssetSource {
  return { name: '', cidr: String(valueAt(value, ['cidr'])), value: 1 };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
