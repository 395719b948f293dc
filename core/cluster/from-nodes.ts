/** What several nodes have answered together; `missingNodes` names those whose part is missing, absent when none is. */
export type FromNodes<Answer> = Answer & {
  readonly missingNodes?: readonly string[] | undefined;
};
