import type { NormalizedEvent } from '../event/normalized-event.ts';
import type { Route } from './directive.ts';

/** Tells which items an event concerns (SPEC §5 Routing): look-ups by plugin id and sid, and by product and category. */
export class Router<Item> {
  readonly #byPlugin = new Map<number, Map<number, Item[]>>();
  readonly #byTaxonomy = new Map<string, Map<string, Item[]>>();

  add(route: Route, item: Item): void {
    if (route.type === 'plugin') {
      addTo(mapAt(this.#byPlugin, route.pluginId), route.pluginSid, item);
    } else {
      addTo(mapAt(this.#byTaxonomy, route.product), route.category, item);
    }
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

function mapAt<Outer, Inner, Item>(
  maps: Map<Outer, Map<Inner, Item>>,
  outer: Outer,
): Map<Inner, Item> {
  const known = maps.get(outer);
  if (known !== undefined) return known;
  const map = new Map<Inner, Item>();
  maps.set(outer, map);
  return map;
}

function addTo<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const items = map.get(key);
  // A literal list has no room to spare; most routes belong to one item only.
  if (items === undefined) map.set(key, [item]);
  else if (!items.includes(item)) items.push(item);
}
