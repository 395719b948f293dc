// Fields of events as the engine keeps them (SPEC §1); what is not there is empty.
type EventFields = Readonly<Record<string, unknown>>;

export function textOf(event: EventFields, key: string): string {
  const value = event[key];
  return typeof value === 'string' ? value : '';
}

export function numberOf(event: EventFields, key: string): number {
  const value = event[key];
  return typeof value === 'number' ? value : 0;
}

/** The event's own time in Unix seconds; 0 when it has none that can be read. */
export function timeOf(event: EventFields): number {
  const at = Date.parse(textOf(event, 'timestamp'));
  return Number.isNaN(at) ? 0 : at / 1000;
}
