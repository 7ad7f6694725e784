"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const word = (n) => data.words[n];
  const names = ["deviation", "severity", "id", "owner", "stage", "segment", "reasons", "line"];
  const heads = ["Deviation", "Severity", "Record", "Owner", "Stage", "Segment", "Found (needed)", "Row"];
  const rank = { high: 0, medium: 1, low: 2 };
  const rows = data.findings.map((f) => ({
    deviation: word(f[0]), severity: word(f[1]), id: f[2], owner: word(f[3]), stage: word(f[4]),
    segment: word(f[5]), reasons: f[6].map(([field, found, needed]) => `${word(field)}: ${found} (${word(needed)})`).join("; "),
    line: f[8], file: word(f[7]),
  }));
  const oneFile = new Set(rows.map((r) => r.file)).size < 2;
  const STEP = 100;
  const state = { sort: "", down: false, text: "", most: STEP };
  const chosen = {};
  const table = document.querySelector("#findings tbody");
  const shown = document.getElementById("shown");
  const filters = document.getElementById("filters");
  const more = document.getElementById("more");
  more.onclick = () => { state.most += STEP; draw(); };

  const select = (key, label) => {
    const all = [...new Set(rows.map((r) => r[key]))].sort();
    const box = document.createElement("select");
    box.ariaLabel = label;
    box.append(new Option(label, ""));
    all.forEach((it) => box.append(new Option(it || "none", it === "" ? "\u0000" : it)));
    box.onchange = () => { chosen[key] = box.value; state.most = STEP; draw(); };
    box.dataset.key = key;
    return box;
  };
  const search = document.createElement("input");
  search.type = "search";
  search.placeholder = "Search the findings";
  search.ariaLabel = "Search the findings";
  search.oninput = () => { state.text = search.value.toLowerCase(); state.most = STEP; draw(); };
  const all = document.createElement("button");
  all.textContent = "Show all";
  all.onclick = () => choose({});
  filters.append(search, select("deviation", "Every deviation"), select("severity", "Every severity"),
    select("owner", "Every owner"), select("stage", "Every stage"), select("segment", "Every segment"), all);

  const fits = (r) =>
    Object.entries(chosen).every(([key, value]) => !value || (r[key] || "\u0000") === value) &&
    (!state.text || names.some((key) => String(r[key]).toLowerCase().includes(state.text)));
  const compare = (a, b) => {
    const key = state.sort;
    const [x, y] = key === "severity" ? [rank[a[key]], rank[b[key]]] : [a[key], b[key]];
    const order = typeof x === "number" ? x - y : String(x).localeCompare(String(y), "en", { numeric: true });
    return state.down ? -order : order;
  };
  function draw() {
    const found = rows.filter(fits);
    if (state.sort) found.sort(compare);
    table.textContent = "";
    for (const r of found.slice(0, state.most)) {
      const tr = table.insertRow();
      names.forEach((key, at) => {
        const td = tr.insertCell();
        td.dataset.of = heads[at];
        td.textContent = key === "line" ? (oneFile ? `line ${r.line}` : `${r.file}:${r.line}`) : key === "deviation" ? r[key].replaceAll("_", " ") : r[key];
        if (key === "severity") td.className = r[key];
      });
    }
    const rest = Math.max(0, found.length - state.most);
    shown.textContent = `${found.length.toLocaleString("en")} of the ${rows.length.toLocaleString("en")} findings on this page` +
      (rest ? `, the first ${state.most.toLocaleString("en")} shown` : "");
    more.hidden = !rest;
    more.textContent = `Show ${Math.min(STEP, rest)} more`;
  }
  function choose(wanted) {
    Object.keys(chosen).forEach((key) => delete chosen[key]);
    Object.assign(chosen, wanted);
    search.value = state.text = "";
    state.most = STEP;
    filters.querySelectorAll("select").forEach((box) => {
      box.value = chosen[box.dataset.key] || "";
      if (box.selectedIndex < 0) box.value = "";
    });
    draw();
  }
  const head = document.querySelector("#findings thead tr");
  names.forEach((key, at) => {
    const th = document.createElement("th");
    const button = document.createElement("button");
    button.textContent = heads[at];
    button.onclick = () => {
      state.down = state.sort === key && !state.down;
      state.sort = key;
      head.querySelectorAll("th").forEach((it) => it.removeAttribute("aria-sort"));
      th.ariaSort = state.down ? "descending" : "ascending";
      draw();
    };
    th.append(button);
    head.append(th);
  });
  const dialog = document.getElementById("behind");
  const toFindings = document.getElementById("to-findings");
  document.addEventListener("click", (event) => {
    const it = event.target.closest("[data-list]");
    if (!it) return;
    const filter = it.dataset.filter && JSON.parse(it.dataset.filter);
    // A deviation of another name, or findings that are not on the page, would leave an empty table.
    const some = filter && rows.some((r) => Object.entries(filter).every(([key, value]) => (r[key] || "\u0000") === value));
    toFindings.hidden = !some;
    toFindings.onclick = () => {
      dialog.close();
      choose(filter);
      shown.scrollIntoView({ behavior: "smooth" });
    };
    const names = it.dataset.parts === undefined ? [it.dataset.list] : it.dataset.parts.split(" ").map((part) => `${it.dataset.list}.${part}`);
    const list = names.flatMap((name) => data.lists[name] || []);
    dialog.querySelector("h3").textContent = it.dataset.title;
    const of = Number(it.dataset.count);
    const each = list.some((at) => data.records[at][1]) ? "each with the line of its row" : "the greatest first";
    dialog.querySelector("p").textContent = list.length < of
      ? `The first ${list.length} of ${of.toLocaleString("en")}, ${each}:`
      : `${each[0].toUpperCase()}${each.slice(1)}:`;
    const ol = dialog.querySelector("ol");
    ol.textContent = "";
    for (const at of list) {
      const [id, line] = data.records[at];
      const li = document.createElement("li");
      li.textContent = line ? `${id} (line ${line})` : id;
      ol.append(li);
    }
    dialog.showModal();
    dialog.scrollTop = 0;
  });
  // What is folded would not be on paper.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("details:not([open])")];
    unfolded.forEach((it) => { it.open = true; });
  });
  addEventListener("afterprint", () => unfolded.forEach((it) => { it.open = false; }));
  draw();
})();
