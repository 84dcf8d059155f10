import type { ServicesState } from "./services/services.ts";
import type { Timers } from "./session/rounds.ts";
import type { LabSession } from "./session/session.ts";
import type { LabTime, StoredPast } from "./time/lab-time.ts";
import type { StartWorld } from "./time/start-world.ts";
import type { LabDefinition, LabState, OutdatedWork, OwnEnd } from "./types.ts";
import type { SavedDisk } from "./world/create.ts";
import type { World } from "./world/world.ts";

/** Where and how a lab runs. */
export interface LabPlace {
  readonly timers: Timers;
  /** Builds the lab's world afresh. `onDownload` hears of the engines' bytes; `done` once Python can run. */
  createWorld(
    lab: LabDefinition,
    onDownload: (download: LabState["download"]) => void,
    disks?: readonly SavedDisk[],
    services?: ServicesState,
    start?: StartWorld,
  ): Promise<World>;
  /** Keeps worlds for later; without one, nothing is saved. */
  readonly keeper?: LabKeeper;
}

/** What saving does for a lab (`saving/`). */
export interface LabKeeper {
  /** Takes the right to write for this tab. False when another tab has it. `onLost` when another tab takes it over. */
  claim(lesson: string, takeOver: boolean, onLost: () => void): Promise<boolean>;
  release(): Promise<void>;
  /** Work that is saved of another version of the lab; undefined when there is none. */
  outdated(lab: LabDefinition): Promise<OutdatedWork | undefined>;
  /** Puts what is saved of the lesson aside, where nothing replaces it. */
  setAside(lesson: string): Promise<void>;
  /** The session of the saved world, of whatever version; undefined when nothing is saved. */
  restore(lab: LabDefinition, place: LabPlace, onDownload: (download: LabState["download"]) => void): Promise<LabSession | undefined>;
  /** How the learner has left the lesson that the lab continues; undefined where that is not finished in this browser. */
  ownEnd(lab: LabDefinition): Promise<{ readonly end: OwnEnd; readonly load: () => Promise<StartWorld> } | undefined>;
  /** The saved lab's past: how its tasks began, and what can be undone; undefined when nothing is saved. */
  past(lab: LabDefinition): Promise<StoredPast | undefined>;
  /** Saves now and after every change, until the returned function is called; the past, too, once `time` knows it. */
  watch(
    session: LabSession,
    onSaving: (saving: LabState["saving"]) => void,
    time: () => LabTime | undefined,
  ): { saveNow(): Promise<void>; stop(): void };
  forget(lesson: string): Promise<void>;
}
