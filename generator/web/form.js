"use strict";
// The form: collects and sends changes, shows findings at their fields. Uses page.js.
(() => {
  const plain = (path) => path.map((step) => (typeof step === "number" ? `[${step + 1}]` : `.${step}`)).join("").replace(/^\./, "");
  const gridOf = (row) => row.closest("[data-grid]");
  const rowOf = (element) => element.parentElement && element.parentElement.closest("[data-row]");
  const controlsOf = (row) => all("[data-step]", row).filter((one) => one.closest("[data-row]") === row);
  const gridsOf = (row) => all("[data-grid]", row).filter((one) => rowOf(one) === row);
  const holderOf = (grid) => all("[data-rows]", grid).find((one) => one.closest("[data-grid]") === grid);
  const rowsOf = (grid) => all(":scope > [data-row]", holderOf(grid) || grid);
  const valueOf = (one) => (one.type === "checkbox" ? (one.checked ? one.value : "") : one.value.trim());
  // A card that was never unfolded keeps its values as JSON.
  const isFolded = (row) => row.dataset.cells !== undefined;
  const isFilled = (row) => {
    if (isFolded(row)) return true;
    const controls = "[data-step], [data-nothing]", first = row.querySelector(controls);
    return Boolean(first && valueOf(first)) || all(controls, row).some(valueOf);
  };
  const filled = (grid) => rowsOf(grid).filter(isFilled);
  const nothingOf = (grid) => all("[data-nothing]", grid).find((one) => one.closest("[data-grid]") === grid);

  const pathOf = (element) => {
    const own = JSON.parse(element.dataset.step || element.dataset.grid);
    const row = element.dataset.grid ? rowOf(element) : element.closest("[data-row]");
    return row ? [...pathOf(gridOf(row)), filled(gridOf(row)).indexOf(row), ...own] : own;
  };
  const cellsOf = (row) => (isFolded(row) ? JSON.parse(row.dataset.cells) : [
    ...controlsOf(row).map((one) => [JSON.parse(one.dataset.step), valueOf(one)]),
    ...gridsOf(row).flatMap((grid) => {
      const own = JSON.parse(grid.dataset.grid), word = nothingOf(grid);
      if (word && word.checked) return [[own, word.value]];
      return filled(grid).flatMap((inner, number) => cellsOf(inner).map(([path, value]) => [[...own, number, ...path], value]));
    }),
  ].filter(([, value]) => value));
  // Boxes and tables changed since the last request.
  const boxes = new Set(), tables = new Set(), known = new WeakSet();
  const remember = (grid) => all("[data-row]", grid).forEach((row) => (isFilled(row) ? known.add(row) : known.delete(row)));
  // The table to send as a whole for a change: that of the outermost row that was added or emptied.
  const tableOf = (element) => {
    let grid = null;
    for (let row = element.closest("[data-row]"); row; row = rowOf(row)) {
      if (!known.has(row) || !isFilled(row) || gridOf(row).dataset.grid.endsWith('"佐证"]')) grid = gridOf(row);
    }
    return grid;
  };
  const collect = () => {
    boxes.forEach((one) => { const grid = tableOf(one); if (grid) tables.add(grid); });
    const alone = (one) => one.isConnected && !Array.from(tables).some((grid) => grid !== one && grid.contains(one));
    const changes = Array.from(boxes).filter(alone).map((one) => ({ path: pathOf(one), value: valueOf(one) }));
    Array.from(tables).filter(alone).forEach((grid) => {
      const word = nothingOf(grid), path = pathOf(grid);
      remember(grid);
      if (word && word.checked) changes.push({ path, value: word.value });
      else changes.push({ path, rows: filled(grid).map(cellsOf) });
    });
    boxes.clear();
    tables.clear();
    return changes.length ? ["change", { changes }] : null;
  };

  const here = () => ({ step: (all(".step").find((one) => !one.hidden) || {}).id, at: place && place.isConnected && plain(pathOf(place)) });
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
    document.querySelector(".steps [aria-current]").scrollIntoView({ block: "nearest" });
    if (by("notice").matches(".calm")) notice("");
    if (focus) { wanted.focus({ preventScroll: true }); wanted.scrollIntoView(); }
    if (page.state.findings) page.shown(page.state);
    history.replaceState(null, "", `#${wanted.id}`);
  };
  // Only if the browser cannot do it: measuring lays a large table out twice for each key.
  const fit = CSS.supports("field-sizing", "content") ? () => {} : (area) => { area.style.height = "auto"; area.style.height = `${area.scrollHeight + 2}px`; };
  const go = (wanted, path = "") => {
    const step = wanted.closest(".step");
    if (step) show(step.id, false);
    let target = wanted;
    if (isFolded(wanted)) { unfold(wanted); target = (path && find(path)) || wanted; }
    for (let around = target.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
    const within = target.matches("input, select, textarea, button") ? target : target.querySelector("input:not([type=hidden]), select, textarea, button");
    (within || target).focus();
    (within || target).scrollIntoView({ block: "center" });
  };

  // From the path of a finding to its box, or to the nearest element around it.
  const top = new Map();
  all("[data-step], [data-grid], [data-at]").forEach((one) => {
    if (one.closest("[data-row]")) return;
    top.set(one.dataset.at || plain(JSON.parse(one.dataset.step || one.dataset.grid)), one);
  });
  const within = (row, rest) => {
    if (isFolded(row)) return row;
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
    // Cells are narrow: their findings are shown below the row.
    const row = target.closest("tbody[data-row]");
    if (row) return row.querySelector(".found");
    const box = target.closest("[data-box]");
    if (box) return box.querySelector(".found");
    if (target.matches(".found")) return target;
    return target.querySelector(":scope > .found") || target.closest(".heading, [data-grid]")?.querySelector(".found");
  };

  // The name of a cell on the page: 「…」第 8 行的「…」 instead of its path.
  const called = (cell) => {
    const row = cell.closest("tbody[data-row]"), card = rowOf(gridOf(row)), name = card && card.querySelector(":scope > summary [data-name]");
    return `${name ? `「${name.textContent}」的` : ""}「${gridOf(row).getAttribute("aria-label")}」第 ${rowsOf(gridOf(row)).indexOf(row) + 1} 行的「${cell.getAttribute("aria-label")}」`;
  };
  // Show a finding at its field; returns the element that shows it, or null.
  const showAt = (one) => {
    one.place = one.path ? find(one.path) : null;
    const target = one.place && holder(one.place);
    if (!target) return null;
    const line = make("p", "", target, { class: one.lacking ? "lacking" : one.kind, "data-of": one.path });
    const isBox = one.place.matches("input, select, textarea"), cell = isBox && one.place.closest("tbody[data-row] [data-box]");
    if (cell) {
      ["message", "hint"].forEach((part) => { one[part] = one[part].replaceAll(`「${one.path}」`, called(one.place)); });
      make("span", `${one.place.getAttribute("aria-label")}：`, line, { class: "of" });
      line.id = `${one.place.id}-said-${target.childElementCount}`;
      one.place.setAttribute("aria-describedby", all("p", target).filter((other) => other.id.startsWith(`${one.place.id}-said-`)).map((other) => other.id).join(" "));
      if (!one.lacking) cell.dataset.said = one.kind;
    }
    if (one.lacking) { line.append("还没有填"); return target; }
    make("b", one.word, line);
    line.append(` ${one.message}${one.hint ? `　改法：${one.hint}` : ""}`);
    if (one.kind === "error" && isBox) one.place.setAttribute("aria-invalid", "true");
    return target;
  };
  const clear = (target) => {
    target.removeAttribute("aria-invalid");
    const cell = target.closest("[data-said]");
    if (cell) { delete cell.dataset.said; target.removeAttribute("aria-describedby"); }
  };
  page.shownAt = (path, findings) => {
    const one = find(path), target = one && holder(one);
    if (!target) return;
    all("p", target).filter((line) => line.dataset.of === path).forEach((line) => line.remove());
    clear(one);
    findings.forEach(showAt);
  };

  page.shown = (state) => {
    all(".step .found:not(:empty)").forEach((one) => one.replaceChildren());
    all("[aria-invalid], [data-said] [data-step]").forEach(clear);
    const counts = new Map();
    state.findings.forEach((one) => {
      const target = showAt(one);
      if (!target) return;
      const step = target.closest(".step").id, count = counts.get(step) || { error: 0, warning: 0, info: 0, lacking: 0 };
      count[one.lacking ? "lacking" : one.kind] += 1;
      counts.set(step, count);
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
    // Findings of the current step come first.
    const step = here().step, near = (one) => Boolean(one.place && step && one.place.closest(`#${step}`));
    listed([...state.findings.filter(near), ...state.findings.filter((one) => !near(one))], go);
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
  const set = (one, value) => {
    if (one.tagName === "SELECT" && value && !Array.from(one.options).some((option) => option.value === value)) make("option", value, one);
    one.value = value;
  };
  const put = (row, path, value) => {
    const step = JSON.stringify(path), own = controlsOf(row).find((one) => one.dataset.step === step);
    if (own) { set(own, value); return; }
    const steps = (grid) => JSON.parse(grid.dataset.grid);
    const inner = gridsOf(row).find((grid) => steps(grid).every((one, at) => one === path[at]));
    const rest = inner ? path.slice(steps(inner).length) : path;
    if (!inner) make("input", "", row, { type: "hidden", "data-step": step }).value = value;
    else if (!rest.length) { nothingOf(inner).checked = true; nothingOf(inner).value = value; }
    else {
      while (rowsOf(inner).length <= rest[0]) add(inner);
      put(rowsOf(inner)[rest[0]], rest.slice(1), value);
    }
  };
  let showing = 0;
  const unfold = (row) => {
    if (!isFolded(row)) return;
    const filling = JSON.parse(row.dataset.cells), grid = gridOf(row), blank = add(grid);
    delete row.dataset.cells;
    row.append(...all(":scope > :not(summary, .found)", blank));
    blank.remove();
    filling.forEach(([path, value]) => put(row, path, value));
    [row, ...all("[data-row]", row).filter(isFilled)].forEach((one) => known.add(one));
    all("textarea", row).forEach(fit);
    // Once for all cards unfolded together.
    cancelAnimationFrame(showing);
    showing = requestAnimationFrame(() => { if (page.state.findings) page.shown(page.state); });
  };
  const changed = (one) => {
    boxes.add(one);
    page.stepped = false;
    const card = one.closest("[data-row]"), name = card && card.querySelector(":scope > summary [data-name]");
    if (name && controlsOf(card)[0] === one) name.textContent = one.value;
    if (one.tagName === "TEXTAREA") fit(one);
    page.later();
  };
  const whole = (grid) => { tables.add(tableOf(grid) || grid); page.stepped = true; page.later(0); };

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-step]")) { changed(event.target); offer(event.target); }
    if (event.target.matches("[data-nothing]")) whole(event.target.closest("[data-grid]"));
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-step]")) return;
    // 无 for a whole group changes its boxes: reload.
    page.flush().then((done) => { if (done && event.target.type === "checkbox") reload(); });
  });
  document.addEventListener("toggle", (event) => { if (event.target.matches("[data-row]") && event.target.open) unfold(event.target); }, true);
  window.addEventListener("beforeprint", () => document.querySelectorAll("details[data-row]").forEach((card) => { unfold(card); card.open = true; }));
  document.addEventListener("focusin", (event) => { if (event.target.matches("[data-step]")) { place = event.target; point(); } });
  document.addEventListener("click", (event) => {
    const goto = event.target.closest("[data-goto]");
    if (goto) { event.preventDefault(); show(goto.dataset.goto); return; }
    const adding = event.target.closest("[data-add]");
    if (adding) add(adding.closest("[data-grid]")).querySelector("input:not([type=hidden]), select, textarea").focus();
    const removing = event.target.closest("[data-remove]");
    if (removing) {
      const row = removing.closest("[data-row]"), grid = gridOf(row), next = [row.nextElementSibling, row.previousElementSibling].find((one) => one && one.matches("[data-row]"));
      row.remove();
      number(grid);
      whole(grid);
      // A card that was never unfolded has no button.
      (next ? next.querySelector("[data-remove], summary") : grid.querySelector("[data-add]")).focus();
    }
  });

  // Paste a block of cells, adding rows as needed.
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
  const bare = (text) => text.replace(/[（(].*$|\s/g, "");
  // The column for each heading, by equal or similar name; -1 for none.
  const columnsOf = (heads, names) => {
    const contains = (long, short) => { let at = -1; return Array.from(short).every((sign) => { at = long.indexOf(sign, at + 1); return at >= 0; }); };
    const found = heads.map((head) => (head ? names.indexOf(head) : -1));
    const near = heads.map((head, number) => {
      if (found[number] >= 0 || head.length < 2) return -1;
      const fitting = names.filter((name, at) => !found.includes(at) && (contains(name, head) || contains(head, name)));
      return fitting.length === 1 ? names.indexOf(fitting[0]) : -1;
    });
    // If two headings resemble one name (last year's, this year's), neither is used.
    return found.map((exact, number) => (exact < 0 && near.filter((one) => one === near[number]).length === 1 ? near[number] : exact));
  };
  document.addEventListener("paste", (event) => {
    const pasted = event.clipboardData.getData("text/plain"), row = event.target.closest && event.target.closest("tbody[data-row]");
    if (!row || !(pasted.includes("\t") || pasted.trim().includes("\n"))) return;
    event.preventDefault();
    const grid = gridOf(row), lines = cells(pasted), openOf = (one) => controlsOf(one).filter((control) => control.type !== "hidden");
    const names = openOf(row).map((one) => bare(one.getAttribute("aria-label") || ""));
    const start = openOf(row).indexOf(event.target), units = lines[0].map((head) => (/[（(](?:单位[:：])?([十百千]?万?元|亿元)[）)]\s*$/.exec(head) || [])[1]);
    let columns = null, notes = "";
    // A copied heading row assigns the columns and is not pasted.
    const heads = lines[0].map(bare), matched = columnsOf(heads, names), known = matched.filter((one) => one >= 0).length;
    if (lines.length > 1 && known > 1 && known * 2 >= heads.filter(Boolean).length) {
      const unknown = heads.filter((head, at) => head && matched[at] < 0 && !/^(序号|得分)$/.test(head));
      const guessed = heads.map((head, at) => [head, names[matched[at]]]).filter(([head, name]) => name && name !== head);
      columns = matched;
      lines.shift();
      notes = [
        `照表头粘贴了 ${known} 列`,
        ...guessed.map(([head, name]) => `「${head}」填在「${name}」`),
        ...(unknown.length ? [`「${unknown.join("」「")}」这里没有，没有粘贴`] : []),
      ].join("；") + "。";
    }
    let at = row, above = [], copied = 0, lost = 0;
    const added = new Set(), columnOf = (number) => (columns ? columns[number] ?? -1 : start + number);
    lines.forEach((line) => {
      at = at || add(grid);
      const open = openOf(at), first = line.findIndex((value, column) => open[columnOf(column)] && value.trim());
      line.forEach((value, column) => {
        const one = open[columnOf(column)];
        let clean = value.trim();
        if (!one) { if (clean && !(columns && column < columns.length)) lost += 1; return; }
        if (columns && units[column] && /^[-+]?\d[\d,]*(\.\d+)?$/.test(clean)) { clean += ` ${units[column]}`; added.add(units[column]); }
        // Of vertically merged cells only the first has the text.
        if (!clean && column < first && one.tagName === "SELECT" && one.hasAttribute("aria-required") && above[column]) { clean = above[column]; copied += 1; }
        above[column] = clean;
        set(one, one.classList.contains("lines") ? clean : clean.replace(/\s*\n\s*/g, ""));
        if (one.tagName === "TEXTAREA") fit(one);
      });
      at = at.nextElementSibling;
    });
    if (added.size) notes += `没有单位的数照表头加上了「${Array.from(added).join("」「")}」。`;
    if (lost) notes += `右边没有对应的格，有 ${lost} 个值没有粘贴。`;
    if (copied) notes += `合并的单元格照上一行填了 ${copied} 格。`;
    notice(notes, true);
    whole(grid);
  });
  document.addEventListener("keydown", (event) => {
    if (choosing(event)) return;
    const row = event.target.closest && event.target.closest("tbody[data-row]");
    if (event.key === "Enter" && event.target.matches("textarea.text")) event.preventDefault();
    if (!row || event.altKey || event.ctrlKey || event.metaKey || event.target.matches("textarea.lines, select")) return;
    const step = { ArrowDown: "nextElementSibling", Enter: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!step || !event.target.matches("[data-step]")) return;
    const beside = row[step], other = (beside && beside.matches("[data-row]") && beside) || (event.key === "Enter" ? add(gridOf(row)) : null);
    if (!other) return;
    event.preventDefault();
    controlsOf(other)[controlsOf(row).indexOf(event.target)].focus();
  });

  // Upload files that were dropped or picked.
  const upload = async (box, file) => {
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
    if (answer.status !== 200) { notice(asText(data.findings)); return; }
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
      await upload(box, file);
    }
  });
  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]");
    if (!pick) return;
    const chooser = make("input", "", null, { type: "file" });
    chooser.addEventListener("change", () => upload(pick.closest("[data-box]").querySelector("[data-file]"), chooser.files[0]));
    chooser.click();
  });

  // Suggest facts to refer to after {{ in a text.
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
    // After {{ any fact; after a number of three or more digits the facts with that value.
    const typed = /(\{\{\s*)([^{}|]*)$|()(\d[\d,.]{2,}[^\s\d，。；、]{0,2})$/.exec(one.value.slice(0, one.selectionStart));
    if (!typed || !page.state.computed) return;
    const asked = typed[1] !== undefined, wanted = (asked ? typed[2] : typed[4].replaceAll(",", "")).trim();
    const value = (path) => (page.state.computed[path] || "").replaceAll(",", "");
    const fits = asked ? ([path, label]) => path.includes(wanted) || label.includes(wanted) : ([path]) => value(path).startsWith(wanted);
    const fitting = names.filter(fits).slice(0, 8);
    if (!fitting.length) return;
    menu.replaceChildren();
    fitting.forEach(([path, label], at) => {
      const item = make("li", `${path}　${label}　${page.state.computed[path] || ""}`, menu, { role: "option", id: `name-${at}`, "aria-selected": String(asked && !at) });
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(path); });
      item.dataset.path = path;
    });
    const around = one.getBoundingClientRect();
    menu.style.left = `${around.left + window.scrollX}px`;
    menu.style.top = `${around.bottom + window.scrollY}px`;
    menu.hidden = false;
    asking = one;
    one.setAttribute("aria-controls", "names");
    if (asked) one.setAttribute("aria-activedescendant", "name-0");
  };
  const choose = (path) => {
    const one = asking, at = one.selectionStart;
    const before = one.value.slice(0, at).replace(/\{\{\s*[^{}|]*$|\d[\d,.]{2,}[^\s\d，。；、]{0,2}$/, `{{ ${path} }}`);
    one.value = before + one.value.slice(at).replace(/^\s*\}\}/, "");
    one.setSelectionRange(before.length, before.length);
    close();
    changed(one);
  };
  const choosing = (event) => {
    if (!asking) return false;
    const now = menu.querySelector("[aria-selected=true]");
    if (event.key === "Escape") close();
    else if (now && (event.key === "Enter" || event.key === "Tab")) choose(now.dataset.path);
    else if (event.key === "ArrowDown" || (now && event.key === "ArrowUp")) {
      const other = !now ? menu.firstElementChild : event.key === "ArrowDown" ? now.nextElementSibling : now.previousElementSibling;
      if (other) { if (now) now.setAttribute("aria-selected", "false"); other.setAttribute("aria-selected", "true"); asking.setAttribute("aria-activedescendant", other.id); }
    } else return false;
    event.preventDefault();
    return true;
  };
  document.addEventListener("focusout", close);

  // The report next to the form: a clicked figure leads to its field, and the focused field is highlighted in it.
  const frame = by("frame");
  let shownVersion = -1, refreshing = 0;
  const refresh = (after = 700) => {
    if (by("report").hidden || shownVersion === page.state.version) return;
    clearTimeout(refreshing);
    refreshing = setTimeout(() => { shownVersion = page.state.version; frame.src = `${page.address}/report?v=${shownVersion}`; }, after);
  };
  const point = () => { if (place && place.isConnected && !by("report").hidden) frame.contentWindow.postMessage({ show: plain(pathOf(place)) }, "*"); };
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
  const look = async () => { await page.flush(); side(true); document.querySelector(".side").scrollIntoView({ block: "nearest" }); };
  [by("show-report"), ...all("[data-look]")].forEach((one) => one.addEventListener("click", look));
  by("show-findings").addEventListener("click", () => side(false));
  by("again").addEventListener("click", () => { shownVersion = -1; refresh(0); });

  all("[data-grid]").forEach((grid) => { if (holderOf(grid)) number(grid); });
  remember(document);
  page.start();
  all("[data-rows]").filter((one) => one.children.length <= 3).forEach((one) => all(":scope > details", one).forEach((row) => { row.open = true; }));
  const kept = JSON.parse(sessionStorage.getItem(location.pathname) || "{}");
  sessionStorage.removeItem(location.pathname);
  show(kept.step || location.hash.slice(1), false);
  const target = kept.at && find(kept.at);
  if (target) go(target);
})();
