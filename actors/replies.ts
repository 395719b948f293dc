/** Sends messages that each carry a `done`, and resolves when every one of them has been called. */
export class Replies {
  #outstanding = 0;
  #resolve: (() => void) | undefined;

  /** A `done` for one message; `take` gets what it was called with. */
  expect<Report>(take: (report: Report) => void): (report: Report) => void {
    this.#outstanding += 1;
    return (report) => {
      take(report);
      this.#outstanding -= 1;
      if (this.#outstanding === 0) this.#resolve?.();
    };
  }

  /** Resolves once nothing is outstanding; may be awaited again after further messages. */
  async all(): Promise<void> {
    if (this.#outstanding === 0) return;
    await new Promise<void>((resolve) => {
      this.#resolve = resolve;
    });
  }
}
