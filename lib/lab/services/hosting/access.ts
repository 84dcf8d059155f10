/** Who may do what with a repository. */
import type { RepositoryRecord, SshKey } from "./state.ts";
import { LEARNER } from "./state.ts";

export type Visitor =
  | { readonly kind: "anonymous" }
  | { readonly kind: "account"; readonly name: string }
  | { readonly kind: "deploy-key"; readonly repository: string; readonly readOnly: boolean };

export const ANONYMOUS: Visitor = { kind: "anonymous" };
export const THE_LEARNER: Visitor = { kind: "account", name: LEARNER };

export function visitorWith({ repository, readOnly }: SshKey): Visitor {
  return repository === undefined ? THE_LEARNER : { kind: "deploy-key", repository, readOnly: readOnly ?? true };
}

export const ownerOf = (name: string) => name.slice(0, name.indexOf("/"));

export function mayRead(visitor: Visitor, { name, isPrivate }: RepositoryRecord): boolean {
  if (visitor.kind === "deploy-key") return visitor.repository === name;
  return !isPrivate || (visitor.kind === "account" && visitor.name === ownerOf(name));
}

export function mayWrite(visitor: Visitor, { name }: RepositoryRecord): boolean {
  if (visitor.kind === "deploy-key") return visitor.repository === name && !visitor.readOnly;
  return visitor.kind === "account" && visitor.name === ownerOf(name);
}

/** What ssh greets with, and messages name. */
export function nameOf(visitor: Visitor): string {
  return visitor.kind === "account" ? visitor.name : visitor.kind === "deploy-key" ? visitor.repository : "anonymous";
}
