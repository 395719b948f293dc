// Names of metrics in Prometheus' text format, in PromQL and in our document.

/** The names that a scrape declares, with the suffixes that its histograms have. */
export function namesOfScrape(text: string): Set<string> {
  const names = new Set<string>();
  for (const [, name = '', type = ''] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    names.add(name);
    if (type !== 'histogram') continue;
    for (const suffix of ['bucket', 'sum', 'count']) names.add(`${name}_${suffix}`);
  }
  return names;
}

/** The names that an expression reads, of ours and of the process. */
export function namesOfExpression(expression: string): string[] {
  return expression.match(/\b(?:dsiem|nodejs|process)_[a-z0-9_]+/g) ?? [];
}
