// What directives cost: estimated from their rules, or measured by a running engine (`dsiem split`).
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ConfiguredDirective } from '../config/configuration.ts';
import type { Item } from '../config/item-list.ts';
import type { WeighedItem } from '../config/split-directives.ts';
import { estimateCost } from '../core/directive/estimate-cost.ts';
import type { Route } from '../core/directive/directive.ts';
import { directiveStatisticsSchema } from '../server/schemas/statistics.ts';

/** Statistics cannot be had, or are none; the message says why. */
export class StatisticsError extends Error {
  override readonly name = 'StatisticsError';
}

/** What is looked at of an answer, so that those of other versions do too. */
const rowsSchema = z.object({
  directives: z.array(
    directiveStatisticsSchema.pick({
      ...{ id: true, name: true, since: true, work_seconds: true, last_event: true },
    }),
  ),
  next: z.string().nullable(),
});
type Rows = z.infer<typeof rowsSchema>;

/** Seconds of work a second, by directive id and name. */
export type MeasuredCosts = ReadonlyMap<string, number>;

const PAGE_LIMIT = 500;
const TIME_LIMIT_MS = 10_000;
/** A directive that is younger has not shown yet what it costs. */
const LEAST_SECONDS = 60;

/** Items with their costs; disabled directives cost nothing. Without a measure the estimate is used, on the same scale. */
export function weighItems(
  items: readonly Item[],
  directives: readonly ConfiguredDirective[],
  measured: MeasuredCosts | undefined,
): readonly WeighedItem[] {
  const byPlace = new Map(directives.map((found) => [placeOf(found), found]));
  const scale = measured === undefined ? 1 : scaleOf(directives, measured);
  return items.map((item) => {
    const configured = byPlace.get(placeOf(item));
    if (configured === undefined) return { item, cost: 0, routes: [] };
    const { directive } = configured;
    const estimate = estimateCost(directive) * scale;
    if (measured !== undefined) {
      return { item, cost: measured.get(keyOf(directive)) ?? estimate, routes: [] };
    }
    return { item, cost: estimate, routes: directive.ruleSet.routes.map(routeText) };
  });
}

/** How many of the directives were measured. */
export function countMeasured(
  directives: readonly ConfiguredDirective[],
  measured: MeasuredCosts,
): number {
  return directives.filter(({ directive }) => measured.has(keyOf(directive))).length;
}

/** Measured work for a unit of the estimate, over the directives that were measured. */
function scaleOf(directives: readonly ConfiguredDirective[], measured: MeasuredCosts): number {
  let work = 0;
  let units = 0;
  for (const { directive } of directives) {
    const cost = measured.get(keyOf(directive));
    if (cost === undefined) continue;
    work += cost;
    units += estimateCost(directive);
  }
  return units === 0 || work === 0 ? 1 : work / units;
}

/**
 * Reads measured costs from running engines (`http://127.0.0.1:8080`) and from files that hold an answer of
 * GET /api/statistics/directives; throws a StatisticsError. Of a directive that several know the largest cost counts.
 */
export async function readMeasuredCosts(
  sources: readonly string[],
  token: string | undefined,
): Promise<MeasuredCosts> {
  const costs = new Map<string, number>();
  for (const source of sources) {
    for (const [key, cost] of await readCosts(source, token)) {
      costs.set(key, Math.max(cost, costs.get(key) ?? 0));
    }
  }
  return costs;
}

async function readCosts(source: string, token: string | undefined): Promise<MeasuredCosts> {
  const rows = /^https?:\/\//.test(source)
    ? await fetchRows(source, token)
    : parseList(await readText(source), source).directives;
  const until = Math.max(...rows.map(({ since, last_event: last }) => Math.max(since, last ?? 0)));
  return new Map(
    rows.map((row) => [keyOf(row), row.work_seconds / Math.max(LEAST_SECONDS, until - row.since)]),
  );
}

async function fetchRows(url: string, token: string | undefined): Promise<Rows['directives']> {
  const rows: Rows['directives'] = [];
  let next: string | null = null;
  do {
    const address = new URL('/api/statistics/directives', url);
    address.searchParams.set('limit', String(PAGE_LIMIT));
    if (next !== null) address.searchParams.set('cursor', next);
    const list = parseList(await fetchText(address, token), address.href);
    rows.push(...list.directives);
    next = list.next;
  } while (next !== null);
  return rows;
}

async function fetchText(address: URL, token: string | undefined): Promise<string> {
  try {
    const response = await fetch(address, {
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    const text = await response.text();
    if (response.ok) return text;
    throw new StatisticsError(`${address.href}: answers ${String(response.status)}`);
  } catch (cause) {
    if (cause instanceof StatisticsError) throw cause;
    throw new StatisticsError(`${address.href}: does not answer`, { cause });
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StatisticsError(`${path}: cannot be read: ${reason}`, { cause });
  }
}

function parseList(text: string, from: string): Rows {
  try {
    return rowsSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StatisticsError(`${from}: is no answer of GET /api/statistics/directives`, { cause });
  }
}

function placeOf({ file, index }: Pick<Item, 'file' | 'index'>): string {
  return `${file}/${String(index)}`;
}

function keyOf({ id, name }: { readonly id: number; readonly name: string }): string {
  return `${String(id)} ${name}`;
}

function routeText(route: Route): string {
  return route.type === 'plugin'
    ? `${String(route.pluginId)}:${String(route.pluginSid)}`
    : `${route.product}\n${route.category}`;
}
