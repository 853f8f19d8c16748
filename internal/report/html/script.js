"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const count = (n) => n.toLocaleString("en");
  const folds = all("details[data-fold]");
  for (const fold of folds) fold.open = false;

  // A chart wider than the screen shows its end, the latest reports.
  for (const plot of all(".plot")) plot.scrollLeft = plot.scrollWidth;

  // Open everything for printing, and close it again afterwards.
  let reopened = [];
  addEventListener("beforeprint", () => {
    reopened = folds.filter((fold) => !fold.open);
    for (const fold of reopened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of reopened) fold.open = false;
  });

  const toolbar = byId("toolbar");
  if (!toolbar) return;
  const search = byId("search");
  const buttons = all("button[data-filter]");
  const items = all(".item").map((element) => ({ element, kind: element.dataset.kind, text: null }));
  const sections = all(".section").map((element) => ({ element, items: items.filter((item) => element.contains(item.element)) }));
  const kinds = new Set();
  let wasNarrowed = false;

  // The text of an item is read on the first search.
  const textOf = (item) => (item.text ??= item.element.textContent.toLowerCase());

  const narrow = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const fits = (kinds.size === 0 || kinds.has(item.kind)) && words.every((word) => textOf(item).includes(word));
      if (item.element.hidden === fits) item.element.hidden = !fits;
      if (fits) shown++;
    }
    const isNarrowed = kinds.size > 0 || words.length > 0;
    for (const { element, items } of sections) {
      const hasAny = items.some((item) => !item.element.hidden);
      element.hidden = isNarrowed && !hasAny;
      if ("fold" in element.dataset && (isNarrowed || wasNarrowed)) element.open = isNarrowed && hasAny;
    }
    wasNarrowed = isNarrowed;
    for (const button of buttons) button.setAttribute("aria-pressed", String(kinds.has(button.dataset.filter)));
    byId("shown").textContent = isNarrowed ? `${count(shown)} of ${count(items.length)} shown` : items.length === 1 ? "1 item" : `${count(items.length)} items`;
    byId("nothing").hidden = shown > 0;
  };

  // The address has the search and the filters, for bookmarks and links.
  const remember = () => {
    const state = new URLSearchParams();
    if (kinds.size > 0) state.set("kind", Array.from(kinds).sort().join(","));
    if (search.value) state.set("q", search.value);
    history.replaceState(null, "", "#" + state.toString());
  };
  const recall = () => {
    const state = new URLSearchParams(location.hash.slice(1));
    const wanted = (state.get("kind") ?? "").split(",");
    kinds.clear();
    for (const button of buttons) if (wanted.includes(button.dataset.filter)) kinds.add(button.dataset.filter);
    search.value = state.get("q") ?? "";
    narrow();
  };
  const changed = () => {
    narrow();
    remember();
  };
  const clear = () => {
    kinds.clear();
    search.value = "";
    changed();
  };

  for (const button of buttons) {
    button.addEventListener("click", () => {
      const kind = button.dataset.filter;
      if (!kinds.delete(kind)) kinds.add(kind);
      changed();
    });
  }
  search.addEventListener("input", changed);
  toolbar.addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => {
    clear();
    search.focus();
  });
  addEventListener("hashchange", recall);
  addEventListener("keydown", (event) => {
    if (event.key === "/" && event.target !== search && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && (kinds.size > 0 || search.value)) {
      event.preventDefault();
      clear();
    }
  });
  toolbar.hidden = false;
  recall();
})();
