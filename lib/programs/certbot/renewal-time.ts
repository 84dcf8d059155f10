/** When a certificate is due. */
const DAY_MS = 86_400_000;
/** Certificates with less than this left are renewed (renew_before_expiry). */
export const RENEW_BEFORE_MS = 30 * DAY_MS;

export const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
