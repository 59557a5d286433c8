/** A command that cannot mean anything as it was given, its environment included; in one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
