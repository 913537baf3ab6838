"use strict";
// Text is only ever put in as text: what a bureau typed, or what a message quotes, can never become markup.
const make = (tag, text, parent, words = {}) => {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  Object.entries(words).forEach(([name, value]) => element.setAttribute(name, value));
  if (parent) parent.append(element);
  return element;
};
const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
const by = (id) => document.getElementById(id);
const notice = (text) => { by("notice").textContent = text; };

const ask = async (address, said) => {
  const sent = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(said) };
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
const said = (findings) => findings.map((one) => `${one.code} ${one.message}${one.hint ? `　改法：${one.hint}` : ""}`).join("\n");

const list = () => {
  let last = "";
  const from = (name) => {
    last = name;
    by("from").hidden = !name;
    by("template-part").hidden = Boolean(name);
    by("last").textContent = name;
    by(name ? "year" : "template").focus();
  };
  all("[data-open]").forEach((button) => button.addEventListener("click", async () => {
    const { status, data } = await ask("/open", { name: button.dataset.open });
    if (status === 200) location.assign(`/w/${data.window}`);
    else notice(said(data.findings));
  }));
  all("[data-last]").forEach((button) => button.addEventListener("click", () => from(button.dataset.last)));
  by("not-from").addEventListener("click", () => from(""));
  by("new-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const wanted = { name: by("name").value, year: by("year").value.trim(), last, template: last ? "" : by("template").value };
    const { status, data } = await ask("/new", wanted);
    if (status === 200) location.assign(`/w/${data.window}`);
    else if (status) notice(said(data.findings));
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
const difference = (lines, parent) => {
  if (!lines.length) make("p", "没有不同。", parent);
  const listed = make("pre", "", parent, { tabindex: "0", class: "differences", "aria-label": "不同的各行" });
  lines.forEach(([sign, text]) => {
    const tag = sign === "-" ? "del" : sign === "+" ? "ins" : "span";
    make(tag, sign === "@" ? "…" : `${sign || " "} ${text}`, listed);
    listed.append("\n");
  });
};

// A working text on the server: what it answers is shown, what is typed is sent, one request at a time.
class Window {
  constructor(collect, reload) {
    this.address = `/w/${document.body.dataset.key}`;
    this.collect = collect;
    this.reload = reload;
    this.shown = () => {};
    this.running = Promise.resolve();
    this.timer = 0;
  }

  later(after = 250) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), after);
    by("saved").textContent = "有没有保存的改动";
    this.dirty = true;
  }

  flush() {
    clearTimeout(this.timer);
    this.running = this.running.then(async () => {
      const wanted = this.collect();
      return !wanted || this.send(...wanted);
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
    this.state = state;
    this.dirty = !state.saved;
    by("saved").textContent = state.saved ? "已保存" : "有没有保存的改动";
    by("undo").disabled = !state.undo;
    by("redo").disabled = !state.redo;
    const total = state.total;
    by("total").textContent = total ? `总分 ${total.score} / ${total.full}${total.rating ? `，等级 ${total.rating}` : ""}` : "";
    this.shown(state);
  }

  refused(what, data) {
    if (data.over) {
      dialog("填报文件在别处改动过，没有保存", (body) => {
        make("p", "「-」是磁盘上的一份，「+」是这一页上的。没有选定以前，两份都不会丢。", body);
        difference(data.lines, body);
      }, [
        ["用磁盘上的（这一页上的可以撤消回来）", async () => { if (await this.send("reload", {})) this.reload(); }],
        ["用这一页上的（磁盘上的另存为备份）", () => this.send("save", { over: data.over })],
      ]);
    } else if (data.findings.some((one) => one.code === "JX893")) {
      dialog("这一页不是最新的", (body) => make("p", said(data.findings), body), [["重新载入", () => this.reload()]]);
    } else {
      notice(said(data.findings));
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
    const { lines } = await answer.json();
    dialog("与保存的相比，改了什么", (body) => difference(lines, body), []);
  }

  async make(button, backup = false) {
    if (!this.state.saved || this.dirty) if (!(await this.save())) return;
    const word = button.textContent;
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
      const found = make("ul", "", body, { class: "found" });
      data.findings.filter((one) => !files.length || one.kind !== "info").slice(0, 30)
        .forEach((one) => make("li", `${one.word} ${one.code}　${one.message}${one.hint ? `　改法：${one.hint}` : ""}`, found));
    }, inTheWay ? [["先把原有的留作备份，再写", () => this.make(button, true)]] : []);
  }

  start() {
    this.take(JSON.parse(document.body.dataset.state));
    by("save").addEventListener("click", () => this.save());
    by("undo").addEventListener("click", () => this.back("undo"));
    by("redo").addEventListener("click", () => this.back("redo"));
    by("against").addEventListener("click", () => this.against());
    all("[data-make]").forEach((button) => button.addEventListener("click", () => this.make(button)));
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") { event.preventDefault(); this.save(); }
    });
    window.addEventListener("beforeunload", (event) => { if (this.dirty && !this.leaving) event.preventDefault(); });
  }
}

