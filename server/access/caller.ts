import type { Role } from '../../core/access/role.ts';

/** Who calls, as the access layer found out; `name` stands in the audit log. */
export interface Caller {
  readonly name: string;
  readonly role: Role;
  /** The remote address. */
  readonly from: string;
}
