import { didYouMean } from "../lab/definition/nearest.ts";
import { importLessons } from "./commands/import.ts";
import { list } from "./commands/list.ts";
import { newLesson } from "./commands/new.ts";
import { preview } from "./commands/preview.ts";
import { record } from "./commands/record.ts";
import { regrade } from "./commands/regrade.ts";
import { run } from "./commands/run.ts";
import { schema } from "./commands/schema.ts";
import { test } from "./commands/test.ts";
import { why } from "./commands/why.ts";
import { CommandError, EXIT, note, print } from "./output.ts";

const help = `Usage: npm run -s lab -- <command>

  list [--json]                                       every lesson with a lab
  run <lesson id | image:NAME> [--steps FILE|-] [--json] [--attempt FILE]
                                                      starts a lab, does the steps, grades; writes the attempt down
  record <lesson id> [--name NAME] [--attempt FILE | --browser] [--force]
                                                      you do the exercise; it becomes attempts/NAME, and checks to begin with
  regrade FILE [--json] [--any-version] [--timeout SECONDS]
                                                      does a learner's attempt again, and grades it
  test [lesson id…] [--full | --mutations] [--changed] [--later REASON] [--report FILE]
                                                      the gate: tries every attempt of every lesson
  why <lesson id> <attempt> [--check TASK/CHECK] [--json]
                                                      does an attempt, and says when each check changed and why
  doctor [--json]                                     what is missing on this machine
  new <course>/<lesson>                               a lesson that passes the gate
  preview [lesson id]                                 a lesson in the browser that follows its files
  schema                                              writes .vscode/ anew from the schemas
  import <folder | zip | tar.gz | file> [--course c]  drafts of a Katacoda or TutorialKit lesson, Markdown or slides

The site's page /teach goes through a first lesson; /teach/fields lists what every file can hold.`;

const commands = ["list", "run", "record", "regrade", "test", "why", "doctor", "new", "preview", "schema", "import", "help"];

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case "list":
      return list(rest);
    case "run":
      return run(rest);
    case "record":
      return record(rest);
    case "regrade":
      return regrade(rest);
    case "test":
      return test(rest);
    case "why":
      return why(rest);
    case "new":
      newLesson(rest);
      return EXIT.ok;
    case "preview":
      await preview(rest);
      return EXIT.ok;
    case "schema":
      schema();
      return EXIT.ok;
    case "import":
      return importLessons(rest);
    case "help":
    case "--help":
    case "-h":
      print(help);
      return EXIT.ok;
    default:
      note(
        command === undefined
          ? help
          : `There is no command \`${command}\`. ${didYouMean(command, commands)} \`npm run -s lab -- help\` lists them all.`,
      );
      return EXIT.usage;
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  note(error.message);
  process.exitCode = error.status;
}
