/** A rule as a file writes it: stage `stage` of plugin 1, sid `stage`. */
export function createRuleText(
  stage: number,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    name: `stage ${String(stage)}`,
    type: 'PluginRule',
    stage,
    plugin_id: 1,
    plugin_sid: [stage],
    occurrence: 1,
    from: 'ANY',
    to: 'ANY',
    reliability: 1,
    timeout: 60,
    ...changes,
  };
}

/** A directive of two stages as a file writes it, id 1 unless changed. */
export function createDirectiveText(
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    id: 1,
    name: 'a directive',
    kingdom: 'a kingdom',
    category: 'a category',
    priority: 3,
    rules: [createRuleText(1), createRuleText(2)],
    ...changes,
  };
}
