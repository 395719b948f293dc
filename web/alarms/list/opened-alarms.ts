/** Finished stages of opened alarms when they were opened, by id, the longest ago first. */
export type Opened = ReadonlyMap<string, number>;

const MOST = 2000;

/** What was kept as JSON; empty for what is none. */
export function readOpened(text: string | null): Opened {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(kept)) return new Map();
    return new Map(kept.filter(isEntry));
  } catch {
    return new Map();
  }
}

/** With one more; the longest ago is forgotten above 2,000. */
export function withOpened(opened: Opened, id: string, stages: number): Opened {
  const next = new Map(opened);
  next.delete(id);
  next.set(id, stages);
  return new Map([...next].slice(-MOST));
}

function isEntry(entry: unknown): entry is [string, number] {
  return Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number';
}
