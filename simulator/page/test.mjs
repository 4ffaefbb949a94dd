// Opens the page, types, and looks at what is drawn.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";

const folder = process.argv[2];
const TYPES = {
  ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm",
};

const server = createServer(async (request, response) => {
  const path = normalize(new URL(request.url, "http://localhost").pathname);
  try {
    const file = join(folder, path === "/" ? "index.html" : path);
    response.setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream");
    response.end(await readFile(file));
  } catch {
    response.statusCode = 404;
    response.end();
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const profile = await mkdtemp(join(tmpdir(), "simulator-page-"));
// A fresh profile each time.
const context = await chromium.launchPersistentContext(profile, {
  executablePath: "/usr/bin/chromium",
  headless: true,
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
let failed = true;
try {
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);

  const text = page.locator("#text");
  const field = (key) => page.locator(`[data-key=${key}]`);
  const error = page.locator("#error");
  const shown = (policy, load = 80) =>
    page.waitForFunction((wanted) => document.body.dataset.shown === wanted, `${policy}|${load}`);
  const delays = () => page.$$eval("#delays .range", (ranges) => ranges.map((range) => [+range.dataset.low, +range.dataset.high]));
  const points = (protection) => page.getAttribute(`polyline[data-protection=${protection}]`, "points");
  const fate = async (protection) => (await page.locator(`#fates tr[data-protection=${protection}] td`).allTextContents()).slice(1);

  // The default: two retries. Plain retries never recover, the others do.
  await shown("");
  assert.deepEqual(await delays(), [[0, 100], [0, 200]]);
  assert.equal((await fate("plain"))[0], "never");
  for (const protection of ["none", "budget", "brake"]) {
    const [recovery, amplification] = await fate(protection);
    assert.ok(+recovery >= 3 && +recovery <= 12, `${protection}: ${recovery}`);
    assert.ok(+amplification < 1.4, `${protection}: ${amplification}`);
  }
  const before = await points("brake");

  // A field changes the text and the curves.
  await field("max_attempts").fill("5");
  await shown("max_attempts=5");
  assert.deepEqual(await delays(), [[0, 100], [0, 200], [0, 400], [0, 800]]);
  assert.match(await page.textContent("#longest"), /Attempts: 5 at most\. A call waits 1\.5 s at most\./);
  // Plain retries leave nothing in either case, so it is not their curve that shows it.
  assert.notEqual(await points("brake"), before);
  assert.ok(+(await fate("plain"))[1] > 4, "five attempts for each call");

  await field("jitter").fill("none");
  await shown("max_attempts=5 jitter=none");
  assert.deepEqual(await delays(), [[100, 100], [200, 200], [400, 400], [800, 800]]);

  // Without retries the curve is that of no retries.
  await text.fill("max_attempts=1");
  await shown("max_attempts=1");
  assert.equal(await field("max_attempts").inputValue(), "1");
  assert.equal(await field("jitter").inputValue(), "");
  assert.equal(await points("plain"), await points("none"));

  // The load changes the curve; so does what has no field.
  await text.fill("max_attempts=2 throttled_delay=2s");
  await shown("max_attempts=2 throttled_delay=2s");
  await field("initial_delay").fill("50 ms");
  await shown("max_attempts=2 initial_delay=50ms throttled_delay=2s");
  assert.deepEqual(await delays(), [[0, 50]]);
  const at80 = await points("none");
  await page.locator("#load").fill("60");
  await shown("max_attempts=2 initial_delay=50ms throttled_delay=2s", 60);
  assert.notEqual(await points("none"), at80);

  // The crate's own message, and the curves stay as they were.
  assert.ok(await error.isHidden());
  const kept = await points("none");
  await text.fill("max_atempts=5");
  await shown("max_atempts=5", 60);
  assert.equal(
    await error.textContent(),
    "invalid retry policy: expected the option `max_attempts`, not `max_atempts`",
  );
  assert.ok(await error.isVisible());
  assert.equal(await points("none"), kept);
  await field("max_attempts").fill("0");
  await page.waitForFunction(() => document.getElementById("error").textContent.includes("max_attempts"));
  await text.fill("max_attempts=unlimited max_delay=1s");
  await shown("max_attempts=unlimited max_delay=1s", 60);
  assert.ok(await error.isHidden());
  assert.match(await page.textContent("#longest"), /without a limit\. A call waits for ever\./);

  assert.deepEqual(wrong, []);
  failed = false;
  console.log("the page works");
} finally {
  await context.close();
  await rm(profile, { recursive: true, force: true });
  server.close();
}
process.exitCode = failed ? 1 : 0;
