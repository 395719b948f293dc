import {
  FACET_NAMES,
  mapFacets,
  toFacet,
  type AlarmFacets,
  type FacetName,
} from '../../core/alarm/alarm-facets.ts';
import type { AddressLists } from './address-lists.ts';
import type { CriterionTest } from './column-filter.ts';
import { PROGRESSES, RISK_CLASSES, type AlarmColumns, type Column } from './columns.ts';
import { findNearlyFitting } from './fitting-rows.ts';

type Counts = Iterable<readonly [string, number]>;

/** The facets: a row that fails only what is said of one facet counts for that one. */
export function countFacets(
  columns: AlarmColumns,
  tests: readonly CriterionTest[],
  limit: number,
): AlarmFacets {
  const { fitting, failing } = findNearlyFitting(columns, tests);
  const rowsOf = (name: FacetName): readonly Uint32Array[] => {
    const index = tests.findIndex((test) => test.name === name);
    const others = failing[index];
    return others === undefined ? [fitting] : [fitting, others];
  };
  const counts = new Map(
    FACET_NAMES.map((name) => [name, countFacet(columns, name, rowsOf(name))]),
  );
  return mapFacets((name) => toFacet(counts.get(name) ?? [], limit));
}

function countFacet(columns: AlarmColumns, name: FacetName, rows: readonly Uint32Array[]): Counts {
  const { statuses, tags } = columns;
  switch (name) {
    case 'status':
      return countCodes(columns.status, rows, (code) => statuses.textOf(code));
    case 'tag':
      return countCodes(columns.tag, rows, (code) => tags.textOf(code));
    case 'risk':
      return countCodes(columns.riskClass, rows, (code) => RISK_CLASSES[code] ?? '');
    case 'progress':
      return countCodes(columns.progress, rows, (code) => PROGRESSES[code] ?? '');
    case 'directive':
      return countCodes(columns.directive, rows, (code) => columns.directives.textOf(code));
    case 'from':
    case 'to':
      return countAddresses(columns[name], rows);
  }
}

/** Of a column whose numbers are below 65,536. */
function countCodes(
  column: Column,
  rows: readonly Uint32Array[],
  nameOf: (code: number) => string,
): Counts {
  const counts = new Uint32Array(65_536);
  for (const some of rows) {
    for (const row of some) {
      const code = column[row] ?? 0;
      counts[code] = (counts[code] ?? 0) + 1;
    }
  }
  return nameCounts(counts, nameOf);
}

function countAddresses(lists: AddressLists, rows: readonly Uint32Array[]): Counts {
  const { texts } = lists.book;
  const counts = new Uint32Array(texts.size);
  for (const some of rows) {
    for (const row of some) lists.count(row, counts);
  }
  return nameCounts(counts, (code) => texts.textOf(code));
}

function* nameCounts(
  counts: Uint32Array,
  nameOf: (code: number) => string,
): Generator<readonly [string, number]> {
  for (let code = 0; code < counts.length; code += 1) {
    const count = counts[code] ?? 0;
    if (count > 0) yield [nameOf(code), count];
  }
}
