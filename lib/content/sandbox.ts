import type { LabDefinition } from "../lab/types.ts";

/** A machine to play with: the image of the Python lessons, nothing on it, nothing to do. */
export const sandbox: LabDefinition = {
  lesson: "sandbox/machine",
  version: "1",
  machines: [{ name: "machine", image: "python", user: "learner", cwd: "/home/learner" }],
  tasks: [],
  files: [],
  browser: { machine: "machine", home: "http://localhost:8000/" },
  quizzes: [],
};
