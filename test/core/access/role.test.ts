import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { includesRole, isRole, ROLES, type Role } from '../../../core/access/role.ts';

describe('a role', () => {
  const includes: Readonly<Record<Role, readonly Role[]>> = {
    events: ['events'],
    reader: ['reader'],
    analyst: ['reader', 'analyst'],
    admin: ['events', 'reader', 'analyst', 'admin'],
  };
  for (const role of ROLES) {
    it(`${role} includes ${includes[role].join(', ')} and no other`, () => {
      assert.deepEqual(
        ROLES.filter((need) => includesRole(role, need)),
        includes[role],
      );
    });
  }

  it('is one of four words', () => {
    assert.deepEqual(['admin', 'Admin', 'root', ''].map(isRole), [true, false, false, false]);
  });
});
