// A frontend's answers are put together from those of its backends; what it lacks it says.
import { z } from 'zod';
import type { FromNodes } from '../core/cluster/from-nodes.ts';

/** A value, or the promise of it where another node has to be asked. */
export type MaybePromise<Value> = Value | Promise<Value>;

/** The key of an answer that can be put together from those of several nodes. */
export const MISSING_NODES = {
  missing_nodes: z
    .array(z.string())
    .exactOptional()
    .describe('Backends that did not answer: what they have is not in this; absent when all did'),
};

/** What an answer says of the nodes whose part it lacks. */
export function tellMissing({ missingNodes = [] }: FromNodes<object>): {
  readonly missing_nodes?: readonly string[];
} {
  return missingNodes.length === 0 ? {} : { missing_nodes: missingNodes };
}
