/**
 * The lesson that the guide at /teach writes: its commands, its files and their order. The page shows them, and a test does them, so what
 * the guide says works.
 */
export const guideLesson = "harbor/lock-the-till";
const folder = `content/${guideLesson}`;

/** A file of the guide: where it goes, and what it holds. */
export interface GuideFile {
  readonly path: string;
  readonly language: string;
  readonly text: string;
}

export const commands = {
  make: `npm run -s lab -- new ${guideLesson}`,
  preview: `npm run -s lab -- preview ${guideLesson}`,
  clear: `rm -r ${folder}/files ${folder}/attempts`,
  gate: `npm run -s lab -- test ${guideLesson}`,
  fullGate: `npm run -s lab -- test ${guideLesson} --full`,
  why: `npm run -s lab -- why ${guideLesson} wrong-group`,
  record: `npm run -s lab -- record ${guideLesson} --name also-right-mine`,
  site: "npm start",
} as const;

export const course: GuideFile = {
  path: "content/harbor/course.yaml",
  language: "yaml",
  text: `title: Harbor
summary: A bakery's computer, and who may do what on it.
teaches:
  - Say who may read a file, and change that
order: 100
lessons:
  - lock-the-till
`,
};

export const prose: GuideFile = {
  path: `${folder}/lesson.mdx`,
  language: "mdx",
  text: `---
id: ${guideLesson}
title: Lock the till
summary: A file with the day's takings lies open. See who may read it, and close it.
minutes: 10
objectives:
  - Read from \`ls -l\` who may read and write a file
  - Give a file the mode that it needs, and no more
---

## Who may read it

Every evening the bakery's script writes the takings to a file. Look at it:

\`\`\`console
$ ls -l till.txt
$ cat till.txt
\`\`\`

The first column is the **mode**. After the dash come three groups of three: what the owner may do, what the owner's group may, and
what everybody else may. \`r\` is reading, \`w\` is writing, and a dash means no.

<Quiz id="digits" />

Here, everybody who has an account on this machine can read the takings. Close the file:

<Task id="lock" />

<Mistake title="Too much of it">

With mode \`000\` not even the script can write the file any more.

</Mistake>
`,
};

export const world: GuideFile = {
  path: `${folder}/files/laptop/home/learner/till.txt`,
  language: "text",
  text: `Saturday 312.40
`,
};

export const lab: GuideFile = {
  path: `${folder}/lab.yaml`,
  language: "yaml",
  text: `machines:
  laptop: { image: ubuntu }

tasks:
  - id: lock
    title: Lock the till
    text: Nobody but its owner may read or write \`~/till.txt\`. The owner may do both.
    checks:
      - id: private
        file: ~/till.txt
        mode: "0600"
        because: "The mode of \`~/till.txt\` is not right yet: {found}."
        next: "Reading and writing for the owner, nothing for all others. \`man chmod\` shows how a mode is written."
      - id: takings
        file: ~/till.txt
        contains: "312.40"
        because: "The takings are no longer in the file: {found}."
        next: Start over with the button above, and change the mode only.
      - id: digits
        quiz: digits
        because: "The question about the digit is not answered right yet: {found}."
        next: Add up the numbers for reading and for writing.
    hints:
      - Which command changes a mode?
      - "\`chmod\` takes a mode and a file. A mode has three digits: owner, group, others."
      - "The shape is \`chmod <three digits> <file>\`."
    solution: |
      \`\`\`console
      $ chmod 600 ~/till.txt
      \`\`\`
`,
};

export const quiz: GuideFile = {
  path: `${folder}/quiz.yaml`,
  language: "yaml",
  text: `- id: digits
  kind: text
  question: In a mode like \`644\`, reading counts 4 and writing 2. Which digit means both?
  answer: 6
  rules:
    - { is: "6", right: true, why: Four and two are six. }
    - { is: "42", why: The numbers are added up to one digit. }
    - { is: ["4", "2"], why: That is one of the two alone. }
  otherwise: It is one digit, from 0 to 7.
`,
};

export const attempts: readonly GuideFile[] = [
  {
    path: `${folder}/attempts/solution.json`,
    language: "json",
    text: `{
  "steps": [
    { "task": "lock", "answer": "6", "quiz": "digits" },
    { "run": "chmod 600 ~/till.txt" }
  ]
}
`,
  },
  {
    path: `${folder}/attempts/also-right-letters.json`,
    language: "json",
    text: `{
  "steps": [
    { "run": "chmod u=rw,go= till.txt" },
    { "answer": "6", "quiz": "digits" }
  ]
}
`,
  },
  {
    path: `${folder}/attempts/wrong-group.sh`,
    language: "sh",
    text: `# fails: lock/private
# says: The mode of \`~/till.txt\` is not right yet
chmod 640 till.txt
`,
  },
  {
    path: `${folder}/attempts/wrong-deleted.sh`,
    language: "sh",
    text: `# fails: lock/takings
# says: The takings are no longer in the file
echo nothing > till.txt
chmod 600 till.txt
`,
  },
];

/** In the order in which the guide writes them. */
export const guideFiles: readonly GuideFile[] = [course, prose, world, lab, quiz, ...attempts];
