/** What recordings and replays have in common: the exchanges of a .txt file, and what of their output is compared. */

/** `{name, script}` of each exchange; the script holds what comes before all of them too. */
export function exchangesOf(text) {
  const [before = "", ...parts] = text.split(/^## /m);
  return parts.map((part) => {
    const end = part.indexOf("\n");
    return { name: part.slice(0, end), script: `${before}\n${part.slice(end + 1)}` };
  });
}

/**
 * Output without times, pids, homes and requests that only ask whether the server is up. Frames of tracebacks are left out: they differ
 * from one Python to another. Lines of a log stand in the order of their process: the first one's, then the others'.
 */
export function normalize(output, home) {
  const lines = output
    .replaceAll(home, "~")
    // textwrap.dedent() of Python 3.14 takes the carriage return from the empty line before gunicorn's own error pages.
    .replaceAll("\r", "")
    .replaceAll(/\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\]/g, "[when]")
    .replaceAll(/\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+\]/g, "[when]")
    .replaceAll(/\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}/g, "when")
    .replaceAll(/\(pid: ?\d+\)/g, "(pid)")
    .replaceAll(/(with pid:|on PID|PID file|process) \[?\d+\]?/g, "$1 N")
    .replaceAll(/ \(\d+\)$/gm, " (N)")
    .replaceAll(/\S*\/(site-packages|lib\/python3\.\d+)\//g, "…/")
    .split("\n")
    // Whether a worker has its handlers when it is told to end is a matter of luck, and so is whether the control socket's thread has
    // spoken by then.
    .filter((line) => !/"?(GET|HEAD) \/up\b|Worker \(pid\) was sent SIGTERM!|Control socket listening/.test(line));
  const kept = [];
  let inTraceback = false;
  for (const line of lines) {
    if (line.startsWith("Traceback ")) inTraceback = true;
    else if (inTraceback && /^\S/.test(line)) inTraceback = false;
    else if (inTraceback) continue;
    kept.push(line);
  }
  const others = [];
  const processes = new Map();
  let last;
  for (const line of kept) {
    const pid = /^\[when\] \[(\d+)\]/.exec(line)?.[1];
    if (pid === undefined && (last === undefined || !/^(Traceback|\w+(\.\w+)*(Error|Exception))/.test(line))) others.push(line);
    else {
      const owner = pid ?? last;
      if (!processes.has(owner)) processes.set(owner, []);
      processes.get(owner).push(line.replace(/^\[when\] \[\d+\]/, "[when] [pid]"));
      last = owner;
    }
  }
  const [first = [], ...rest] = [...processes.values()].map((each) => each.join("\n"));
  return [others.join("\n").trimEnd(), first, ...rest.sort()].flat().join("\n").trim();
}
