// What the published schema knows of a place in a file: marks, words to complete, explanations.
import {
  snippetCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import type { Diagnostic } from '@codemirror/lint';
import type { Tooltip } from '@codemirror/view';
import {
  getLanguageService,
  TextDocument,
  type CompletionItem,
  type Hover,
  type JSONSchema,
} from 'vscode-json-languageservice';

/** Longer texts are left to the engine's check: each look parses the whole text. */
const LONGEST_TEXT = 1_000_000;

export interface JsonHelp {
  /** Where the text is no JSON, or not what the schema asks for. */
  marks(text: string): Promise<Diagnostic[]>;
  complete(context: CompletionContext): Promise<CompletionResult | null>;
  hover(text: string, at: number): Promise<Tooltip | null>;
}

/** Help by a JSON Schema; without one only broken JSON is marked. */
export function createJsonHelp(schema: JSONSchema | null): JsonHelp {
  const service = getLanguageService({});
  service.configure({
    validate: true,
    allowComments: false,
    schemas: schema === null ? [] : [{ uri: 'schema:file', fileMatch: ['*'], schema }],
  });
  const open = (text: string): TextDocument =>
    TextDocument.create('file:///file.json', 'json', 1, text);

  return {
    marks: async (text) => {
      if (text.length > LONGEST_TEXT) return [];
      const document = open(text);
      const found = await service.doValidation(document, service.parseJSONDocument(document), {
        schemaValidation: 'error',
      });
      return found.map(({ range, message }) => ({
        from: document.offsetAt(range.start),
        to: document.offsetAt(range.end),
        severity: 'error',
        message: typeof message === 'string' ? message : message.value,
      }));
    },
    complete: async (context) => {
      const { state, pos, explicit } = context;
      const text = state.doc.toString();
      if (text.length > LONGEST_TEXT) return null;
      const word = context.matchBefore(/"?[\w.-]*/);
      if (!explicit && (word === null || word.from === word.to)) return null;
      const document = open(text);
      const json = service.parseJSONDocument(document);
      const list = await service.doComplete(document, document.positionAt(pos), json);
      const options = list?.items.map(toCompletion) ?? [];
      const edit = list?.items[0]?.textEdit;
      const from =
        edit !== undefined && 'range' in edit ? document.offsetAt(edit.range.start) : pos;
      const to = edit !== undefined && 'range' in edit ? document.offsetAt(edit.range.end) : pos;
      return options.length === 0 ? null : { from, to, options };
    },
    hover: async (text, at) => {
      if (text.length > LONGEST_TEXT) return null;
      const document = open(text);
      const json = service.parseJSONDocument(document);
      const hover = await service.doHover(document, document.positionAt(at), json);
      const words = hoverText(hover?.contents);
      if (words === '') return null;
      const pos = hover?.range === undefined ? at : document.offsetAt(hover.range.start);
      return { pos, above: true, create: () => ({ dom: box(words) }) };
    },
  };
}

function toCompletion(
  { label, textEdit, insertText, documentation, kind }: CompletionItem,
  index: number,
): Completion {
  const text = textEdit?.newText ?? insertText ?? label;
  const info = typeof documentation === 'string' ? documentation : documentation?.value;
  const completion = {
    label: text.startsWith('"') && !label.startsWith('"') ? `"${label}"` : label,
    displayLabel: label,
    // In the order of the schema, where what is required comes first.
    boost: -Math.min(99, index),
    // 10 is a key, all others are values.
    type: kind === 10 ? 'property' : 'constant',
    ...(info === undefined || info === '' ? {} : { info }),
  };
  // `$1` of the protocol is `${1}` here; the last place of a snippet is where the cursor stays.
  return snippetCompletion(text.replace(/\$(\d)/g, '${$1}').replaceAll('${0}', '${}'), completion);
}

function hoverText(contents: Hover['contents'] | undefined): string {
  if (contents === undefined) return '';
  const parts = Array.isArray(contents) ? contents : [contents];
  return parts
    .map((part) => (typeof part === 'string' ? part : part.value))
    .join('\n')
    .replace(/\\([^\w\s])/g, '$1')
    .replaceAll('&nbsp;', ' ')
    .trim();
}

function box(words: string): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'cm-words';
  dom.textContent = words;
  return dom;
}
