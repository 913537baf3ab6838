"use strict";
(() => {
  const nodes = JSON.parse(document.getElementById("nodes").textContent);
  const panel = document.getElementById("panel");
  const content = document.getElementById("content");
  let opener = null;
  // In the page to fill in, the report stands in a frame beside the form: a figure leads to its field there.
  const framed = window.parent !== window;
  const lead = (path) => window.parent.postMessage({ field: path }, "*");

  // Text is only ever put in as text: what a bureau typed can never become markup.
  const make = (tag, text, parent) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };

  const facts = (node, parent) => {
    const list = make("dl", "", parent);
    const add = (word, text, tag) => {
      if (!text) return;
      make("dt", word, list);
      make(tag || "span", text, make("dd", "", list));
    };
    add("公式", node.式, "code");
    add("代入", node.代, "code");
    add("取整前", node.准);
    add("出处", node.处);
    add("原文", node.行, "code");
    if (framed) make("button", "到填报的这一项", parent).addEventListener("click", () => lead(node.径 || node.名));
  };

  const branch = (number, parent, depth) => {
    const node = nodes[number];
    const item = make("li", "", parent);
    const name = `${node.名}${node.标 ? `（${node.标}）` : ""} = ${node.值}`;
    const details = make("details", "", item);
    details.open = depth < 2;
    make("summary", name, details);
    let filled = false;
    const fill = () => {
      if (filled) return;
      filled = true;
      facts(node, details);
      if (node.下.length) {
        const below = make("ul", "", details);
        node.下.forEach((inner) => branch(inner, below, depth + 1));
      }
    };
    if (details.open) fill();
    details.addEventListener("toggle", fill);
  };

  const show = (value) => {
    const number = Number(value.dataset.node);
    const node = nodes[number];
    if (!node) return;
    if (framed && !value.classList.contains("computed")) { lead(node.径 || node.名); return; }
    if (opener) opener.classList.remove("open");
    opener = value;
    value.classList.add("open");
    content.replaceChildren();
    make("h2", `${node.名}${node.标 ? `（${node.标}）` : ""} = ${node.值}`, content).id = "what";
    facts(node, content);
    if (node.下.length) {
      make("p", node.值.startsWith("【待") ? "还算不出来，要用到：" : "由下列各数得出：", content);
      const below = make("ul", "", content);
      node.下.forEach((inner) => branch(inner, below, 1));
    }
    panel.hidden = false;
    panel.dataset.node = String(number);
    panel.focus();
  };

  const close = () => {
    panel.hidden = true;
    if (!opener) return;
    opener.classList.remove("open");
    opener.focus();
    opener = null;
  };

  const findings = Array.from(document.querySelectorAll(".finding"));
  const go = (finding) => {
    finding.focus();
    document.querySelectorAll(".target").forEach((one) => one.classList.remove("target"));
    const place = finding.dataset.anchor && document.getElementById(finding.dataset.anchor);
    if (!place) return;
    place.classList.add("target");
    place.scrollIntoView({ block: "center" });
  };
  const step = (by) => {
    const seen = findings.filter((one) => !one.classList.contains("hidden"));
    if (!seen.length) return;
    const at = seen.indexOf(document.activeElement);
    go(seen[at < 0 ? (by > 0 ? 0 : seen.length - 1) : (at + by + seen.length) % seen.length]);
  };
  // Placeholders of the report, each in turn; the first after the last.
  const gaps = Array.from(document.querySelectorAll("main mark.gap"));
  let reached = -1;
  const gap = () => {
    if (!gaps.length) return;
    document.querySelectorAll(".target").forEach((one) => one.classList.remove("target"));
    reached = (reached + 1) % gaps.length;
    const value = gaps[reached].closest("[data-node]");
    (value || gaps[reached]).classList.add("target");
    if (value) value.focus({ preventScroll: true });
    gaps[reached].scrollIntoView({ block: "center" });
  };
  const dark = () => matchMedia("(prefers-color-scheme: dark)").matches;
  const turn = () => {
    const root = document.documentElement;
    const now = root.classList.contains("dark") || (!root.classList.contains("light") && dark());
    root.classList.toggle("dark", !now);
    root.classList.toggle("light", now);
  };

  document.addEventListener("click", (event) => {
    const value = event.target.closest("[data-node]");
    if (value && value !== panel) { event.preventDefault(); show(value); return; }
    const finding = event.target.closest(".finding");
    if (finding) go(finding);
  });
  document.addEventListener("keydown", (event) => {
    const on = document.activeElement;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") close();
    else if (event.key === "Enter" || event.key === " ") {
      if (on.matches("[data-node]:not(#panel)")) { event.preventDefault(); show(on); }
      else if (on.matches(".finding")) { event.preventDefault(); go(on); }
    } else if (!on.matches("input")) {
      const keys = { j: () => step(1), k: () => step(-1), t: turn, g: gap };
      const act = keys[event.key.toLowerCase()];
      if (act) act();
    }
  });
  const about = (path) => {
    const shown = Array.from(document.querySelectorAll("main [data-node]"));
    const within = (one, start) => one === start || one.startsWith(`${start}.`) || one.startsWith(`${start}[`);
    for (let at = path; at; at = at.replace(/(\[\d+\]|\.[^.[\]]*|^[^.[\]]*)$/, "")) {
      const value = shown.find((one) => within(nodes[Number(one.dataset.node)].径 || "", at));
      if (value) return value;
    }
    return null;
  };
  window.addEventListener("message", (event) => {
    const value = framed && event.source === window.parent && typeof event.data?.show === "string" && about(event.data.show);
    if (!value) return;
    document.querySelectorAll(".target").forEach((one) => one.classList.remove("target"));
    value.classList.add("target");
    value.scrollIntoView({ block: "center" });
  });
  document.documentElement.classList.toggle("framed", framed);
  document.querySelectorAll(".filter input").forEach((box) => box.addEventListener("change", () => {
    findings.filter((one) => one.dataset.kind === box.dataset.kind)
      .forEach((one) => one.classList.toggle("hidden", !box.checked));
  }));
  document.getElementById("next").addEventListener("click", () => step(1));
  document.getElementById("previous").addEventListener("click", () => step(-1));
  const toGap = document.getElementById("gap");
  if (toGap) toGap.addEventListener("click", gap);
  document.getElementById("theme").addEventListener("click", turn);
  document.getElementById("print").addEventListener("click", () => window.print());
  document.getElementById("close").addEventListener("click", close);
})();
