// The form's two sides say the same, and whatever is typed is simulated and drawn.

import init, { delays, goodput } from "./simulator_page.js";

// The colours tell apart those who see no red or no green, by Okabe and Ito.
const CURVES = [
  { protection: "none", name: "no retries", colour: "#888888" },
  { protection: "plain", name: "this policy", colour: "#d55e00" },
  { protection: "budget", name: "with a budget", colour: "#0072b2" },
  { protection: "brake", name: "with a brake", colour: "#009e73" },
];

const SECONDS = 90;
const text = document.getElementById("text");
const load = document.getElementById("load");
const fields = [...document.querySelectorAll("[data-key]")];

function element(parent, name, attributes, words) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (words !== undefined) made.textContent = words;
  parent.append(made);
  return made;
}

function duration(milliseconds) {
  if (milliseconds === null) return "for ever";
  if (milliseconds >= 1000) return `${+(milliseconds / 1000).toFixed(2)} s`;
  return `${+milliseconds.toFixed(2)} ms`;
}

/// Axes and a scale for a picture: from 0 to `right` and from 0 to `top`.
function axes(svg, right, top, label) {
  svg.replaceChildren();
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const x = (value) => 60 + (value / right) * (width - 80);
  const y = (value) => height - 30 - (value / top) * (height - 50);
  for (const share of [0, 0.5, 1]) {
    const at = y(top * share);
    element(svg, "line", { x1: 60, x2: width - 20, y1: at, y2: at, class: "axis" });
    element(svg, "text", { x: 54, y: at + 4, "text-anchor": "end" }, label(top * share));
  }
  return { x, y, bottom: height - 12 };
}

function drawDelays(policy) {
  const svg = document.getElementById("delays");
  const count = Math.max(policy.delays.length, 1);
  const top = Math.max(...policy.delays.map((delay) => delay.high), 1);
  const { x, y, bottom } = axes(svg, count, top, duration);
  policy.delays.forEach((delay, index) => {
    const width = Math.max((x(1) - x(0)) * 0.7, 2);
    const left = x(index + 0.5) - width / 2;
    // A delay that is exact is a line.
    const height = Math.max(y(delay.low) - y(delay.high), 2);
    const range = element(svg, "rect", { x: left, y: y(delay.high), width, height, class: "range" });
    range.dataset.low = delay.low;
    range.dataset.high = delay.high;
    element(range, "title", {}, `${duration(delay.low)} – ${duration(delay.high)}`);
    element(svg, "text", { x: x(index + 0.5), y: bottom, "text-anchor": "middle" }, index + 1);
  });
  const attempts = policy.attempts === null ? "without a limit" : `${policy.attempts} at most`;
  const most = policy.longest === null ? "for ever" : `${duration(policy.longest)} at most`;
  document.getElementById("longest").textContent = `Attempts: ${attempts}. A call waits ${most}.`;
}

function drawGoodput(outs) {
  const svg = document.getElementById("goodput");
  const top = Math.max(1000, ...outs.flatMap((out) => out.goodput));
  const { x, y, bottom } = axes(svg, SECONDS, top, (value) => Math.round(value));
  element(svg, "rect", { x: x(30), y: y(top), width: x(40) - x(30), height: y(0) - y(top), class: "during" });
  for (let second = 0; second <= SECONDS; second += 10) {
    element(svg, "text", { x: x(second), y: bottom, "text-anchor": "middle" }, second);
  }
  const fates = document.getElementById("fates");
  fates.replaceChildren();
  outs.forEach((out, index) => {
    const { protection, name, colour } = CURVES[index];
    const points = out.goodput.map((count, second) => `${x(second + 0.5).toFixed(1)},${y(count).toFixed(1)}`);
    const line = element(svg, "polyline", { points: points.join(" "), stroke: colour });
    line.dataset.protection = protection;
    const row = fates.insertRow();
    row.dataset.protection = protection;
    const swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.background = colour;
    row.insertCell().append(swatch, name);
    row.insertCell().textContent = out.recovery === null ? "never" : out.recovery;
    row.insertCell().textContent = out.amplification.toFixed(2);
  });
}

/// Errors are the crate's own messages.
function show() {
  const error = document.getElementById("error");
  document.getElementById("load-shown").textContent = `${load.value} %`;
  try {
    const policy = JSON.parse(delays(text.value));
    const share = load.value / 100;
    const outs = CURVES.map((curve) => JSON.parse(goodput(text.value, curve.protection, share)));
    drawDelays(policy);
    drawGoodput(outs);
    error.hidden = true;
  } catch (message) {
    error.textContent = message;
    error.hidden = false;
  }
  for (const section of document.querySelectorAll("section")) section.classList.toggle("stale", !error.hidden);
  document.body.dataset.shown = `${text.value}|${load.value}`;
}

/// A run takes a tenth of a second, or some with many attempts: so only what stays for a moment is run.
let waiting;
function showSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(show, 120);
}

function fieldsToText() {
  const given = fields.filter((field) => field.value.trim() !== "");
  // Options stand apart by spaces, so that there are none in a value.
  text.value = given.map((field) => `${field.dataset.key}=${field.value.replace(/\s+/g, "")}`).join(" ");
}

function textToFields() {
  const settings = new Map(text.value.trim().split(/\s+/).map((setting) => {
    const [key, ...value] = setting.split("=");
    return [key, value.join("=")];
  }));
  for (const field of fields) field.value = settings.get(field.dataset.key) ?? "";
}

for (const field of fields) {
  field.addEventListener("input", () => {
    // Options without a field stay.
    const keys = new Set(fields.map((field) => field.dataset.key));
    const others = text.value.split(/\s+/).filter((setting) => setting !== "" && !keys.has(setting.split("=")[0]));
    fieldsToText();
    text.value = [text.value, ...others].filter((part) => part !== "").join(" ");
    showSoon();
  });
}
text.addEventListener("input", () => {
  textToFields();
  showSoon();
});
load.addEventListener("input", showSoon);
document.getElementById("form").addEventListener("submit", (event) => event.preventDefault());

await init();
show();
