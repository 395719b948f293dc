/** An option of other Dsiems that is accepted with a warning, because installations pass it (SPEC §11). */
export interface IgnoredOption {
  /** A long flag, or one letter. */
  readonly flag: string;
  readonly variables: readonly string[];
  readonly takesValue: boolean;
  readonly reason: string;
}

export const IGNORED_OPTIONS: readonly IgnoredOption[] = [
  {
    flag: 'apm',
    variables: ['DSIEM_APM'],
    takesValue: false,
    reason: 'Elastic APM is not supported',
  },
  {
    flag: 'pprof',
    variables: ['DSIEM_PPROF'],
    takesValue: true,
    reason: 'profile with node --cpu-prof instead',
  },
  {
    flag: 'websocket',
    variables: ['DSIEM_WEBSOCKET'],
    takesValue: false,
    reason: 'the WebSocket is always on',
  },
  {
    flag: 'dev',
    variables: ['DSIEM_DEV'],
    takesValue: false,
    reason: 'there is no development mode',
  },
  {
    flag: 'test-env',
    variables: ['DSIEM_TEST_ENV', 'DSIEM_TESTENV'],
    takesValue: false,
    reason: 'there is no test mode',
  },
  {
    flag: 'V',
    variables: [],
    takesValue: false,
    reason: 'print the version with: dsiem version',
  },
];
