import type { Route } from './directive.ts';
import type { RuleSource } from './directive-source.ts';

/** Up to so many routes are compared one by one, without a table. */
const FEW = 16;

/** What routes events to these rules (SPEC §5): each route once, in the order of the rules. */
export function findRoutes(sources: readonly RuleSource[]): readonly Route[] {
  const routes: Route[] = [];
  for (const source of sources) addRoutes(routes, source);
  // A copy has no room to spare, and there are many thousand lists.
  return routes.length <= FEW ? routes.slice() : uniqueOf(routes);
}

/** Adds the routes of a rule; of few routes each once. */
function addRoutes(routes: Route[], source: RuleSource): void {
  if (source.type === 'PluginRule') {
    const { plugin_id: pluginId = 0, plugin_sid: sids = [] } = source;
    for (const pluginSid of sids) add(routes, { type: 'plugin', pluginId, pluginSid });
  } else {
    const { product: products = [], category = '' } = source;
    for (const product of products) add(routes, { type: 'taxonomy', product, category });
  }
}

function add(routes: Route[], route: Route): void {
  if (routes.length <= FEW) {
    for (const known of routes) if (isSame(known, route)) return;
  }
  routes.push(route);
}

function isSame(left: Route, right: Route): boolean {
  if (left.type === 'plugin') {
    return (
      right.type === 'plugin' &&
      left.pluginSid === right.pluginSid &&
      left.pluginId === right.pluginId
    );
  }
  return (
    right.type === 'taxonomy' && left.product === right.product && left.category === right.category
  );
}

function uniqueOf(routes: readonly Route[]): Route[] {
  // Plugin ids are numbers and categories texts, so that they never meet.
  const known = new Map<number | string, Set<number | string>>();
  return routes.filter((route) => {
    const first = route.type === 'plugin' ? route.pluginId : route.category;
    const second = route.type === 'plugin' ? route.pluginSid : route.product;
    const seconds = known.get(first) ?? new Set();
    known.set(first, seconds);
    if (seconds.has(second)) return false;
    seconds.add(second);
    return true;
  });
}
