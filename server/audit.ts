import type { Role } from '../core/access/role.ts';
import type { Caller } from './api-route.ts';

/** A change by a person, as the audit log takes it. */
export interface AuditEntry {
  readonly who: string;
  readonly role: Role;
  readonly from: string;
  /** `directive.off`, `configuration.write`. */
  readonly action: string;
  /** What it was done to: an id or a name. */
  readonly what: string;
  /** Plain data; absent where there is none, such as before a creation. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/** The audit log as routes see it: it takes every entry and never throws. */
export interface AuditPort {
  record(entry: AuditEntry): void;
}

/** The part of an entry that says who and from where. */
export function auditCaller({
  name,
  role,
  from,
}: Caller): Pick<AuditEntry, 'who' | 'role' | 'from'> {
  return { who: name, role, from };
}
