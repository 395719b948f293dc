/** The alarm store cannot answer just now; `message` says why. */
export class AlarmStoreFailedError extends Error {
  override readonly name = 'AlarmStoreFailedError';
}
