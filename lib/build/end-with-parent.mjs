// Ends this process soon after the one that started it is gone, however that went: `kill -9` leaves it no time to say so. Preloaded with
// `--import end-with-parent.mjs?parent=PID`; or, where the main thread may be busy for long, a worker thread with the `workerData`
// `{ parent, others }`: it ends with any of the others, too. Windows keeps the number of a parent that is gone: there only others count.
import { workerData } from "node:worker_threads";

const LOOK_MS = 500;
const ofThread = workerData?.parent === undefined ? undefined : workerData;
const parent = ofThread?.parent ?? Number(new URL(import.meta.url).searchParams.get("parent"));
const others = ofThread?.others ?? [];

const timer = setInterval(() => {
  // Not `process.exit`, which a worker thread has for itself alone; and the signal's own effect needs no turn of the main thread.
  if (process.ppid !== parent || others.some(isGone)) process.kill(process.pid, "SIGTERM");
}, LOOK_MS);
// What is preloaded keeps nothing running.
if (ofThread === undefined) timer.unref();

function isGone(pid) {
  try {
    return !process.kill(pid, 0);
  } catch (error) {
    return error.code === "ESRCH";
  }
}
