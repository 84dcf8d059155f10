import { CircleCheckBig, CircleDashed, CircleDotDashed, Hourglass, Lock, OctagonX, Wrench } from "lucide-react";
import type { TaskMood } from "./task-status.ts";

const icons = {
  todo: CircleDashed,
  working: CircleDotDashed,
  counting: Hourglass,
  done: CircleCheckBig,
  failed: OctagonX,
  blocked: Lock,
  fault: Wrench,
};

/** The shape of a state; its word stands beside it. */
export function MoodIcon({ mood, size = 17 }: { mood: TaskMood; size?: number }) {
  const Icon = icons[mood];
  return <Icon size={size} aria-hidden="true" className={`mood-${mood} shrink-0`} />;
}
