import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const looks = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--ground)' },
  // The ring is around the element that it stands in: gutters would cover one in here.
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--mono)',
    fontSize: 'var(--size-2)',
    lineHeight: '18px',
    fontFeatureSettings: 'normal',
  },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--ground)',
    color: 'var(--text-3)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'var(--cursor)' },
  '.cm-content ::selection': { backgroundColor: 'var(--cursor)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--ground-3)',
    outline: '1px solid var(--edge)',
  },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--ground-3)',
    color: 'var(--text-2)',
    border: '0',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--ground)',
    color: 'var(--text)',
    border: '0',
    borderRadius: 'var(--radius)',
    boxShadow: 'var(--shadow)',
    fontFamily: 'var(--sans)',
    fontSize: 'var(--size-2)',
    lineHeight: '18px',
  },
  '.cm-words': { padding: '4px 8px', maxWidth: '420px', whiteSpace: 'pre-wrap' },
  '.cm-diagnostic': { padding: '4px 8px', maxWidth: '480px' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--high)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--medium-line)' },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', fontSize: 'var(--size-2)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--cursor)',
    color: 'var(--text)',
  },
  '.cm-completionInfo': { padding: '4px 8px', maxWidth: '320px' },
  '.cm-panels': { backgroundColor: 'var(--ground-2)', color: 'var(--text)' },
  '.cm-panels button, .cm-panels input': {
    backgroundImage: 'none',
    backgroundColor: 'var(--ground)',
    color: 'var(--text)',
    border: '1px solid var(--line-2)',
    borderRadius: 'var(--radius)',
  },
  '.cm-searchMatch': { backgroundColor: 'var(--flash)' },
  '.cm-collapsedLines': { background: 'var(--ground-2)', color: 'var(--text-2)' },
  '.cm-collapsedLines::before, .cm-collapsedLines::after': { content: '"…"' },
  '.cm-changedLine': { backgroundColor: 'var(--hover)' },
  '&.cm-merge-a .cm-changedText, &.cm-merge-b .cm-changedText': {
    background: 'var(--flash)',
  },
});

const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.propertyName, color: 'var(--text)', fontWeight: '600' },
    { tag: tags.string, color: 'var(--text-2)' },
    { tag: [tags.number, tags.bool, tags.null], color: 'var(--data)' },
    { tag: tags.invalid, color: 'var(--high)' },
  ]),
);

/** The page's type and colours for an editor; light and dark follow by themselves. */
export const EDITOR_LOOKS: Extension = [looks, colours];
