import { expect, test } from "playwright/test";
import { hereDocument } from "./support/here-documents.ts";
import { Lesson } from "./support/lab.ts";

const id = "a-stateful-app/more-than-one-server";
const script = `#!/bin/bash
set -e
for host in web-1 web-2; do
  rsync -a ~/board $host:
  ssh $host "sudo cp board/board.service /etc/systemd/system/ && sudo systemctl daemon-reload && sudo systemctl restart board"
  until curl -sf -o /dev/null http://$host:8000/health; do sleep 1; done
  sleep 5
done
`;

// Tall enough that a whole command's output stays on the screen.
test.use({ viewport: { width: 1440, height: 1800 } });

test("two servers answer under one name; one may die, a script releases without a gap, and a secret is out of sight", async ({ page }) => {
  test.setTimeout(900_000);
  const lesson = await Lesson.open(page, `/courses/${id}/`);

  await test.step("nginx shares the requests", async () => {
    for (const server of ["web-1", "web-2"]) {
      const ask = `curl -s --retry 60 --retry-connrefused --retry-delay 1 http://${server}:8000/ | grep Answered`;
      expect(await lesson.run(ask, undefined, 120_000)).toContain(`Answered by ${server}`);
    }
    await lesson.run("ssh proxy", /deploy@proxy:\S*\$$/);
    await lesson.writes("~/board", hereDocument(id, "sites-available/board"));
    await lesson.run("sudo cp ~/board /etc/nginx/sites-available/; sudo ln -s /etc/nginx/sites-available/board /etc/nginx/sites-enabled/");
    expect(await lesson.run("sudo nginx -t")).toContain("test is successful");
    await lesson.run("sudo systemctl start nginx; exit", /learner@laptop:\S*\$$/);
    await lesson.passes("Let two servers answer under one name", 120_000);
  });

  await test.step("one dies, and nobody notices", async () => {
    await lesson.run("ssh web-2 sudo systemctl kill -s KILL board");
    await lesson.passes("Kill one of them while guests ask", 120_000);
  });

  await test.step("the hasty script loses customers, the better one none", async () => {
    await lesson.run("sed -i 's/at seven/at six/' ~/board/board.py; ./deploy.sh");
    const lost = await lesson.run(`sleep 5; ssh proxy "sudo grep -c ' 50[24] ' /var/log/nginx/access.log"`, undefined, 120_000);
    expect(Number(/^\d+$/m.exec(lost)?.[0])).toBeGreaterThan(0);
    await lesson.writes("~/deploy.sh", script);
    await lesson.run("./deploy.sh", undefined, 180_000);
    await lesson.passes("A new version on both servers, by a script", 120_000);
  });

  await test.step("a token in a file", async () => {
    expect(await lesson.run("ssh web-1 ps -ef | grep -o 'token pier.*'")).toContain("token pier-7-flour");
    await lesson.run(`(umask 077; echo "BOARD_TOKEN=$(openssl rand -hex 24)" > ~/board.env)`);
    await lesson.run("for host in web-1 web-2; do rsync -a ~/board.env $host:; done");
    await lesson.run("sed -i 's| --token.*||; /^User=/a EnvironmentFile=/home/deploy/board.env' ~/board/board.service");
    await lesson.run("./deploy.sh", undefined, 180_000);
    await lesson.passes("Replace the token that everybody can read", 120_000);
  });
});
