import { findNodeAtLocation, parseTree, printParseErrorCode, type ParseError } from 'jsonc-parser';

import type { JsonPath } from './json-value.ts';

/** A place in a text, both counted from 1; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string; readonly position: Position };

const STRICT = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };

const SYNTAX_PROBLEMS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'an unknown word stands here',
  InvalidNumberFormat: 'a number is malformed',
  PropertyNameExpected: 'a key in double quotes must stand here (or a comma before it is too much)',
  ValueExpected: 'a value must stand here (or a comma before it is too much)',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing brace } is missing',
  CloseBracketExpected: 'a closing bracket ] is missing',
  EndOfFileExpected: 'nothing may follow the end of the document',
  InvalidCommentToken: 'comments are not allowed',
  UnexpectedEndOfComment: 'comments are not allowed',
  UnexpectedEndOfString: 'a text is not closed on its line',
  UnexpectedEndOfNumber: 'a number is not complete',
  InvalidUnicode: 'a \\u escape is malformed',
  InvalidEscapeCharacter: 'a backslash must be written twice or begin a known escape',
  InvalidCharacter: 'a control character must be escaped',
};

/** Parses strict JSON; what is wrong is said with its place. */
export function readJson(text: string): JsonReading {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch (error) {
    const found = findSyntaxError(text);
    const reason = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      problem: `is not valid JSON: ${found?.problem ?? reason}`,
      position: positionOf(text, found?.offset ?? 0),
    };
  }
}

function findSyntaxError(text: string): { problem: string; offset: number } | undefined {
  const errors: ParseError[] = [];
  withinStack(() => parseTree(text, errors, STRICT));
  const [first] = errors;
  if (first === undefined) return undefined;
  const problem = SYNTAX_PROBLEMS[printParseErrorCode(first.error)];
  return problem === undefined ? undefined : { problem, offset: first.offset };
}

/**
 * Finds places in a valid JSON text by path; a value that is missing has the place of what should hold it. The text is
 * parsed a second time at the first question only, as files without faults have none.
 */
export function createLocator(text: string): (path: JsonPath) => Position | undefined {
  let tree: ReturnType<typeof parseTree> | 'unparsed' = 'unparsed';
  return (path) => {
    if (tree === 'unparsed') tree = withinStack(() => parseTree(text, [], STRICT));
    if (tree === undefined) return undefined;
    for (let length = path.length; length >= 0; length -= 1) {
      const node = findNodeAtLocation(tree, path.slice(0, length));
      if (node !== undefined) return positionOf(text, node.offset);
    }
    return undefined;
  };
}

/** The result, or undefined when a hostile document is nested deeper than the parser's recursion can follow. */
function withinStack<Result>(parse: () => Result): Result | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function positionOf(text: string, offset: number): Position {
  let line = 1;
  let start = 0;
  for (
    let next = text.indexOf('\n');
    next >= 0 && next < offset;
    next = text.indexOf('\n', start)
  ) {
    line += 1;
    start = next + 1;
  }
  return { line, column: offset - start + 1 };
}
