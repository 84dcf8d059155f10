import type { RequestRule, StatusClass } from "../types.ts";

/** A request as its user saw it. */
export interface UserRequest {
  readonly by: "traffic" | "browser";
  readonly method: string;
  readonly url: string;
  /** 0: no answer came. */
  readonly status: number;
}

/** Whether the rule speaks of this request at all. */
export function concerns(rule: RequestRule, request: UserRequest): boolean {
  return (rule.by === "users" || rule.by === request.by) && (rule.to === undefined || request.url.startsWith(rule.to));
}

export function hasStatus(classes: readonly StatusClass[], status: number): boolean {
  return classes.some((each) => {
    if (each === "none") return status === 0;
    return typeof each === "number" ? each === status : Math.floor(status / 100) === Number(each[0]);
  });
}

/** "5xx or no answer": what the rule looks for. */
export function describeStatus(classes: readonly StatusClass[]): string {
  return classes.map((each) => (each === "none" ? "no answer" : String(each))).join(" or ");
}

export function describeRequest({ method, url, status }: UserRequest): string {
  return `${method} ${url} ${status === 0 ? "got no answer" : `was answered with ${status}`}`;
}
