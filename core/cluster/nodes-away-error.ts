/** An answer needs nodes of the cluster that do not give it. */
export class NodesAwayError extends Error {
  override readonly name = 'NodesAwayError';
  /** Their names; none when NATS itself is away. */
  readonly nodes: readonly string[];

  constructor(nodes: readonly string[], options?: ErrorOptions) {
    super(
      nodes.length === 0
        ? 'NATS is away, and with it the backends'
        : `no answer from ${nodes.length === 1 ? 'node' : 'nodes'} ${nodes.join(', ')}`,
      options,
    );
    this.nodes = nodes;
  }
}
