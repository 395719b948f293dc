import type { Fault } from '../core/directive/fault.ts';
import type { Position } from './json-text.ts';

/** What is wrong with, or doubtful in, a configuration file: where it stands, and what it must be. */
export interface ConfigurationFault {
  /** The name of the file, or the folder when the fault is of all files together. */
  readonly file: string;
  readonly directiveId?: number;
  /** What else holds the value: `asset 2 (db01)`, `entry 3 (its name)` for a directive without an id that can be read. */
  readonly item?: string;
  readonly stage?: number;
  /** The key as the file writes it; absent when the whole item or file is meant. */
  readonly field?: string;
  /** A phrase: `must name an earlier stage`. */
  readonly problem: string;
  readonly got?: unknown;
  /** Counted from 1, as `column`. */
  readonly line?: number;
  readonly column?: number;
}

const LONGEST_SHOWN = 120;

/** One line: `file: directive 41007, stage 3, from: must name an earlier stage, got ":4" (line 12, column 9)`. */
export function formatFault(fault: ConfigurationFault): string {
  const { file, directiveId, item, stage, field, problem, got, line, column } = fault;
  const place = [
    directiveId === undefined ? item : `directive ${String(directiveId)}`,
    stage === undefined ? undefined : `stage ${String(stage)}`,
    field,
  ].filter((part) => part !== undefined);
  return [
    `${file}: `,
    place.length === 0 ? '' : `${place.join(', ')}: `,
    problem,
    got === undefined ? '' : `, got ${formatGot(got)}`,
    line === undefined ? '' : ` (line ${String(line)}, column ${String(column)})`,
  ].join('');
}

function formatGot(got: unknown): string {
  if (Array.isArray(got)) return `a list of ${String(got.length)}`;
  if (typeof got === 'object' && got !== null) return 'an object';
  const text = JSON.stringify(got);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** The order in which an operator works through a file. */
export function compareFaults(left: ConfigurationFault, right: ConfigurationFault): number {
  return (
    compareTexts(left.file, right.file) ||
    (left.line ?? 0) - (right.line ?? 0) ||
    (left.column ?? 0) - (right.column ?? 0)
  );
}

/** The alphabetical order of file names: by code unit, the same everywhere. */
export function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The part of a fault that says where in the file it is. */
export function placed(position: Position | undefined): Partial<Position> {
  return position === undefined ? {} : { line: position.line, column: position.column };
}

/** Problem and value of a fault, without a value that is undefined. */
export function described({ problem, got }: Pick<Fault, 'problem' | 'got'>): {
  problem: string;
  got?: unknown;
} {
  return got === undefined ? { problem } : { problem, got };
}
