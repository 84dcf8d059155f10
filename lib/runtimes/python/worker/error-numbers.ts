/**
 * The interpreter's C library numbers its errors as WASI does (wasi/api.h): alphabetically. Python is shown Linux's numbers; this is the
 * translation both ways.
 */

import { type ErrnoCode, errno, KernelError } from "../../../kernel/errno.ts";

/** In WASI's order, from 1 on. */
const CODES =
  "E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF EBADMSG EBUSY ECANCELED ECHILD ECONNABORTED ECONNREFUSED ECONNRESET EDEADLK EDESTADDRREQ EDOM EDQUOT EEXIST EFAULT EFBIG EHOSTUNREACH EIDRM EILSEQ EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR ELOOP EMFILE EMLINK EMSGSIZE EMULTIHOP ENAMETOOLONG ENETDOWN ENETRESET ENETUNREACH ENFILE ENOBUFS ENODEV ENOENT ENOEXEC ENOLCK ENOLINK ENOMEM ENOMSG ENOPROTOOPT ENOSPC ENOSYS ENOTCONN ENOTDIR ENOTEMPTY ENOTRECOVERABLE ENOTSOCK EOPNOTSUPP ENOTTY ENXIO EOVERFLOW EOWNERDEAD EPERM EPIPE EPROTO EPROTONOSUPPORT EPROTOTYPE ERANGE EROFS ESPIPE ESRCH ESTALE ETIMEDOUT ETXTBSY EXDEV".split(
    " ",
  ) as ErrnoCode[];

const toLinux = new Map<number, number>();
const toWasi = new Map<number, number>();
CODES.forEach((code, index) => {
  toLinux.set(index + 1, errno(code));
  toWasi.set(errno(code), index + 1);
});

/** Linux's number for one of the C library's; unknown ones stay as they are. */
export function linuxErrno(wasi: number): number {
  return toLinux.get(wasi) ?? wasi;
}

/** The C library's number for one of Linux's; unknown ones become EIO's. */
export function wasiErrno(linux: number): number {
  return toWasi.get(linux) ?? toWasi.get(errno("EIO")) ?? 29;
}

/** A result of the kernel (≥ 0 or -errno) with the C library's number. */
export function wasiResult(result: number): number {
  return result < 0 ? -wasiErrno(-result) : result;
}

/** Makes a system call of a function that throws KernelError: its result, or -errno with the C library's number. */
export function answered(call: () => number): number {
  try {
    return call();
  } catch (error) {
    if (error instanceof KernelError) return -wasiErrno(error.errno);
    throw error;
  }
}

/** All pairs, for Python's errno module: [Linux's number, the C library's, code]. */
export function errorTable(): [number, number, string][] {
  return CODES.map((code, index) => [errno(code), index + 1, code]);
}