// What was found as a list; each leads to its field by `go`, where it has one.
const listed = (findings, go) => {
  const count = (kind) => findings.filter((one) => one.kind === kind && !one.lacking).length;
  const lacking = findings.filter((one) => one.lacking);
  const parts = [[lacking.length, "项必填的还没有填"], [count("error"), "个错误"], [count("warning"), "个警告"], [count("info"), "个提示"]];
  by("summary").textContent = parts.filter(([number]) => number).map(([number, word]) => `${number} ${word}`).join("，") || "没有发现问题。";
  const order = ["error", "warning", "info"];
  const shown = findings.filter((one) => !one.lacking).sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
  by("found").replaceChildren();
  [...shown, ...lacking].slice(0, 300).forEach((one) => {
    const item = make("li", "", by("found"), { class: `finding ${one.lacking ? "lacking" : one.kind}` });
    const head = make("p", "", item);
    make("b", one.lacking ? "待填" : one.word, head);
    head.append(` ${one.code} ${one.title}`);
    make("p", one.message, item);
    if (one.hint && !one.lacking) make("p", `改法：${one.hint}`, item, { class: "how" });
    if (go && one.place) make("button", "到这一项", item, { type: "button" }).addEventListener("click", () => go(one.place));
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

const form = () => {
  const plain = (path) => path.map((step) => (typeof step === "number" ? `[${step + 1}]` : `.${step}`)).join("").replace(/^\./, "");
  const gridOf = (row) => row.closest("[data-grid]");
  const rowOf = (element) => element.parentElement && element.parentElement.closest("[data-row]");
  const controlsOf = (row) => all("[data-step]", row).filter((one) => one.closest("[data-row]") === row);
  const gridsOf = (row) => all("[data-grid]", row).filter((one) => rowOf(one) === row);
  const holderOf = (grid) => all("[data-rows]", grid).find((one) => one.closest("[data-grid]") === grid);
  const rowsOf = (grid) => Array.from((holderOf(grid) || { children: [] }).children);
  const valueOf = (one) => (one.type === "checkbox" ? (one.checked ? one.value : "") : one.value.trim());
  const isFilled = (row) => all("[data-step], [data-nothing]", row).some((one) => valueOf(one));
  const filled = (grid) => rowsOf(grid).filter(isFilled);
  const nothingOf = (grid) => all("[data-nothing]", grid).find((one) => one.closest("[data-grid]") === grid);

  const pathOf = (element) => {
    const own = JSON.parse(element.dataset.step || element.dataset.grid);
    const row = element.dataset.grid ? rowOf(element) : element.closest("[data-row]");
    return row ? [...pathOf(gridOf(row)), filled(gridOf(row)).indexOf(row), ...own] : own;
  };
  const cellsOf = (row) => [
    ...controlsOf(row).map((one) => [JSON.parse(one.dataset.step), valueOf(one)]),
    ...gridsOf(row).flatMap((grid) => {
      const own = JSON.parse(grid.dataset.grid), word = nothingOf(grid);
      if (word && word.checked) return [[own, word.value]];
      return filled(grid).flatMap((inner, number) => cellsOf(inner).map(([path, value]) => [[...own, number, ...path], value]));
    }),
  ].filter(([, value]) => value);
  const outermost = (element) => {
    let grid = element.closest("[data-grid]");
    for (let row = grid && rowOf(grid); row; row = rowOf(grid)) grid = gridOf(row);
    return grid;
  };

  // What was changed since the last request: single boxes, and tables as a whole.
  const boxes = new Set(), tables = new Set(), known = new WeakSet();
  const remember = (grid) => all("[data-row]", grid).forEach((row) => (isFilled(row) ? known.add(row) : known.delete(row)));
  const collect = () => {
    const changes = [];
    boxes.forEach((one) => {
      if (!one.isConnected) return;
      let alone = true;
      for (let row = one.closest("[data-row]"); row; row = rowOf(row)) {
        alone = alone && known.has(row) && isFilled(row) && !gridOf(row).dataset.grid.endsWith('"佐证"]');
      }
      if (!alone) tables.add(outermost(one));
      else changes.push({ path: pathOf(one), value: valueOf(one) });
    });
    tables.forEach((grid) => {
      const word = nothingOf(grid), path = JSON.parse(grid.dataset.grid);
      remember(grid);
      if (word && word.checked) changes.push({ path, value: word.value });
      else changes.push({ path, rows: filled(grid).map(cellsOf) });
    });
    boxes.clear();
    tables.clear();
    return changes.length ? ["change", { changes }] : null;
  };

  const here = () => ({ step: (all(".step").find((one) => !one.hidden) || {}).id, at: place && plain(pathOf(place)) });
  let place = null;
  const reload = () => {
    sessionStorage.setItem(location.pathname, JSON.stringify(here()));
    page.leaving = true;
    location.reload();
  };
  const page = new Window(collect, reload);

  const show = (key, focus = true) => {
    const steps = all(".step");
    const wanted = steps.find((one) => one.id === key) || steps[0];
    steps.forEach((one) => { one.hidden = one !== wanted; });
    all(".steps a").forEach((one) => (one.dataset.goto === wanted.id ? one.setAttribute("aria-current", "step") : one.removeAttribute("aria-current")));
    all("textarea", wanted).forEach(fit);
    if (focus) { wanted.focus(); window.scrollTo(0, 0); }
    history.replaceState(null, "", `#${wanted.id}`);
  };
  const fit = (area) => { area.style.height = "auto"; area.style.height = `${area.scrollHeight + 2}px`; };
  const go = (target) => {
    const step = target.closest(".step");
    if (step) show(step.id, false);
    const within = target.matches("input, select, textarea, button") ? target : target.querySelector("input:not([type=hidden]), select, textarea, button");
    (within || target).focus();
    (within || target).scrollIntoView({ block: "center" });
  };

  // From the path of a finding to its place on the page: the box, else what is around it.
  const top = new Map();
  all("[data-step], [data-grid], [data-at]").forEach((one) => {
    if (one.closest("[data-row]")) return;
    top.set(one.dataset.at || plain(JSON.parse(one.dataset.step || one.dataset.grid)), one);
  });
  const within = (row, rest) => {
    const own = controlsOf(row).find((one) => plain(JSON.parse(one.dataset.step)) === rest);
    const grid = gridsOf(row).find((one) => rest.startsWith(plain(JSON.parse(one.dataset.grid))));
    return own || (grid && inGrid(grid, rest.slice(plain(JSON.parse(grid.dataset.grid)).length))) || row;
  };
  const inGrid = (grid, rest) => {
    const match = /^\[(\d+)\]\.?(.*)$/s.exec(rest);
    const row = match && filled(grid)[Number(match[1]) - 1];
    return row ? within(row, match[2]) : grid;
  };
  const find = (path) => {
    const named = path.replace(/（[^）]*）$/, "");
    for (const start of [path, `指标.${named}`]) {
      for (let at = start; at; at = at.replace(/(\[\d+\]|\.[^.[\]]*|^[^.[\]]*)$/, "")) {
        if (top.has(at)) return top.get(at).dataset.grid ? inGrid(top.get(at), start.slice(at.length)) : top.get(at);
      }
    }
    return null;
  };
  const holder = (target) => {
    const box = target.closest("[data-box]");
    if (box) return box.querySelector(".found");
    if (target.matches(".found")) return target;
    if (target.matches("tr[data-row]")) return target.querySelector(".found");
    return target.querySelector(":scope > .found") || target.closest(".heading, [data-grid]")?.querySelector(".found");
  };

  page.shown = (state) => {
    all(".step .found").forEach((one) => one.replaceChildren());
    all("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
    const counts = new Map();
    state.findings.forEach((one) => {
      one.place = one.path ? find(one.path) : null;
      const target = one.place && holder(one.place);
      if (!target) return;
      const step = target.closest(".step").id, count = counts.get(step) || { error: 0, warning: 0, info: 0, lacking: 0 };
      count[one.lacking ? "lacking" : one.kind] += 1;
      counts.set(step, count);
      if (one.lacking) { make("p", "还没有填", target, { class: "lacking" }); return; }
      const line = make("p", "", target, { class: one.kind });
      make("b", one.word, line);
      line.append(` ${one.message}${one.hint ? `　改法：${one.hint}` : ""}`);
      if (one.kind === "error" && one.place.matches("input, select, textarea")) one.place.setAttribute("aria-invalid", "true");
    });
    all("[data-count]").forEach((one) => {
      const count = counts.get(one.dataset.count);
      const words = count ? [[count.lacking, "待填"], [count.error, "错误"], [count.warning, "警告"]] : [];
      one.textContent = words.filter(([number]) => number).map(([number, word]) => `${word} ${number}`).join("　");
      one.classList.toggle("bad", Boolean(count && count.error));
    });
    const required = all(".step [aria-required]").length + all(".grid > .grid-head > .need").length;
    const lacking = state.findings.filter((one) => one.lacking).length;
    by("progress").max = Math.max(required, lacking, 1);
    by("progress").value = Math.max(required - lacking, 0);
    by("left").textContent = lacking ? `还有 ${lacking} 项` : "都填了";
    all("[data-computed]").forEach((one) => { one.textContent = state.computed[one.dataset.computed] || "—"; });
    all("[data-score]").forEach((one) => { one.textContent = state.scores[one.dataset.score] || "—"; });
    listed(state.findings, go);
    refresh();
  };

  const number = (grid) => rowsOf(grid).forEach((row, at) => { row.querySelector("[data-number]").textContent = at + 1; });
  let fresh = 0;
  const add = (grid, before = null) => {
    const template = all("template", grid).find((one) => one.closest("[data-grid]") === grid);
    const row = template.content.querySelector("[data-row]").cloneNode(true);
    fresh += 1;
    all("[id]", row).forEach((one) => { one.id = `${one.id}-${fresh}`; });
    ["for", "list"].forEach((name) => all(`[${name}]`, row).forEach((one) => one.setAttribute(name, `${one.getAttribute(name)}-${fresh}`)));
    all("[aria-describedby]", row).forEach((one) => one.setAttribute("aria-describedby", one.getAttribute("aria-describedby").split(" ").map((id) => `${id}-${fresh}`).join(" ")));
    holderOf(grid).insertBefore(row, before);
    number(grid);
    return row;
  };
  const changed = (one) => {
    boxes.add(one);
    if (one.tagName === "TEXTAREA") fit(one);
    page.later();
  };
  const whole = (grid) => { tables.add(outermost(grid)); page.later(0); };

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-step]")) { changed(event.target); offer(event.target); }
    if (event.target.matches("[data-nothing]")) whole(event.target.closest("[data-grid]"));
  });
  document.addEventListener("change", (event) => { if (event.target.matches("[data-step]")) page.flush(); });
  document.addEventListener("focusin", (event) => { if (event.target.matches("[data-step]")) { place = event.target; point(); } });
  document.addEventListener("click", (event) => {
    const goto = event.target.closest("[data-goto]");
    if (goto) { event.preventDefault(); show(goto.dataset.goto); return; }
    const adding = event.target.closest("[data-add]");
    if (adding) add(adding.closest("[data-grid]")).querySelector("input:not([type=hidden]), select, textarea").focus();
    const removing = event.target.closest("[data-remove]");
    if (removing) {
      const row = removing.closest("[data-row]"), grid = gridOf(row), next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      number(grid);
      whole(grid);
      (next ? next.querySelector("[data-remove]") : grid.querySelector("[data-add]")).focus();
    }
  });

  // A block of cells from a spreadsheet: filled in from here on, rows added as needed.
  const cells = (pasted) => {
    const rows = [[]];
    let cell = "", quoted = false;
    for (let at = 0; at < pasted.length; at += 1) {
      const sign = pasted[at];
      if (quoted) {
        if (sign === '"' && pasted[at + 1] === '"') { cell += '"'; at += 1; } else if (sign === '"') quoted = false; else cell += sign;
      } else if (sign === '"' && !cell) quoted = true;
      else if (sign === "\t") { rows.at(-1).push(cell); cell = ""; }
      else if (sign === "\n") { rows.at(-1).push(cell); cell = ""; rows.push([]); }
      else if (sign !== "\r") cell += sign;
    }
    rows.at(-1).push(cell);
    if (rows.at(-1).length === 1 && !rows.at(-1)[0]) rows.pop();
    return rows;
  };
  document.addEventListener("paste", (event) => {
    const pasted = event.clipboardData.getData("text/plain"), row = event.target.closest && event.target.closest("tr[data-row]");
    if (!row || !(pasted.includes("\t") || pasted.trim().includes("\n"))) return;
    event.preventDefault();
    const grid = gridOf(row), first = controlsOf(row).indexOf(event.target);
    let at = row;
    cells(pasted).forEach((line) => {
      at = at || add(grid);
      const open = controlsOf(at).filter((one) => one.type !== "hidden");
      line.forEach((value, column) => {
        const one = open[first + column];
        if (!one) return;
        const clean = value.trim();
        if (one.tagName === "SELECT" && clean && !Array.from(one.options).some((option) => option.value === clean)) make("option", clean, one);
        one.value = one.classList.contains("lines") ? value.trim() : clean.replace(/\s*\n\s*/g, "");
        if (one.tagName === "TEXTAREA") fit(one);
      });
      at = at.nextElementSibling;
    });
    whole(grid);
  });
  document.addEventListener("keydown", (event) => {
    if (choosing(event)) return;
    const row = event.target.closest && event.target.closest("tr[data-row]");
    if (event.key === "Enter" && event.target.matches("textarea.text")) event.preventDefault();
    if (!row || event.altKey || event.ctrlKey || event.metaKey || event.target.matches("textarea.lines, select")) return;
    const step = { ArrowDown: "nextElementSibling", Enter: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!step || !event.target.matches("[data-step]")) return;
    const other = row[step] || (event.key === "Enter" ? add(gridOf(row)) : null);
    if (!other) return;
    event.preventDefault();
    controlsOf(other)[controlsOf(row).indexOf(event.target)].focus();
  });

  // Files into the filing's folder: dropped on a box, or picked.
  const put = async (box, file) => {
    notice(`正在放入「${file.name}」……`);
    let answer;
    try {
      answer = await fetch(`${page.address}/upload?name=${encodeURIComponent(file.name)}`, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
    } catch {
      notice(`「${file.name}」没有放进来：程序没有应答，或文件太大。`);
      return;
    }
    if (answer.status === 413) { notice(`「${file.name}」没有放进来：太大。`); return; }
    const data = await answer.json();
    if (answer.status !== 200) { notice(said(data.findings)); return; }
    notice("");
    box.value = data.name;
    changed(box);
  };
  const takes = (event) => event.target.closest && event.target.closest("[data-file], [data-grid$='\"佐证\"]']");
  document.addEventListener("dragover", (event) => { event.preventDefault(); event.dataTransfer.dropEffect = takes(event) ? "copy" : "none"; });
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    const target = takes(event), dropped = Array.from(event.dataTransfer.files);
    if (!target) return;
    const grid = target.closest("[data-grid]");
    for (const [at, file] of dropped.entries()) {
      const free = grid && rowsOf(grid).find((row) => !isFilled(row));
      const box = target.matches("[data-file]") && !at ? target : (free || add(grid)).querySelector("[data-file]");
      await put(box, file);
    }
  });
  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]");
    if (!pick) return;
    const chooser = make("input", "", null, { type: "file" });
    chooser.addEventListener("change", () => put(pick.closest("[data-box]").querySelector("[data-file]"), chooser.files[0]));
    chooser.click();
  });

  // Facts to refer to, offered behind {{ in a text.
  const names = JSON.parse(document.body.dataset.names);
  const menu = make("ul", "", document.body, { id: "names", role: "listbox", "aria-label": "可以引用的数", hidden: "" });
  let asking = null;
  const close = () => {
    if (asking) { asking.removeAttribute("aria-activedescendant"); asking.removeAttribute("aria-controls"); }
    asking = null;
    menu.hidden = true;
  };
  const offer = (one) => {
    close();
    if (!one.matches("textarea")) return;
    const typed = /\{\{\s*([^{}|]*)$/.exec(one.value.slice(0, one.selectionStart));
    if (!typed) return;
    const wanted = typed[1].trim();
    const fitting = names.filter(([path, label]) => path.includes(wanted) || label.includes(wanted)).slice(0, 8);
    if (!fitting.length) return;
    menu.replaceChildren();
    fitting.forEach(([path, label], at) => {
      const item = make("li", `${path}　${label}　${page.state.computed[path] || ""}`, menu, { role: "option", id: `name-${at}`, "aria-selected": String(!at) });
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(path); });
      item.dataset.path = path;
    });
    const around = one.getBoundingClientRect();
    menu.style.left = `${around.left + window.scrollX}px`;
    menu.style.top = `${around.bottom + window.scrollY}px`;
    menu.hidden = false;
    asking = one;
    one.setAttribute("aria-controls", "names");
    one.setAttribute("aria-activedescendant", "name-0");
  };
  const choose = (path) => {
    const one = asking, at = one.selectionStart;
    const before = one.value.slice(0, at).replace(/\{\{\s*[^{}|]*$/, `{{ ${path} }}`);
    one.value = before + one.value.slice(at).replace(/^\s*\}\}/, "");
    one.setSelectionRange(before.length, before.length);
    close();
    changed(one);
  };
  const choosing = (event) => {
    if (!asking) return false;
    const now = menu.querySelector("[aria-selected=true]");
    if (event.key === "Escape") close();
    else if (event.key === "Enter" || event.key === "Tab") choose(now.dataset.path);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const other = event.key === "ArrowDown" ? now.nextElementSibling : now.previousElementSibling;
      if (other) { now.setAttribute("aria-selected", "false"); other.setAttribute("aria-selected", "true"); asking.setAttribute("aria-activedescendant", other.id); }
    } else return false;
    event.preventDefault();
    return true;
  };
  document.addEventListener("focusout", close);

  // The report beside the form. It says which figure was clicked, and shows the place of a field.
  const frame = by("frame");
  let shownVersion = -1, refreshing = 0;
  const refresh = (after = 700) => {
    if (by("report").hidden || shownVersion === page.state.version) return;
    clearTimeout(refreshing);
    refreshing = setTimeout(() => { shownVersion = page.state.version; frame.src = `${page.address}/report?v=${shownVersion}`; }, after);
  };
  const point = () => { if (place && !by("report").hidden) frame.contentWindow.postMessage({ show: plain(pathOf(place)) }, "*"); };
  frame.addEventListener("load", point);
  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || typeof event.data?.field !== "string") return;
    const target = find(event.data.field);
    if (target) go(target);
  });
  const side = (report) => {
    by("report").hidden = !report;
    by("findings").hidden = report;
    by("show-report").setAttribute("aria-pressed", String(report));
    by("show-findings").setAttribute("aria-pressed", String(!report));
    document.body.classList.toggle("reading", report);
    if (report) refresh(0);
  };
  by("show-report").addEventListener("click", async () => { await page.flush(); side(true); });
  by("show-findings").addEventListener("click", () => side(false));
  by("again").addEventListener("click", () => { shownVersion = -1; refresh(0); });

  all("[data-grid]").forEach((grid) => { if (holderOf(grid)) number(grid); });
  remember(document);
  page.start();
  const kept = JSON.parse(sessionStorage.getItem(location.pathname) || "{}");
  sessionStorage.removeItem(location.pathname);
  show(kept.step || location.hash.slice(1), false);
  const target = kept.at && find(kept.at);
  if (target) go(target);
};

({ list, form, text })[document.body.dataset.page]();
