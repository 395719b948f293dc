import { createHash, randomBytes } from 'node:crypto';
import { nkeys } from '@nats-io/transport-node';

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** An operator with one account and one user, as nsc makes them. */
export interface NatsAccounts {
  /** What the server's configuration file says of them. */
  readonly configuration: string;
  /** The text of the user's credentials file. */
  readonly credentials: string;
}

/** Makes new keys and signs what they may do: everything. */
export function makeNatsAccounts(): NatsAccounts {
  const operator = nkeys.createOperator();
  const account = nkeys.createAccount();
  const user = nkeys.createUser();
  const unlimited = { subs: -1, data: -1, payload: -1 };
  const operatorToken = sign(operator, operator, { type: 'operator', version: 2 });
  const accountLimits = {
    ...unlimited,
    imports: -1,
    exports: -1,
    wildcards: true,
    conn: -1,
    leaf: -1,
  };
  const accountClaims = { type: 'account', version: 2, limits: accountLimits };
  const accountToken = sign(operator, account, accountClaims);
  const userToken = sign(account, user, {
    type: 'user',
    version: 2,
    pub: {},
    sub: {},
    ...unlimited,
  });
  const seed = Buffer.from(user.getSeed()).toString();
  return {
    configuration: [
      `operator: "${operatorToken}"`,
      'resolver: MEMORY',
      `resolver_preload: { ${account.getPublicKey()}: "${accountToken}" }`,
    ].join('\n'),
    credentials: [
      `-----BEGIN NATS USER JWT-----\n${userToken}\n------END NATS USER JWT------`,
      `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`,
    ].join('\n\n'),
  };
}

function sign(issuer: KeyPair, subject: KeyPair, nats: Readonly<Record<string, unknown>>): string {
  const claims = {
    jti: createHash('sha256').update(randomBytes(16)).digest('hex'),
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    name: 'test',
    sub: subject.getPublicKey(),
    nats,
  };
  const head = { typ: 'JWT', alg: 'ed25519-nkey' };
  const text = [head, claims].map((part) => encode(JSON.stringify(part))).join('.');
  const signature = issuer.sign(Buffer.from(text));
  return `${text}.${Buffer.from(signature).toString('base64url')}`;
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
