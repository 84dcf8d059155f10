/** wget ends with this status; all is said. */
export class Refused extends Error {
  constructor(readonly status: number) {
    super("refused");
  }
}
