/** What a request for a unit comes to before there is a job. */
export class UnitProblem extends Error {
  constructor(
    readonly kind: "not-found" | "not-loaded" | "masked" | "bad-setting" | "refused" | "not-applicable" | "not-modeled",
    message: string,
  ) {
    super(message);
  }
}
