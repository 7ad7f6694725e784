// The page of the sandbox CRM: asks once a second what is new and draws it. Everything a record
// holds is set as text, never as markup.
"use strict";

const TEXT_FIELDS = [
  ["amount", "Amount"],
  ["closedate", "Close date"],
  ["onboarding_contact", "Onboarding contact"],
  ["promised_scope", "Promised scope"],
  ["discount_percent", "Discount in percent"],
  ["closed_lost_reason", "Reason if lost"],
];

const byId = (id) => document.getElementById(id);
let shown = null;
let dragging = false;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const words = (name) => name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());

const moment = (text) =>
  text ? new Date(text).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }) : "—";

async function send(path, body) {
  const answer = await fetch(`/_sandbox/ui/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user: byId("user").value, ...body }),
  });
  const notice = byId("notice");
  notice.hidden = answer.ok;
  if (!answer.ok) notice.textContent = (await answer.json()).message;
  await refresh(true);
  return answer.ok;
}

const change = (type, id, properties) => send("change", { type, id, properties });

function contactButton(type, row, name) {
  return make("button", {
    type: "button", className: "quiet", "aria-label": `Log a contact with ${name}`,
    id: `log-${type}-${row.id}`, onclick: () => send("contact-log", { type, id: row.id }),
  }, "Log a contact");
}

function leadRow(row) {
  const held = row.properties;
  const name = [held.firstname, held.lastname].filter(Boolean).join(" ") || held.email || row.id;
  const company = row.company || {};
  const about = [company.country, company.industry, company.numberofemployees && `${company.numberofemployees} people`];
  return make("tr", {},
    make("td", {}, name, make("small", {}, [held.email, held.jobtitle].filter(Boolean).join(" · "))),
    make("td", {}, company.name || held.company || "—", make("small", {}, about.filter(Boolean).join(" · "))),
    make("td", {}, row.owner || "nobody yet"),
    make("td", {}, held.fairlead_stage || "—", make("small", {}, held.lifecyclestage || "")),
    make("td", {}, moment(held.notes_last_contacted)),
    make("td", {}, moment(row.createdAt)),
    make("td", {}, contactButton("contacts", row, name)));
}

function dealField(row, [name, label]) {
  const held = row.properties[name] || "";
  const type = { amount: "number", closedate: "date" }[name] || "text";
  const value = type === "date" ? held.slice(0, 10) : held;
  return make("label", { className: "field" }, label, make("input", {
    type, value, "data-held": value, id: `${name}-${row.id}`, step: "any",
    onchange: (event) => change("deals", row.id, { [name]: event.target.value }),
  }));
}

function dealCard(row, open) {
  const held = row.properties;
  const stage = make("select", {
    id: `stage-${row.id}`, onchange: (event) => change("deals", row.id, { dealstage: event.target.value }),
  }, ...shown.stages.map((one) => make("option", { value: one.id, selected: one.id === held.dealstage }, one.label)));
  const ticks = shown.criteria.map((name) => make("label", { className: "tick" },
    make("input", {
      type: "checkbox", checked: held[name] === "true", id: `${name}-${row.id}`,
      onchange: (event) => change("deals", row.id, { [name]: String(event.target.checked) }),
    }), words(name)));
  const money = held.amount ? Number(held.amount).toLocaleString() : "no amount";
  return make("article", {
    className: "card", draggable: true, "aria-label": held.dealname || row.id,
    ondragstart: (event) => { dragging = true; event.dataTransfer.setData("text/plain", row.id); },
    ondragend: () => { dragging = false; },
  },
  make("h4", {}, held.dealname || row.id),
  make("small", {}, `${money} · closes ${held.closedate ? held.closedate.slice(0, 10) : "—"} · ${row.owner || "no owner"}`),
  make("small", {}, `${(row.company || {}).name || "no company"} · last contact ${moment(held.notes_last_contacted)}`),
  make("label", { className: "field" }, "Stage", stage),
  make("details", { id: `more-${row.id}`, open }, make("summary", { id: `sum-${row.id}` }, "Criteria and fields"),
    ...ticks, ...TEXT_FIELDS.map((field) => dealField(row, field))),
  contactButton("deals", row, held.dealname || row.id));
}

function column(stage, first) {
  const open = new Set([...document.querySelectorAll("#board details[open]")].map((one) => one.id));
  const rows = shown.deals.filter((row) => row.properties.dealstage === stage.id || (first && !row.properties.dealstage));
  const box = make("div", {
    className: "column", role: "group", "aria-label": stage.label,
    ondragover: (event) => { event.preventDefault(); box.classList.add("over"); },
    ondragleave: () => box.classList.remove("over"),
    ondrop: (event) => {
      event.preventDefault();
      dragging = false;
      box.classList.remove("over");
      change("deals", event.dataTransfer.getData("text/plain"), { dealstage: stage.id });
    },
  }, make("h3", {}, `${stage.label} (${rows.length})`),
  ...rows.map((row) => dealCard(row, open.has(`more-${row.id}`))));
  return box;
}

function taskItem(row) {
  const held = row.properties;
  const done = held.hs_task_status === "COMPLETED";
  const about = [row.owner || "no owner", held.hs_task_priority, held.hs_timestamp && `due ${moment(held.hs_timestamp)}`];
  return make("li", { className: done ? "done" : "" },
    make("strong", {}, held.hs_task_subject || "Task"), " ",
    make("small", {}, about.filter(Boolean).join(" · ")),
    make("p", {}, held.hs_task_body || ""),
    done ? make("small", {}, "Done") : make("button", {
      type: "button", className: "quiet", id: `done-${row.id}`,
      onclick: () => change("tasks", row.id, { hs_task_status: "COMPLETED" }),
    }, "Mark as done"));
}

function fillOwners() {
  const option = (owner) => make("option", { value: owner.id }, owner.name);
  const user = byId("user");
  if (user.options.length === 0) {
    user.append(...shown.owners.map(option));
    user.value = localStorage.getItem("user") || shown.owners[0]?.id || "";
    for (const list of document.querySelectorAll("select.owners")) {
      list.append(make("option", { value: "" }, "nobody yet"), ...shown.owners.map(option));
    }
  }
}

// The board shows one pipeline; an administrator may have added some since.
function choosePipeline() {
  const list = byId("pipeline");
  const chosen = list.value;
  list.replaceChildren(...shown.pipelines.map((one) => make("option", { value: one.id }, one.label)));
  const pipeline = shown.pipelines.find((one) => one.id === chosen) || shown.pipelines[0];
  list.value = pipeline?.id || "";
  shown.stages = pipeline?.stages || [];
}

function draw() {
  const focused = document.activeElement?.id;
  const board = byId("board");
  const scrolled = board.scrollLeft;
  fillOwners();
  choosePipeline();
  byId("leads").replaceChildren(...shown.leads.map(leadRow));
  board.replaceChildren(...shown.stages.map((stage, index) => column(stage, index === 0)));
  byId("tasks").replaceChildren(...shown.tasks.map(taskItem));
  for (const name of ["leads", "deals", "tasks"]) byId(`${name}-count`).textContent = `(${shown[name].length})`;
  board.scrollLeft = scrolled;
  if (focused) byId(focused)?.focus({ preventScroll: true });
}

// A redraw would take a field from under the hands of whoever is filling it in.
function busy() {
  const field = document.activeElement;
  return dragging || (field?.dataset.held !== undefined && field.value !== field.dataset.held);
}

async function refresh(force = false) {
  const status = byId("connection");
  try {
    const since = shown && !force ? `?since=${shown.revision}` : "";
    const state = await (await fetch(`/_sandbox/ui/state${since}`)).json();
    if (status.textContent !== "up to date") status.textContent = "up to date";
    if (!state.unchanged && (force || !busy())) {
      shown = state;
      draw();
    }
  } catch {
    status.textContent = "the sandbox CRM does not answer";
  }
}

function submit(form, path) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const properties = {};
    const company = {};
    for (const [name, value] of new FormData(form)) {
      if (name.startsWith("company.")) company[name.slice(8)] = value;
      else properties[name] = value;
    }
    if (path === "deals") properties.pipeline = byId("pipeline").value;
    if (await send(path, { properties, company })) form.reset();
  });
}

byId("user").addEventListener("change", (event) => localStorage.setItem("user", event.target.value));
byId("pipeline").addEventListener("change", draw);
submit(byId("new-lead"), "leads");
submit(byId("new-deal"), "deals");
refresh();
setInterval(() => refresh(), 1000);
