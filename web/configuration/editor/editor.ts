// The editor of one file, for who loads this part on demand. Styles go into the shadow root that it stands in.
import { autocompletion } from '@codemirror/autocomplete';
import { json } from '@codemirror/lang-json';
import { forceLinting, lintGutter, linter, type Diagnostic } from '@codemirror/lint';
import { EditorState, type Text } from '@codemirror/state';
import { EditorView, hoverTooltip, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import type { JSONSchema } from 'vscode-json-languageservice';
import type { FaultView } from '../../../server/schemas/fault.ts';
import { EDITOR_LOOKS } from './editor-theme.ts';
import { createJsonHelp } from './json-help.ts';

export interface EditorInput {
  readonly root: ShadowRoot;
  readonly text: string;
  readonly label: string;
  readonly readOnly: boolean;
  readonly schema: JSONSchema | null;
  readonly onChange: (text: string) => void;
  readonly onCheck: () => void;
}

export interface Editor {
  /** Replaces the text where it is another one. */
  setText(text: string): void;
  /** Marks what the engine found in this file. */
  setFaults(faults: readonly FaultView[], severity: Diagnostic['severity']): void;
  /** Shows a place, lines and columns from 1, and goes there. */
  goTo(line: number, column?: number): void;
  destroy(): void;
}

const TYPING_RESTS_MS = 400;

/** Builds the editor into the shadow root. */
export function createEditor(input: EditorInput): Editor {
  const { root, label, readOnly } = input;
  const help = createJsonHelp(input.schema);
  let told: { faults: readonly FaultView[]; severity: Diagnostic['severity'] } = {
    faults: [],
    severity: 'error',
  };
  let isOurs = false;
  const mark = async ({ state }: EditorView): Promise<Diagnostic[]> => {
    const engine = told.faults.map((fault) => toDiagnostic(fault, state.doc, told.severity));
    const lines = new Set(engine.map(({ from }) => state.doc.lineAt(from).number));
    const own = await help.marks(state.doc.toString());
    return [...engine, ...own.filter(({ from }) => !lines.has(state.doc.lineAt(from).number))];
  };
  const check = (): boolean => {
    input.onCheck();
    return true;
  };
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: input.text,
      extensions: [
        keymap.of([{ key: 'Mod-Enter', run: check }]),
        basicSetup,
        json(),
        EDITOR_LOOKS,
        EditorView.lineWrapping,
        lintGutter(),
        linter(mark, { delay: TYPING_RESTS_MS }),
        autocompletion({ icons: false, override: readOnly ? [] : [help.complete] }),
        hoverTooltip((shown, at) => help.hover(shown.state.doc.toString(), at)),
        EditorState.readOnly.of(readOnly),
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged && !isOurs) input.onChange(state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText: (text) => {
      if (text === view.state.doc.toString()) return;
      isOurs = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      isOurs = false;
    },
    setFaults: (faults, severity) => {
      told = { faults, severity };
      forceLinting(view);
    },
    goTo: (line, column = 1) => {
      const at = placeOf(view.state.doc, line, column);
      view.dispatch({
        selection: { anchor: at },
        effects: EditorView.scrollIntoView(at, { y: 'center' }),
      });
      view.focus();
    },
    destroy: () => {
      view.destroy();
    },
  };
}

function toDiagnostic(
  { line = 1, column = 1, problem, got, field }: FaultView,
  text: Text,
  severity: Diagnostic['severity'],
): Diagnostic {
  const from = placeOf(text, line, column);
  const to = Math.max(from, text.lineAt(from).to);
  const found = got === undefined ? '' : `, got ${JSON.stringify(got)}`;
  const name = field === undefined ? '' : `${field}: `;
  return { from, to, severity, message: `${name}${problem}${found}` };
}

function placeOf(text: Text, line: number, column: number): number {
  const { from, to } = text.line(Math.min(text.lines, Math.max(1, line)));
  return Math.min(to, from + column - 1);
}
