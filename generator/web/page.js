"use strict";
// Always sets text, never markup: typed texts and quotes in messages cannot inject HTML.
const make = (tag, text, parent, words = {}) => {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  Object.entries(words).forEach(([name, value]) => element.setAttribute(name, value));
  if (parent) parent.append(element);
  return element;
};
const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
const by = (id) => document.getElementById(id);
// Show an error, or with `calm` what was done.
const notice = (text, calm = false) => {
  by("notice").textContent = text;
  by("notice").classList.toggle("calm", calm);
};

const ask = async (address, asked) => {
  const sent = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) };
  let answer;
  try {
    answer = await fetch(address, sent);
  } catch {
    notice("程序已经停下，或没有应答。这一页上没有保存的内容还在，重新运行 jixiao open 以前不要关掉这一页。");
    return { status: 0, data: { findings: [] } };
  }
  const kind = answer.headers.get("Content-Type") || "";
  const data = kind.includes("json") ? await answer.json() : { findings: [{ message: await answer.text(), hint: "", code: "" }] };
  return { status: answer.status, data };
};
const asText = (findings) => findings.filter((one) => !one.again).map((one) => `${one.code} ${one.message}${one.hint ? `　改法：${one.hint}` : ""}`).join("\n");

const list = () => {
  let last = "";
  const from = (name, year = "") => {
    last = name;
    by("from").hidden = !name;
    by("template-part").hidden = Boolean(name);
    by("template").required = !name;
    by("last").textContent = name;
    by("new").textContent = name ? "结转到下年" : "新建填报";
    // Suggest the next year, also in the name if it contains the year.
    const next = /^\d{4}$/.test(year) ? String(Number(year) + 1) : "", stem = name.replace(/\.[^.]*$/, "");
    by("year").value = next;
    by("name").value = next && stem.includes(year) ? stem.replaceAll(year, next) : "";
    by(name ? (next ? "name" : "year") : "template").focus();
  };
  all("[data-open]").forEach((button) => button.addEventListener("click", async () => {
    const { status, data } = await ask("/open", { name: button.dataset.open });
    if (status === 200) location.assign(`/w/${data.window}`);
    else notice(asText(data.findings));
  }));
  all("[data-last]").forEach((button) => button.addEventListener("click", () => from(button.dataset.last, button.dataset.year)));
  by("not-from").addEventListener("click", () => from(""));
  by("new-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const wanted = { name: by("name").value, year: by("year").value.trim(), last, template: last ? "" : by("template").value };
    const { status, data } = await ask("/new", wanted);
    if (status === 200) location.assign(`/w/${data.window}`);
    else if (status) notice(asText(data.findings));
  });
};

const dialog = (title, fill, buttons) => {
  const box = by("dialog");
  by("dialog-title").textContent = title;
  by("dialog-body").replaceChildren();
  by("dialog-buttons").replaceChildren();
  fill(by("dialog-body"));
  [...buttons, ["关闭", null]].forEach(([word, act]) => {
    const button = make("button", word, by("dialog-buttons"), { type: "button" });
    button.addEventListener("click", () => { box.close(); if (act) act(); });
  });
  if (!box.open) box.showModal();
};
// A table of the facts that differ, with both values.
const difference = (data, parent, words) => {
  if (data.same) { make("p", "没有不同。", parent); return; }
  if (!data.readable) { make("p", "有一份读不成填报，不能逐项比较。", parent); return; }
  if (!data.changes.length) { make("p", "填的内容相同，只有注释、次序或写法不同。", parent); return; }
  const around = make("div", "", parent, { class: "differences", tabindex: "0", role: "region", "aria-label": "不同的各项" });
  const table = make("table", "", around), head = make("tr", "", make("thead", "", table)), body = make("tbody", "", table);
  ["哪一项", ...words].forEach((word) => make("th", word, head, { scope: "col" }));
  data.changes.forEach((one) => {
    const line = make("tr", "", body);
    make("th", one.what, line, { scope: "row" });
    if (one.kind === "moved") { make("td", "换了位置", line, { colspan: "2" }); return; }
    make("del", one.old ?? "（没有）", make("td", "", line));
    make("ins", one.new ?? "（没有）", make("td", "", line));
  });
};

// A working text on the server: sends changes and shows the answers, one request at a time.
class Window {
  constructor(collect, reload) {
    this.address = `/w/${document.body.dataset.key}`;
    this.collect = collect;
    this.reload = reload;
    this.shown = this.shownAt = () => {};
    this.running = Promise.resolve();
    this.timer = this.asking = 0;
    this.waiting = this.stepped = false;
  }

