import type { Metadata } from "next";
import { ProgramPage } from "../../../components/reference/program-page.tsx";
import { ProgramSearch } from "../../../components/reference/program-search.tsx";
import { SiteFooter } from "../../../components/ui/site-footer.tsx";
import type { Section } from "../../../lib/programs/core/program.ts";
import { manual } from "../../../lib/programs/table.ts";
import { builtins } from "../../../lib/shell/builtins/index.ts";

export const metadata: Metadata = {
  title: "What the machines can do",
  description: "Every program of a lab's machine: the options that are covered, and what is not.",
};

const sections: Record<Section, string> = {
  files: "Files and folders",
  text: "Text",
  processes: "Processes",
  users: "Users and rights",
  network: "Network",
  archives: "Archives",
  system: "System",
  shell: "For scripts",
};

export default function MachineReference() {
  const all = [...manual.values()];
  return (
    <main id="content" className="mx-auto max-w-[52rem] px-5 pb-24 sm:px-8">
      <h1 className="pt-14 font-semibold font-serif text-4xl tracking-tight sm:text-5xl">What the machines can do</h1>
      <div className="mt-4 grid gap-4 text-pretty font-serif text-ink-soft text-xl leading-relaxed">
        <p>
          A lab’s machine runs real Python, and a shell and programs of ours that do what Debian’s do: the same options, messages and exit
          statuses. This page lists what is covered, and what a real machine has that this one does not.
        </p>
      </div>
      <section
        className="mt-6 text-[0.9375rem] leading-relaxed [&_code]:font-mono [&_code]:text-[0.8125rem]"
        aria-label="The shell and Python"
      >
        <p>
          <strong>The shell</strong> is bash’s language, read by a parser of the whole grammar. Its builtins:{" "}
          <span className="font-mono text-[0.8125rem]">{[...builtins.keys()].sort().join(" ")}</span>. On a machine, <code>help</code>{" "}
          explains them.
        </p>
        <p className="mt-3">
          <strong>Python</strong> is CPython itself, with <code>pip</code> and <code>venv</code>; <code>pip</code> installs from an index
          that comes with this site: some 150 packages, one version of each, and none of compiled code. <code>bcrypt</code> is a model;{" "}
          <code>Pillow</code> reads what an image file is, and has no pixels.
        </p>
        <p className="mt-3">
          <strong>Processes of Python.</strong> <code>os.fork()</code> copies the whole process and goes on in both; only open files keep a
          position of their own in each, and the child can’t return into a function written in C (it says so). There are no threads: what a{" "}
          <code>threading.Thread</code> does is done where it is started, at once; one that waits for longer (a loop that sleeps, a timer, a
          server) goes on as a process of its own, and what it changes in memory stays there; a consumer of a queue begins anew when
          something is put. A pool of threads does each piece of work at once, and what is written for threads takes turns, as{" "}
          <code>--threads</code> of gunicorn, which says so when it starts. gunicorn and uvicorn are the real packages; <code>uwsgi</code>{" "}
          is a model of uWSGI 2.0 in Python, with HTTP and uwsgi sockets, a master, its workers and ini files; gunicorn’s control socket and
          reloader and uvicorn’s health checks have their turn between requests. HTTP/2, gevent, eventlet and tornado workers are not there.
          Unix sockets carry streams; datagrams and passed descriptors are not modeled.
        </p>
        <p className="mt-3">
          <strong>Images.</strong> <code>ubuntu</code>, <code>python</code> and <code>server</code> are all Debian 12 (bookworm), whatever
          the first one is called: so say <code>/etc/os-release</code>, <code>hostnamectl</code> and the versions of the programs.{" "}
          <code>python</code> adds Python to the bare server; <code>server</code> has nginx and PostgreSQL as well, installed and not
          started.
        </p>
        <p className="mt-3">
          <strong>Services</strong> are started, watched and restarted by systemd 252 as pid 1, from real unit files: services, targets and
          timers with their dependencies. Sockets, paths, mounts and slices are read and can’t be started. Sandboxing (
          <code>ProtectSystem=</code>, <code>PrivateTmp=</code>, <code>NoNewPrivileges=</code> …) and limits (<code>MemoryMax=</code>,{" "}
          <code>LimitNOFILE=</code> …) are accepted and not enforced. The journal, the login manager and the clock are part of pid 1 here,
          and no services of their own. <code>reboot</code> ends every process, empties <code>/tmp</code> and <code>/run</code>, and brings
          back what is enabled; a machine that was switched off is switched on by a key in one of its terminals.
        </p>
        <p className="mt-3">
          <strong>PostgreSQL</strong> is PostgreSQL 18 itself, postmaster and all, compiled to WebAssembly (PGlite); each of its processes
          is one on the machine, and its data lie on the machine’s disk. Processes of a server run one at a time; a long calculation lets
          the others have their turn many times a second, and can be canceled or timed out. With the other workers of a lab there is room
          for ten sessions or so at once; whoever comes later is told that the server could not fork. Background writer and WAL writer
          hardly ever wake, autovacuum and parallel queries are off, there is no replication, no TLS, and of extensions only{" "}
          <code>plpgsql</code>. <code>initdb</code> and <code>pg_createcluster</code> are not modeled: the package brings the cluster{" "}
          <code>18/main</code>. Python reaches it through the real psycopg 3 on a libpq of ours, without TLS, Kerberos and service files;{" "}
          <code>psycopg2</code> is a thin package of ours with psycopg2’s interface over psycopg 3, without asynchronous connections. Pools
          of connections that need threads (<code>psycopg_pool</code>) and <code>pgbench</code> are not there.
        </p>
        <p className="mt-3">
          <strong>TLS</strong> between the programs of a lab proves who is who as everywhere: certificates are real X.509, servers sign with
          the key of theirs, and clients check signatures, chain, dates and names. Nothing is encrypted, since nobody listens on the way
          inside one tab. Machines and the browser pane trust the lab’s own authority, <code>acme.test</code>, which certbot asks for
          certificates, and what <code>update-ca-certificates</code> is told to trust. Certificates of clients and HTTP/2 are not modeled;
          Python’s <code>ssl</code> makes no connections: put nginx before a Python server, and ask with curl.
        </p>
        <p className="mt-3">
          <strong>Names</strong> come from the lab’s DNS, whose resolver remembers answers for their time to live. Domains below{" "}
          <code>.test</code> are had from the registrar, <code>https://registrar.test/</code>, in the browser pane or by its API.
        </p>
        <p className="mt-3">
          <strong>Repositories</strong> are hosted at <code>https://github.test/</code>: by ssh (
          <code>git@github.test:learner/shop.git</code>) and over https with a token. It has repositories, ssh keys, tokens, deploy keys,
          webhooks for pushes and a protected default branch. Whoever opens its pages is the learner; it has no pull requests, issues,
          actions or API.
        </p>
        <p className="mt-3">
          <strong>Object storage</strong> is at <code>https://buckets.test/</code>: S3’s REST interface, path-style, with real signatures,
          so that <code>boto3</code> works unchanged; for people at <code>https://console.buckets.test/</code>. Buckets are private until a
          policy lets everybody read. It has no versions, multipart uploads, ACLs or signed forms; an object has at most 8 MiB, all of them
          together 64.
        </p>
      </section>
      <ProgramSearch total={all.length}>
        {Object.entries(sections).map(([section, title]) => {
          const entries = all.filter((entry) => entry.section === section);
          return entries.length === 0 ? null : (
            <section key={section} className="program-section" data-section aria-labelledby={`section-${section}`}>
              <h2 id={`section-${section}`}>{title}</h2>
              {entries.map((entry) => (
                <ProgramPage key={entry.name} entry={entry} />
              ))}
            </section>
          );
        })}
      </ProgramSearch>
      <SiteFooter />
    </main>
  );
}
