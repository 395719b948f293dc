/** What a token lets its owner do: send events, read, work on alarms, change everything (SPEC §11). */
export const ROLES = ['events', 'reader', 'analyst', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whether `text` names a role. */
export function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text);
}

/** Whether who has the role `have` may do what asks for `need`: admin may all, an analyst also reads, events stand apart. */
export function includesRole(have: Role, need: Role): boolean {
  if (have === need || have === 'admin') return true;
  return have === 'analyst' && need === 'reader';
}

/** A token as it is kept: never itself, only its SHA-256 (32 bytes). */
export interface AccessToken {
  /** Stands in the audit log. */
  readonly name: string;
  readonly role: Role;
  readonly hash: Uint8Array;
}
