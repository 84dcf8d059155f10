import { parentPort } from "node:worker_threads";
import { startToy } from "./toy-worker.ts";

startToy({
  post: (message) => parentPort?.postMessage(message),
  onMessage: (callback) => parentPort?.on("message", callback),
});
