/** What differs from run to run is given one name, so that recordings can be compared: times, process ids, figures of processor and memory. */
export function normalize(text) {
  return text
    .replace(/^ +(Tasks|Memory|CPU): .*\n/gm, "")
    .replace(/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, "<date>")
    .replace(/^[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d /gm, "<time> ")
    .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000/gm, "<time>")
    .replace(/; (?:[^;\n]* ago|now)$/gm, "; <ago>")
    .replace(/(<date>; )[^;\n]* left$/gm, "$1<left>")
    .replace(/\[(\d+)\](?=: )/g, (whole, pid) => (pid === "1" ? whole : "[<pid>]"))
    .replace(/(Main PID: |Process: |process |Cntrl PID: )\d+/g, "$1<pid>")
    .replace(/([├└]─) *\d+ /g, "$1<pid> ")
    .replace(/(Duration: ).*/g, "$1<span>")
    .replace(/^(ExecMainPID|MainPID|ExecMain\w+Timestamp|\w+Timestamp)=.*$/gm, "$1=<value>")
    .replace(/\b[0-9a-f]{32}\b/g, "<id>");
}
