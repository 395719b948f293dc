import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { JSONSchema } from 'vscode-json-languageservice';
import type { FaultView } from '../../server/schemas/fault.ts';
import { createEditor, type Editor } from './editor/editor.ts';
import { useShadowRoot } from './shadow-host.ts';

export interface Place {
  readonly line: number;
  readonly column?: number | undefined;
  /** Another one each time, so that the same place can be asked for again. */
  readonly round: number;
}

export interface FileEditorProps {
  readonly label: string;
  readonly text: string;
  readonly readOnly: boolean;
  readonly schema: JSONSchema | null;
  readonly faults: readonly FaultView[];
  /** null: nowhere in particular. */
  readonly place: Place | null;
  readonly change: (text: string) => void;
  readonly check: () => void;
}

/** The text of a file; loaded on demand, so import it through `lazyPart`. */
export function FileEditor(props: FileEditorProps): JSX.Element {
  const { label, text, readOnly, schema, faults, place } = props;
  const newest = useRef(props);
  newest.current = props;
  const editor = useRef<Editor | null>(null);
  const host = useShadowRoot((root) => {
    const built = createEditor({
      ...{ root, text, label, readOnly, schema },
      onChange: (changed) => {
        newest.current.change(changed);
      },
      onCheck: () => {
        newest.current.check();
      },
    });
    editor.current = built;
    return () => {
      editor.current = null;
      built.destroy();
    };
  });
  useEffect(() => {
    editor.current?.setText(text);
  }, [text]);
  useEffect(() => {
    editor.current?.setFaults(faults, 'error');
  }, [faults]);
  useEffect(() => {
    if (place !== null) editor.current?.goTo(place.line, place.column);
  }, [place]);
  return <div class="editor" ref={host} />;
}
