/** ioctl(2): terminals (tty_ioctl(4)), non-blocking mode, and the gate through which Python code of ours asks the worker. */

import { OP } from "../../../kernel/abi.ts";
import { KernelError } from "../../../kernel/errno.ts";
import { O, type TermSettings } from "../../../kernel/types.ts";
import type { KernelFile } from "./descriptors.ts";
import { answered } from "./error-numbers.ts";
import type { Gate } from "./gate.ts";
import type { ProcessState } from "./process-state.ts";

const REQUEST = {
  TCGETS: 0x5401,
  TCSETS: 0x5402,
  TCSETSW: 0x5403,
  TCSETSF: 0x5404,
  TIOCGPGRP: 0x540f,
  TIOCSPGRP: 0x5410,
  TIOCGWINSZ: 0x5413,
  TIOCGSID: 0x5429,
  FIONREAD: 0x541b,
  FIONBIO: 0x5421,
  FIONCLEX: 0x5450,
  FIOCLEX: 0x5451,
} as const;

/** Flags of termios(3), with Linux's values. */
const INPUT = { ICRNL: 0o400, IXON: 0o2000 } as const;
const OUTPUT = { OPOST: 1, ONLCR: 4 } as const;
const CONTROL_MODES = 0o277; // CS8, CREAD and 38400 baud
const LOCAL = { ISIG: 1, ICANON: 2, ECHO: 8, ECHOE: 0o20, ECHOK: 0o40, ECHOCTL: 0o1000, ECHOKE: 0o4000, IEXTEN: 0o100000 } as const;
/** Control characters in the order of termios' c_cc: ^C ^\ DEL ^U ^D, then VTIME 0, VMIN 1, and the rest. */
const CHARACTERS = [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22];
const TERMIOS = { input: 0, output: 4, control: 8, local: 12, characters: 17, size: 60 } as const;

export function terminalCalls(state: () => ProcessState, gate: Gate): Record<string, (...args: never[]) => number> {
  const terminal = (fd: number): KernelFile => {
    const file = state().descriptors.get(fd);
    if (file.kind !== "kernel") throw new KernelError("ENOTTY");
    return file;
  };

  const settings = (file: KernelFile): TermSettings => {
    const { client } = state();
    client.must(OP.TCGETATTR, [file.handle]);
    return JSON.parse(new TextDecoder().decode(client.answer())) as TermSettings;
  };

  const readSettings = (file: KernelFile, address: number) => {
    const { memory } = state();
    const { canonical, echo, signals, outputProcessing, crToNl } = settings(file);
    memory.slice(address, TERMIOS.size).fill(0);
    memory.setInt(address + TERMIOS.input, INPUT.IXON | (crToNl ? INPUT.ICRNL : 0));
    memory.setInt(address + TERMIOS.output, outputProcessing ? OUTPUT.OPOST | OUTPUT.ONLCR : 0);
    memory.setInt(address + TERMIOS.control, CONTROL_MODES);
    const always = LOCAL.ECHOE | LOCAL.ECHOK | LOCAL.ECHOCTL | LOCAL.ECHOKE | LOCAL.IEXTEN;
    memory.setInt(address + TERMIOS.local, always | (signals ? LOCAL.ISIG : 0) | (canonical ? LOCAL.ICANON : 0) | (echo ? LOCAL.ECHO : 0));
    memory.bytes.set(CHARACTERS, address + TERMIOS.characters);
  };

  const writeSettings = (file: KernelFile, address: number) => {
    const { memory, client } = state();
    const local = memory.int(address + TERMIOS.local);
    const wanted: TermSettings = {
      canonical: (local & LOCAL.ICANON) !== 0,
      echo: (local & LOCAL.ECHO) !== 0,
      signals: (local & LOCAL.ISIG) !== 0,
      outputProcessing: (memory.int(address + TERMIOS.output) & OUTPUT.OPOST) !== 0,
      crToNl: (memory.int(address + TERMIOS.input) & INPUT.ICRNL) !== 0,
    };
    client.must(OP.TCSETATTR, [file.handle], new TextEncoder().encode(JSON.stringify(wanted)));
  };

  const ioctl = (fd: number, request: number, address: number): number => {
    const current = state();
    const { memory, client, descriptors } = current;
    switch (request) {
      case REQUEST.FIONBIO: {
        const file = descriptors.get(fd);
        file.flags = memory.int(address) === 0 ? file.flags & ~O.NONBLOCK : file.flags | O.NONBLOCK;
        if (file.kind === "kernel") client.must(OP.SETFLAGS, [file.handle, file.flags & (O.NONBLOCK | O.APPEND)]);
        return 0;
      }
      case REQUEST.FIOCLEX:
      case REQUEST.FIONCLEX:
        descriptors.setCloseOnExec(fd, request === REQUEST.FIOCLEX);
        return 0;
      case REQUEST.TIOCGWINSZ: {
        client.must(OP.WINSIZE, [terminal(fd).handle]);
        const answer = client.answer();
        const [columns = 80, rows = 24] = new Int32Array(answer.buffer, answer.byteOffset, 2);
        memory.setShort(address, rows);
        memory.setShort(address + 2, columns);
        memory.setInt(address + 4, 0);
        return 0;
      }
      case REQUEST.FIONREAD:
        memory.setInt(address, client.must(OP.TTYWAITING, [terminal(fd).handle]));
        return 0;
      case REQUEST.TCGETS:
        readSettings(terminal(fd), address);
        return 0;
      case REQUEST.TCSETS:
      case REQUEST.TCSETSW:
      case REQUEST.TCSETSF:
        writeSettings(terminal(fd), address);
        return 0;
      case REQUEST.TIOCGPGRP:
        memory.setInt(address, client.must(OP.TCGETPGRP, [terminal(fd).handle]));
        return 0;
      case REQUEST.TIOCSPGRP:
        return client.must(OP.TCSETPGRP, [terminal(fd).handle, memory.int(address)]);
      case REQUEST.TIOCGSID:
        memory.setInt(address, client.must(OP.GETSID, []));
        return 0;
      default:
        descriptors.get(fd);
        throw new KernelError("ENOTTY");
    }
  };

  return {
    __syscall_ioctl: (fd: number, request: number, varargs: number) =>
      answered(() => {
        const address = state().memory.int(varargs) >>> 0;
        return fd === gate.descriptor ? gate.call(request, address) : ioctl(fd, request, address);
      }),
  };
}
