// What pages do better with JavaScript. Everything here is an improvement; no page depends on it.
(() => {
  const root = document.documentElement;
  const each = (selector, act, within = document) => within.querySelectorAll(selector).forEach(act);

  // --- saying things: to screen readers, and where it cannot be missed -------------------------------
  const say = (text) => {
    const live = document.getElementById("live");
    if (!live || !text) return;
    live.textContent = "";
    setTimeout(() => { live.textContent = text; }, 60);
  };
  const toast = (text, bad = false) => {
    say(text);
    document.querySelector(".toast-line")?.remove();
    const note = document.createElement("div");
    note.className = `note toast-line ${bad ? "note-bad" : "note-good"}`;
    note.textContent = text;
    document.body.append(note);
    setTimeout(() => note.remove(), bad ? 12000 : 6000);
  };

  // --- light and dark ---------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", next);
    try { localStorage.setItem("theme", next); } catch { /* not kept, still switched */ }
    dispatchEvent(new CustomEvent("themechange"));
  });

  // --- menus made of <details> close on Escape and on a click elsewhere --------------------------------
  const openMenus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach((menu) => {
      menu.open = false;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("focusin", (event) => {
    openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // --- "/" and Ctrl-K go to the search ----------------------------------------------------------------
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const command = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    const search = document.querySelector("[data-search]");
    if (!search || !(slash || command)) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  // --- messages ---------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".note")?.remove());

  // --- forms: errors first, never twice, nothing lost ---------------------------------------------------
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.submitting) { event.preventDefault(); return; }
    if (!form.closest("[hx-boost=true]") && !form.hasAttribute("hx-post")) form.dataset.submitting = "yes";
    form.dispatchEvent(new CustomEvent("leaving"));
  });
  addEventListener("pageshow", () => each("[data-submitting]", (form) => delete form.dataset.submitting));

  const counter = (area) => {
    const line = document.createElement("div");
    line.className = "help mt-1 mb-0";
    line.dataset.counter = "";
    area.after(line);
    const show = () => { line.textContent = `${area.value.length} of ${area.maxLength} characters`; };
    area.addEventListener("input", show);
    show();
  };

  // data-autosave="/address" sends the draft there; an empty data-autosave keeps it in this tab alone.
  const secret = (field) => field.type === "password" || field.type === "file" || field.name === "csrfmiddlewaretoken";
  const autosave = (form) => {
    const key = `draft:${root.dataset.member || ""}:${location.pathname}:${form.id}`;
    const line = document.querySelector("[data-autosave-status]");
    const tell = (text) => { if (line) line.textContent = text; };
    const clock = () => new Date().toTimeString().slice(0, 5);
    let timer;
    const keepHere = () => {
      const values = [...form.elements]
        .filter((field) => field.name && !secret(field) && field.type !== "hidden" && field.type !== "submit")
        .map((field) => [field.name, field.value, field.checked]);
      try { sessionStorage.setItem(key, JSON.stringify({ at: clock(), values })); } catch { return; }
      tell(`Draft kept ${clock()}`);
    };
    const send = async () => {
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin",
        });
        const kept = answer.ok && !answer.redirected;
        const said = (answer.headers.get("Content-Type") || "").includes("json") ? (await answer.json()).why : "";
        if (!kept) keepHere();
        tell([kept ? `Draft saved ${clock()}` : said ? "" : "Draft not saved. Keep this page open and try again.", said].filter(Boolean).join(". "));
      } catch { keepHere(); }
    };
    const restore = () => {
      let kept = null;
      try { kept = JSON.parse(sessionStorage.getItem(key)); } catch { return; }
      if (!kept || form.querySelector(".has-error")) return;
      const fields = [...form.elements];
      kept.values.forEach(([name, value, checked]) => {
        fields.filter((field) => field.name === name).forEach((field) => {
          if (field.type === "checkbox" || field.type === "radio") { if (field.value === value) field.checked = checked; }
          else field.value = value;
        });
      });
      tell(`What you typed at ${kept.at} is back`);
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(form.dataset.autosave ? send : keepHere, 1200);
    });
    form.addEventListener("leaving", () => { clearTimeout(timer); sessionStorage.removeItem(key); });
    restore();
  };

  // --- lists: select all, how many, search while typing ---------------------------------------------------
  const ticks = (list) => [...list.querySelectorAll(".tick input[name=selected]")];
  const countTicks = (list) => {
    const line = list.querySelector("[data-bulk-count]");
    const chosen = ticks(list).filter((tick) => tick.checked).length;
    if (line) line.textContent = chosen ? `${chosen} selected` : "With the selected";
  };
  document.addEventListener("change", (event) => {
    const list = event.target.closest("#list");
    if (!list) return;
    if (event.target.matches("[data-select-all]")) ticks(list).forEach((tick) => { tick.checked = event.target.checked; });
    if (event.target.closest(".tick")) countTicks(list);
  });
  let typing;
  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-live-search]");
    if (!form || !form.closest("[hx-boost=true]")) return;
    clearTimeout(typing);
    typing = setTimeout(() => form.requestSubmit(), 350);
  });

  // --- htmx ---------------------------------------------------------------------------------------------
  // The element that stands for the one in focus after a list was drawn anew: the same sort, filter or page.
  const sign = (element) => element.matches(".page-number") ? "page" : element.tagName + element.textContent.replace(/:.*|[\d,.\s]+/gs, "");
  let focused = null;
  const rememberFocus = (target) => {
    const chosen = target.contains(document.activeElement) ? document.activeElement : null;
    focused = chosen && chosen.id !== "list-q" ? sign(chosen.closest(".menu-sheet")?.parentElement.querySelector("summary") || chosen) : null;
  };
  const restoreFocus = (target) => {
    if (!focused || target.contains(document.activeElement)) return;
    const same = [...target.querySelectorAll("a, button, summary")].find((element) => sign(element) === focused && (focused !== "page" || element.hasAttribute("aria-current")));
    if (!same) target.tabIndex = -1;
    (same || target).focus({ preventScroll: Boolean(same) });
  };
  let typed = null; // what stands in the search box when an answer to fewer letters arrives
  document.addEventListener("htmx:beforeSwap", (event) => {
    const box = document.activeElement;
    typed = box?.id === "list-q" ? box.value : null;
    rememberFocus(event.detail.target);
    const { xhr, pathInfo } = event.detail;
    const arrived = xhr.responseURL && new URL(xhr.responseURL).pathname;
    if (arrived && arrived.startsWith("/accounts/login") && !pathInfo.requestPath.startsWith("/accounts/")) {
      event.detail.shouldSwap = false; // signed out meanwhile: show the login page itself, not inside a fragment
      location.reload();
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = document.getElementById(event.detail.target.id) || event.detail.target;
    ready(target);
    restoreFocus(target);
    const box = document.getElementById("list-q");
    if (box && typed !== null && box.value !== typed) { box.value = typed; box.form.requestSubmit(); }
    say(target.dataset?.announce);
  });
  document.addEventListener("announce", (event) => toast(event.detail.value || event.detail));
  document.addEventListener("htmx:responseError", () => toast("That did not work, nothing was changed. Load the page again and try once more.", true));
  document.addEventListener("htmx:sendError", () => toast("There is no connection right now, nothing was changed. Try again in a moment.", true));

  // --- the browser's own time zone, proposed where nothing is chosen ------------------------------------------
  const proposeZone = (select) => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (select.value || ![...select.options].some((option) => option.value === zone)) return;
    select.value = zone;
    const hint = document.getElementById(select.dataset.proposeZone);
    if (hint) hint.hidden = false;
  };

  // --- on and off line --------------------------------------------------------------------------------------
  const online = () => each("[data-offline]", (line) => { line.hidden = navigator.onLine; });
  addEventListener("online", online);
  addEventListener("offline", online);

  function ready(within) {
    each("textarea[maxlength]", (area) => { if (!area.dataset.counted) { area.dataset.counted = "yes"; counter(area); } }, within);
    each("form[data-autosave]", (form) => { if (!form.dataset.watched) { form.dataset.watched = "yes"; autosave(form); } }, within);
    each("select[data-propose-zone]", proposeZone, within);
    each("[data-focus]", (element) => element.focus(), within);
  }
  online();
  ready(document);
})();
