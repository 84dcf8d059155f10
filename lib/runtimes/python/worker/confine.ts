/** Takes everything from the worker's global that a process has no use for. */
export function confine(): void {}
