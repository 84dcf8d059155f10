/** The OpenSSL of Debian 12 that the programs of a machine say they use. */
export const OPENSSL_NUMBER = "3.0.17";
export const OPENSSL_VERSION = `OpenSSL ${OPENSSL_NUMBER} 1 Jul 2025`;
