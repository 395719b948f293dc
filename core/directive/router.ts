import type { NormalizedEvent } from '../event/normalized-event.ts';
import type { Route } from './directive.ts';

/** Tells which items an event concerns (SPEC §5 Routing): look-ups by plugin id and sid, and by product and category. */
export class Router<Item> {
  readonly #byPlugin = new Map<number, Map<number, Item[]>>();
  readonly #byTaxonomy = new Map<string, Map<string, Item[]>>();

  add(route: Route, item: Item): void {
    const items =
      route.type === 'plugin'
        ? itemsAt(this.#byPlugin, route.pluginId, route.pluginSid)
        : itemsAt(this.#byTaxonomy, route.product, route.category);
    if (!items.includes(item)) items.push(item);
  }

  /** The items concerned, each once; undefined when there is none. */
  find(event: NormalizedEvent): readonly Item[] | undefined {
    const byPlugin = this.#byPlugin.get(event.pluginId)?.get(event.pluginSid);
    if (event.product === '' && event.category === '') return byPlugin;
    const byTaxonomy = this.#byTaxonomy.get(event.product)?.get(event.category);
    if (byPlugin === undefined) return byTaxonomy;
    if (byTaxonomy === undefined) return byPlugin;
    return [...new Set([...byPlugin, ...byTaxonomy])];
  }
}

function itemsAt<Outer, Inner, Item>(
  map: Map<Outer, Map<Inner, Item[]>>,
  outer: Outer,
  inner: Inner,
): Item[] {
  const innerMap = map.get(outer) ?? new Map<Inner, Item[]>();
  map.set(outer, innerMap);
  const items = innerMap.get(inner) ?? [];
  innerMap.set(inner, items);
  return items;
}
