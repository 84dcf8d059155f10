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

## What it is

Say what this is about, in plain words.

\`\`\`console
$ cat note.txt
the machine is yours
\`\`\`

## Do it

<Task id="greet" />

<Mistake title="The name of the file">

A file called \`Greeting.txt\` is another file: capitals count.

</Mistake>

<Quiz id="capitals" />
`,
    "lab.yaml": `machines:
  laptop: { image: ubuntu }
tasks:
  - id: greet
    title: Leave a greeting
    text: Make a file \`greeting.txt\` in your home folder that holds the word \`hello\`.
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
    hints:
      - What prints a word?
      - How does one send what is printed to a file?
      - "The shape is \`echo <word> > <file>\`."
    solution: |
      \`\`\`console
      $ echo hello > ~/greeting.txt
      \`\`\`
`,
    "quiz.yaml": `- id: capitals
  question: Are \`greeting.txt\` and \`Greeting.txt\` the same file?
  options:
    - { id: same, text: "Yes", why: On Linux they are two. Try \`ls\` after making both. }
    - { id: two, text: "No", right: true, why: Names of files are compared letter by letter. }
`,
    "files/laptop/home/learner/note.txt": "the machine is yours\n",
    "attempts/solution.json": `{
  "steps": [
    { "run": "echo hello > ~/greeting.txt" },
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
