// Reading, checking and changing files; what the engine answers as outcomes that the page can show.
import type { z } from 'zod';
import type {
  configurationChangeSchema,
  DraftCheckView,
} from '../../server/schemas/configuration-file.ts';
import type { FaultView } from '../../server/schemas/fault.ts';
import { ApiError } from '../api/api-error.ts';
import { request, requestText, sendJson } from '../api/client.ts';
import { NEW_FILE } from './file-draft.ts';

type Change = z.infer<typeof configurationChangeSchema>;

export interface FileText {
  readonly text: string;
  /** For If-Match; NEW_FILE when there is no such file. */
  readonly tag: string;
}

export type SaveOutcome =
  | { readonly kind: 'saved'; readonly change: Change; readonly tag: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'refused'; readonly problems: readonly FaultView[]; readonly error: ApiError };

/** The file as it stands on disk; throws ApiError. */
export async function readFile(name: string, signal?: AbortSignal): Promise<FileText> {
  try {
    const options = signal === undefined ? {} : { signal };
    const { body, entityTag } = await requestText('GET', pathOf(name), options);
    return { text: body, tag: entityTag ?? '' };
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.status === 404) return { text: '', tag: NEW_FILE };
    throw thrown;
  }
}

/** What loading the folder with this text would do; throws ApiError. */
export function checkFile(name: string, text: string): Promise<DraftCheckView> {
  return sendJson<DraftCheckView>('POST', `${pathOf(name)}/check`, { body: text });
}

/** Writes the text where the file is still what `base` says; without a text deletes it. Throws ApiError. */
export async function changeFile(
  name: string,
  text: string | null,
  base: string,
): Promise<SaveOutcome> {
  const headers = base === NEW_FILE ? { 'If-None-Match': '*' } : { 'If-Match': base };
  try {
    const { body, entityTag } =
      text === null
        ? await request<Change>('DELETE', pathOf(name), { headers })
        : await request<Change>('PUT', pathOf(name), { body: text, headers });
    return { kind: 'saved', change: body, tag: entityTag ?? NEW_FILE };
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    if (thrown.status === 412) return { kind: 'conflict' };
    if (thrown.status !== 422) throw thrown;
    return { kind: 'refused', problems: problemsOf(thrown), error: thrown };
  }
}

function pathOf(name: string): string {
  return `/configuration/files/${encodeURIComponent(name)}`;
}

/** The problems in the details of a refusal, as far as they have the words that are shown. */
function problemsOf({ details }: ApiError): FaultView[] {
  const { problems } = details;
  if (!Array.isArray(problems)) return [];
  return problems.filter(isFault);
}

function isFault(value: unknown): value is FaultView {
  return (
    typeof value === 'object' &&
    value !== null &&
    'file' in value &&
    'problem' in value &&
    'text' in value &&
    typeof value.text === 'string'
  );
}
