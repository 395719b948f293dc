/** The record in a line of a file whose writer may have been killed; undefined for a torn one, which the next start has ended. */
export function parseWholeLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
