// Which rows fit: one criterion after the other over all rows, so that each is a short loop.
import type { CriterionTest } from './column-filter.ts';
import type { AlarmColumns } from './columns.ts';

const SEVERAL = 255;

/** The rows that are shown and pass all tests, in order. */
export function findFitting(columns: AlarmColumns, tests: readonly CriterionTest[]): Uint32Array {
  let rows = findShown(columns);
  for (const { passes } of tests) {
    let count = 0;
    for (const row of rows) {
      if (!passes(row)) continue;
      rows[count] = row;
      count += 1;
    }
    rows = rows.subarray(0, count);
  }
  return rows;
}

/** The rows that fit, and by the number of a test those that fail it alone. */
export interface NearlyFitting {
  readonly fitting: Uint32Array;
  readonly failing: readonly Uint32Array[];
}

/** As `findFitting`, together with the rows that fail only one of the tests. */
export function findNearlyFitting(
  columns: AlarmColumns,
  tests: readonly CriterionTest[],
): NearlyFitting {
  const rows = findShown(columns);
  if (tests.length === 0) return { fitting: rows, failing: [] };
  // 0: it passes all so far, else 1 + the test that it fails
  const failed = new Uint8Array(rows.length);
  for (const [number, { passes }] of tests.entries()) {
    for (let index = 0; index < rows.length; index += 1) {
      const before = failed[index];
      if (before === SEVERAL || passes(rows[index] ?? 0)) continue;
      failed[index] = before === 0 ? number + 1 : SEVERAL;
    }
  }
  return {
    fitting: selectByMark(rows, failed, 0),
    failing: tests.map((_, number) => selectByMark(rows, failed, number + 1)),
  };
}

function findShown({ ids, deleted }: AlarmColumns): Uint32Array {
  const rows = new Uint32Array(ids.length);
  let count = 0;
  for (let row = 0; row < ids.length; row += 1) {
    if (ids[row] === undefined || deleted[row] === 1) continue;
    rows[count] = row;
    count += 1;
  }
  return rows.subarray(0, count);
}

function selectByMark(rows: Uint32Array, marks: Uint8Array, mark: number): Uint32Array {
  const selected = new Uint32Array(rows.length);
  let count = 0;
  for (let index = 0; index < rows.length; index += 1) {
    if (marks[index] !== mark) continue;
    selected[count] = rows[index] ?? 0;
    count += 1;
  }
  return selected.subarray(0, count);
}
