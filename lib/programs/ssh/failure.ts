/** ssh ends with 255, after this message; an empty one was said already. */
export class SshFailure extends Error {}
