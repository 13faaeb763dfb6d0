// The dashboard: reads the operations API every two seconds while the page is visible, and acts for those who may.
const main = document.querySelector("main");
const status = document.getElementById("status");
const login = document.getElementById("login");

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

async function call(path, method = "GET") {
  const headers = { "X-Requested-With": "dashboard" };
  const token = sessionStorage.getItem("token");
  if (token) headers.Authorization = "Bearer " + token;
  const response = await fetch("api/" + path, { method, headers });
  const body = await response.json();
  login.hidden = response.status !== 401 && !token;
  if (!response.ok) throw new Error(body.detail);
  return body;
}

async function act(what, path) {
  if (!confirm(what + "?")) return;
  try {
    await call(path, "POST");
    status.textContent = what + ": done.";
  } catch (failure) {
    status.textContent = what + ": " + failure.message;
  }
  refresh();
}

function shown(value) {
  if (typeof value === "number") return value.toLocaleString("en", { maximumFractionDigits: 3 });
  if (value !== null && typeof value === "object")
    return Object.entries(value).map(([name, count]) => name + " " + shown(count)).join(", ") || "–";
  return value === undefined ? "–" : String(value);
}

// Cells are written in place, so that the focus stays where it is.
function table(caption, rows, actions = []) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const shape = columns.join() + rows.map((row) => row[columns[0]]).join();
  let found = [...main.querySelectorAll("table")].find((each) => each.caption.textContent === caption);
  if (!found || found.dataset.shape !== shape) {
    const made = element("table", {}, element("caption", { textContent: caption }),
      element("thead", {}, element("tr", {}, ...columns.map((name) => element("th", { scope: "col", textContent: title(name) })))),
      element("tbody", {}, ...rows.map((row) => element("tr", {},
        ...columns.map((name, at) => at === 0 ? element("th", { scope: "row" }) : element("td")),
        ...actions.map(({ label, path }) => element("td", {}, element("button", {
          textContent: label, ariaLabel: label + " " + row[columns[0]], onclick: () => act(label + " " + row[columns[0]], path(row)) })))))));
    if (actions.length) made.tHead.rows[0].append(element("td", { colSpan: actions.length }));
    made.dataset.shape = shape;
    if (found) found.replaceWith(made);
    else main.append(element("div", { className: "scroll", tabIndex: 0, role: "group", ariaLabel: caption }, made));
    found = made;
  }
  rows.forEach((row, at) => columns.forEach((name, column) => {
    const cell = found.tBodies[0].rows[at].cells[column];
    if (cell.textContent !== shown(row[name])) cell.textContent = shown(row[name]);
    if (typeof row[name] !== "number") cell.classList.add("text");
  }));
}

function title(name) {
  return name.replace(/([A-Z])/g, " $1").toLowerCase();
}

function form(label, fields, path) {
  if (document.getElementById(label)) return;
  const inputs = fields.map(({ name, value, options }) => options
    ? element("select", { name }, ...options.map((option) => element("option", { textContent: option })))
    : element("input", { name, required: true, placeholder: value }));
  const made = element("form", { id: label, className: "action" },
    ...inputs.map((input) => element("label", {}, title(input.name) + " ", input)), element("button", { textContent: label }));
  made.onsubmit = (event) => {
    event.preventDefault();
    act(label + " " + inputs.map((input) => input.value).join(" "), path + "?" + new URLSearchParams(new FormData(made)));
  };
  main.append(made);
}

const query = (name, value) => "?" + new URLSearchParams([[name, value]]);

function ratio({ nearHits, localHits, redisHits, stale, misses, collapsed }) {
  const hits = nearHits + localHits + redisHits + stale;
  const all = hits + misses + collapsed;
  return all ? (100 * hits / all).toFixed(1) + " %" : "–";
}

const views = {
  overview(data) {
    const redis = Object.entries(data.redis).map(([use, numbers]) => ({ use, ...numbers }));
    table("Redis, key prefix " + data.keyPrefix, redis.length ? redis : [{ use: "not configured: everything is in this process" }]);
    table("Memory of the caches", [{ node: "this node", ...data.cacheMemory }]);
    table("Checks of limits", [{ node: "this node", ...data.checks }]);
  },
  caches(data) {
    table("Caches", data.caches.map(({ name, ...numbers }) => ({ name, hitRatio: ratio(numbers), ...numbers })),
      [{ label: "Clear", path: (row) => "caches/clear" + query("cache", row.name) }]);
    form("Evict tag", [{ name: "tag", value: "product:7" }], "caches/evict-tag");
  },
  limits(data) {
    table("Policies", data.policies);
    form("Reset client", [{ name: "policy", options: data.policies.map(({ name }) => name) }, { name: "client", value: "address:192.0.2.1" }], "limits/reset");
  },
  tasks(data) {
    const depths = Object.entries(data.depths).map(([handler, numbers]) => ({ handler, ...numbers }));
    table("Queue of all nodes", depths.length ? depths : [{ handler: "no tasks" }]);
    table("Handlers on this node", data.handlers);
    table(data.dead.length ? "Dead tasks" : "No dead tasks", data.dead,
      [{ label: "Requeue", path: (row) => "tasks/requeue" + query("id", row.id) },
        { label: "Discard", path: (row) => "tasks/discard" + query("id", row.id) }]);
    form("Pause all tasks", [], "tasks/pause");
    form("Resume all tasks", [], "tasks/resume");
    if (data.paused) status.textContent = "The queue is paused.";
    form("Cancel task", [{ name: "id", value: "id" }], "tasks/cancel");
  },
};

function view() {
  const name = location.hash.slice(1);
  return views[name] ? name : "overview";
}

let failed = false;
async function refresh() {
  const name = view();
  try {
    const data = await call(name);
    if (name !== view()) return;
    views[name](data);
    if (failed) status.textContent = "";
    failed = false;
  } catch (failure) {
    failed = true;
    if (status.textContent !== failure.message) status.textContent = failure.message;
  }
}

function show() {
  main.replaceChildren(element("h2", { textContent: title(view()) }));
  document.querySelectorAll("nav a").forEach((link) => {
    if (link.hash === "#" + view()) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
  refresh();
}

login.onsubmit = (event) => {
  event.preventDefault();
  sessionStorage.setItem("token", document.getElementById("token").value);
  show();
};
addEventListener("hashchange", show);
setInterval(() => document.hidden || refresh(), 2000);
show();
