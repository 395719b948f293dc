/** Reads JSON that the engine sent, trusted to have the shape of its schema; throws SyntaxError when it is no JSON. */
export function parseAnswer<Answer>(text: string): Answer {
  return JSON.parse(text);
}
