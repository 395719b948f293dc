// Two versions of a file side by side, for who loads this part on demand.
import { json } from '@codemirror/lang-json';
import { MergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { EDITOR_LOOKS } from './editor-theme.ts';

export interface CompareInput {
  readonly root: ShadowRoot;
  readonly left: { readonly label: string; readonly text: string };
  readonly right: { readonly label: string; readonly text: string };
  /** Told of the right text when something of the left one was taken over. */
  readonly onChange: (text: string) => void;
}

/** Shows both; arrows take a piece of the left into the right. Answers how to end it. */
export function createCompare({ root, left, right, onChange }: CompareInput): () => void {
  const common = [lineNumbers(), json(), EDITOR_LOOKS, EditorView.lineWrapping];
  const labelled = (label: string): ReturnType<typeof EditorView.contentAttributes.of> =>
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' });
  const host = document.createElement('div');
  host.style.height = '100%';
  host.style.overflow = 'auto';
  root.append(host);
  const view = new MergeView({
    parent: host,
    root,
    a: {
      doc: left.text,
      extensions: [...common, labelled(left.label), EditorState.readOnly.of(true)],
    },
    b: {
      doc: right.text,
      extensions: [
        ...common,
        labelled(right.label),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) onChange(state.doc.toString());
        }),
      ],
    },
    revertControls: 'a-to-b',
    collapseUnchanged: { margin: 3 },
  });
  return () => {
    view.destroy();
    host.remove();
  };
}
