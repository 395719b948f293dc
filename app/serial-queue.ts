/** Runs one piece of work after the other, in the order they were given; one that fails holds up none. */
export type SerialQueue = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** A queue with nothing in it. */
export function createSerialQueue(): SerialQueue {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
