// What an operator can do when a node does not get what it needs, by the words of the problem.

type Remedies = readonly (readonly [problem: RegExp, remedy: string])[];

const NATS: Remedies = [
  [/ENOENT|EACCES/, 'see that the file is there and that this user may read it'],
  [
    /authori[sz]ation|authentication|permission/i,
    'see that --nats-user and --nats-password, --nats-token, --nats-nkey-file or --nats-creds-file are what the server of --msq knows',
  ],
  [
    /certificate|tls|ssl/i,
    'see that --nats-ca, --nats-cert and --nats-key fit the server, or take tls:// out of --msq where it has no TLS',
  ],
  [/ENOTFOUND|EAI_AGAIN/, 'see that the name in --msq is the right one and is known here'],
];
const START_NATS = 'start nats-server there, or say with --msq where it is';

const FRONTEND: Remedies = [
  [/answered 40[13]/, 'give a token that may read, with --frontend-token-file'],
  [/certificate|ssl/i, 'see that --frontend-ca is the authority of its certificate'],
  [/ENOTFOUND|EAI_AGAIN/, 'see that the name in --frontend is the right one and is known here'],
  [/ENOENT|EACCES/, 'see that the file is there and that this user may read it'],
];
const START_FRONTEND = 'start the frontend, or say with --frontend where it is';

/** What to do about NATS that cannot be reached. */
export function natsRemedy(problem: string): string {
  return find(NATS, problem) ?? START_NATS;
}

/** What to do about a frontend that gives this node no configuration. */
export function frontendRemedy(problem: string, node: string): string {
  if (problem.includes('no file for node')) {
    return `put directives_${node}_<name>.json into the frontend's configuration folder, or see that --node is right`;
  }
  if (problem.includes('no JSON') || problem.includes('no list')) {
    return "correct the file in the frontend's configuration folder (dsiem check names the place), or see that --frontend is one";
  }
  return find(FRONTEND, problem) ?? START_FRONTEND;
}

function find(remedies: Remedies, problem: string): string | undefined {
  return remedies.find(([words]) => words.test(problem))?.[1];
}
