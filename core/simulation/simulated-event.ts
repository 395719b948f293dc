/** The keys of SPEC §1 that a simulated event can have. */
export type EventKey =
  | 'title'
  | 'sensor'
  | 'src_ip'
  | 'dst_ip'
  | 'src_port'
  | 'dst_port'
  | 'protocol'
  | 'plugin_id'
  | 'plugin_sid'
  | 'product'
  | 'category'
  | 'subcategory'
  | 'custom_label1'
  | 'custom_data1'
  | 'custom_label2'
  | 'custom_data2'
  | 'custom_label3'
  | 'custom_data3';

/** An event as it is sent, but for its id and time. */
export type SimulatedEvent = Readonly<Partial<Record<EventKey, string | number>>>;

/** By which events of a simulation can be told from others. */
export const SIMULATION_SENSOR = 'dsiem-simulate';

/** The event with an id and a time in RFC 3339, as a sender posts it. */
export function stampEvent(
  event: SimulatedEvent,
  { id, time }: { readonly id: string; readonly time: string },
): Readonly<Record<string, string | number | undefined>> {
  return { event_id: id, timestamp: time, ...event };
}