  later(after = 60) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), after);
    by("saved").textContent = "有没有保存的改动";
    this.dirty = this.waiting = true;
  }

  flush() {
    clearTimeout(this.timer);
    this.running = this.running.then(async () => {
      this.waiting = false;
      const wanted = this.collect();
      if (!wanted) return true;
      by("saved").textContent = "正在检查……";
      return this.send(...wanted);
    });
    return this.running;
  }

  async send(what, words) {
    const { status, data } = await ask(`${this.address}/${what}`, { version: this.state.version, ...words });
    if (status === 200) { this.take(data); return true; }
    if (status) this.refused(what, data);
    return false;
  }

  take(state) {
    const before = this.state;
    this.state = { ...before, ...state };
    this.dirty = !state.saved || this.waiting;
    ["undo", "redo"].filter(by).forEach((name) => { by(name).disabled = !state[name]; });
    // For a large filing only the change itself is checked at once; the other findings come later.
    if (state.findings) this.known = state.version;
    else this.recheck(400);
    const doing = this.known === state.version ? "" : "，正在检查……";
    by("saved").textContent = `${state.saved ? "已保存" : "有没有保存的改动"}${doing}`;
    const { total, near } = this.state;
    // A placeholder is shown without its name in the report.
    by("total").textContent = total ? `总分 ${total.score.replace(/：[^】]*】/, "】")} / ${total.full}${total.rating ? `，等级 ${total.rating}` : ""}` : "";
    if (state.findings) this.shown(this.state);
    else if (before.findings) (near || []).forEach(({ path, findings }) => {
      this.state.findings = [...this.state.findings.filter((one) => one.path !== path), ...findings];
      this.shownAt(path, findings);
    });
  }

  // Get all findings of the text; ignored if the text changed meanwhile. One request at a time: a browser has few
  // connections, and changes must not wait for one.
  recheck(after = 0) {
    clearTimeout(this.asking);
    if (this.checking || this.known === this.state.version) return;
    this.asking = setTimeout(async () => {
      const { version } = this.state;
      this.checking = true;
      try {
        const answer = await fetch(`${this.address}/state?version=${version}`);
        const state = await answer.json();
        if (state.findings && (!state.version || state.version === this.state.version)) this.take({ ...this.state, ...state });
      } catch {
        notice("没有得到检查的结果，重新载入这一页。");
      }
      this.checking = false;
      if (version !== this.state.version) this.recheck();
    }, after);
  }

  refused(what, data) {
    by("saved").textContent = "有没有保存的改动";
    if (data.over) {
      dialog("填报文件在别处改动过，没有保存", (body) => {
        make("p", "没有选定以前，两份都不会丢。", body);
        difference(data, body, ["磁盘上的", "这一页上的"]);
      }, [
        ["用磁盘上的（这一页上的可以撤消回来）", async () => { if (await this.send("reload", {})) this.reload(); }],
        ["用这一页上的（磁盘上的另存为备份）", () => this.send("save", { over: data.over })],
      ]);
    } else if (data.findings.some((one) => one.code === "JX893")) {
      dialog("这一页不是最新的", (body) => make("p", asText(data.findings), body), [["重新载入", () => this.reload()]]);
    } else {
      notice(asText(data.findings));
    }
  }

  async save() {
    notice("");
    if (!(await this.flush())) return false;
    return this.send("save", {});
  }

  async back(what) {
    if (await this.flush() && await this.send(what, {})) this.reload();
  }

  async against() {
    await this.flush();
    const answer = await fetch(`${this.address}/against`);
    const data = await answer.json();
    dialog("与保存的相比，改了什么", (body) => difference(data, body, ["保存的", "现在的"]), []);
  }

  async make(button, backup = false) {
    if (!this.state.saved || this.dirty) if (!(await this.save())) return;
    const word = document.querySelector(`.tools [data-make="${button.dataset.make}"]`).textContent;
    notice(`正在生成${word}……`);
    const { status, data } = await ask(`${this.address}/make`, { what: button.dataset.make, backup });
    notice("");
    if (!status) return;
    const files = data.files || [];
    const inTheWay = data.findings.some((one) => ["JX621", "JX622", "JX624", "JX641"].includes(one.code));
    dialog(files.length ? `${word}已经写好` : `${word}没有写出`, (body) => {
      files.forEach((file) => {
        const line = make("p", "", body);
        make("a", "打开", line, { href: file.address });
        make("span", `　${file.name}`, line);
      });
      if (files.length) make("p", `在文件夹「${data.folder}」里。`, body, { class: "how" });
      const found = make("ul", "", body, { class: "found" });
      // With the message of the form, which names cells by row and column.
      const asShown = (one) => (this.state.findings || []).find((own) => own.code === one.code && own.path === one.path) || one;
      data.findings.filter((one) => !one.again && (!files.length || one.kind !== "info")).slice(0, 30).map(asShown)
        .forEach((one) => make("li", `${one.word} ${one.code}　${one.message}${one.hint ? `　改法：${one.hint}` : ""}`, found));
    }, inTheWay ? [["先把原有的留作备份，再写", () => this.make(button, true)]] : []);
  }

  start() {
    this.state = { version: Number(document.body.dataset.version) };
    by("saved").textContent = "正在检查……";
    this.recheck();
    const acts = { save: () => this.save(), undo: () => this.back("undo"), redo: () => this.back("redo"), against: () => this.against() };
    Object.entries(acts).filter(([name]) => by(name)).forEach(([name, act]) => by(name).addEventListener("click", act));
    all("[data-make]").forEach((button) => button.addEventListener("click", () => this.make(button)));
    document.addEventListener("keydown", (event) => {
      const key = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : "";
      const typing = !this.stepped && event.target.matches("input:not([type=checkbox]), textarea");
      if (by("save") && key === "s") { event.preventDefault(); this.save(); }
      // While typing, Ctrl+Z is the browser's own undo; pasted blocks and choices are undone as steps.
      if (by("undo") && !typing && (key === "z" || key === "y")) { event.preventDefault(); this.back(key === "y" || event.shiftKey ? "redo" : "undo"); }
    });
    const bar = document.querySelector(".bar");
    new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`)).observe(bar);
    window.addEventListener("beforeunload", (event) => { if (this.dirty && !this.leaving) event.preventDefault(); });
  }
}

// The list of findings; `go` leads to the field of a finding.
const listed = (findings, go) => {
  const count = (kind) => findings.filter((one) => one.kind === kind && !one.lacking).length;
  const lacking = findings.filter((one) => one.lacking);
  const parts = [[lacking.length, "项必填的还没有填"], [count("error"), "个错误"], [count("warning"), "个警告"], [count("info"), "个提示"]];
  by("summary").textContent = parts.filter(([number]) => number).map(([number, word]) => `${number} ${word}`).join("，") || "没有发现问题。";
  const order = ["error", "warning", "info"];
  const shown = findings.filter((one) => !one.lacking && !one.again).sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
  by("found").replaceChildren();
  [...shown, ...lacking.filter((one) => !one.again)].slice(0, 300).forEach((one) => {
    const item = make("li", "", by("found"), { class: `finding ${one.lacking ? "lacking" : one.kind}` });
    const head = make("p", "", item);
    make("b", one.lacking ? "待填" : one.word, head);
    head.append(` ${one.code} ${one.title}`);
    make("p", one.many ? `${one.message}这一列另有 ${one.many} 处也是这样。` : one.message, item);
    if (one.hint && !one.lacking) make("p", `改法：${one.hint}`, item, { class: "how" });
    if (go && one.place) make("button", "到这一项", item, { type: "button" }).addEventListener("click", () => go(one.place, one.path));
    else if (one.where) make("p", one.where, item, { class: "how" });
  });
};

const text = () => {
  const box = by("text");
  let changed = false;
  const reload = () => { page.leaving = true; location.reload(); };
  const page = new Window(() => {
    if (!changed) return null;
    changed = false;
    return ["text", { text: box.value }];
  }, reload);
  page.shown = (state) => listed(state.findings, null);
  box.addEventListener("input", () => { changed = true; page.later(600); });
  page.start();
  const save = page.save.bind(page);
  page.save = async () => { const done = await save(); if (done) reload(); return done; };
};

// A workbook: shown, reloaded, or converted to YAML.
const book = () => {
  const page = new Window(() => null, () => location.reload());
  page.shown = (state) => listed(state.findings, null);
  page.start();
  by("reread").addEventListener("click", () => location.reload());
  by("convert").addEventListener("click", async () => {
    const { status, data } = await ask(`${page.address}/convert`, {});
    if (status === 200) location.assign(`/w/${data.window}`);
    else if (status) notice(asText(data.findings));
  });
};

({ list, text, book, form: () => {} })[document.body.dataset.page]();
