/** One example: the heading it stands under, what is said about it, and the words of curl after the options. */
export interface Example {
  readonly title: string;
  readonly text: string;
  readonly words: readonly string[];
  /** Whether it needs the administrator's token. */
  readonly admin?: true;
  /** How much of the answer is shown; 60 lines unless given. */
  readonly lines?: number;
}

/** An example that reads. */
export function show(title: string, text: string, path: string): Example {
  return { title, text, words: [path] };
}

/** An example with the administrator's token: method, path, JSON body, header line. */
export function change(
  title: string,
  text: string,
  [method, path, body, header]: readonly [string, string, string?, string?],
): Example {
  return {
    ...{ title, text, admin: true },
    words: [
      ...['-X', method],
      ...(header === undefined ? [] : ['-H', header]),
      ...(body === undefined ? [] : ['-H', 'Content-Type: application/json', '-d', body]),
      path,
    ],
  };
}
