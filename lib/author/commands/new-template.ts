/** The files of a fresh lesson. They pass the gate as they are; each shows one thing that a lesson can hold. */
export function lessonTemplate(id: string, slug: string): Readonly<Record<string, string>> {
  const words = slug.replaceAll("-", " ");
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  return {
    "lesson.mdx": `---
id: ${id}
title: ${title}
summary: What the reader will have done, in a sentence.
minutes: 10
objectives:
  - Say what one can do afterwards.
---

{/* Everything below is yours to change. See it as a learner does: npm run -s lab -- preview ${id} */}

## What it is

Say what this is about, in plain words.

{/* A session at the terminal: the gate runs each command behind a $, so what you show is true. */}

\`\`\`console
$ cat note.txt
the machine is yours
\`\`\`

## Do it

{/* The card of a task of lab.yaml, where the text has prepared it. */}

<Task id="greet" />

<Mistake title="The name of the file">

A file called \`Greeting.txt\` is another file: capitals count.

</Mistake>

<Quiz id="capitals" />
`,
    "lab.yaml": `# The world that this lesson starts. Images: ubuntu (a bare server), python, server (nginx, PostgreSQL).
machines:
  laptop: { image: ubuntu }
# What lies in files/laptop/ is copied onto the machine: files/laptop/home/learner/note.txt is ~/note.txt.

tasks:
  - id: greet
    title: Leave a greeting
    # Say what is to be reached, not what is to be typed: every way that leads there is right.
    text: Make a file \`greeting.txt\` in your home folder that holds the word \`hello\`.
    # A check looks at the world. When it fails, \`because\` says what was found, and \`next\` what to try.
    checks:
      - id: file
        file: ~/greeting.txt
        contains: hello
        because: "There is no \`hello\` in \`~/greeting.txt\`: {found}."
        next: "\`echo\` prints a word, and \`>\` sends what is printed to a file."
      - id: capitals
        quiz: capitals
        because: The question about capitals is not answered right yet.
        next: Read the part about the name of the file once more.
    # Opened one at a time: a nudge, where to look, the shape of the command.
    hints:
      - What prints a word?
      - How does one send what is printed to a file?
      - "The shape is \`echo <word> > <file>\`."
    solution: |
      \`\`\`console
      $ echo hello > ~/greeting.txt
      \`\`\`
`,
    "quiz.yaml": `# Every answer has its reason. Other kinds of question: many, order, match and text (course Writing lessons).
- id: capitals
  question: Are \`greeting.txt\` and \`Greeting.txt\` the same file?
  options:
    - { id: same, text: "Yes", why: On Linux they are two. Try \`ls\` after making both. }
    - { id: two, text: "No", right: true, why: Names of files are compared letter by letter. }
`,
    "files/laptop/home/learner/note.txt": "the machine is yours\n",
    "attempts/solution.json": `{
  "steps": [
    { "task": "greet", "run": "echo hello > ~/greeting.txt" },
    { "answer": "two", "quiz": "capitals" }
  ]
}
`,
    "attempts/also-right-editor.json": `{
  "steps": [
    { "write": "~/greeting.txt", "text": "well, hello there\\n" },
    { "answer": "two", "quiz": "capitals" }
  ]
}
`,
    "attempts/wrong-name.sh": `# fails: greet/file
# says: no ~/greeting.txt
echo hello > ~/Greeting.txt
`,
    "attempts/wrong-answer.json": `{
  "fails": "greet/capitals",
  "says": "not answered right yet",
  "steps": [
    { "run": "echo hello > ~/greeting.txt" },
    { "answer": "same", "quiz": "capitals" }
  ]
}
`,
  };
}
