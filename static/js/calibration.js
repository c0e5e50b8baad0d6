// The calibration board: drag or keyboard, ticks that survive the board being drawn anew. Without it, links and forms do.
(() => {
  const board = () => document.getElementById("board");
  if (!board()) return;
  const live = document.getElementById("live");
  const say = (text) => { if (live) { live.textContent = ""; setTimeout(() => { live.textContent = text; }, 60); } };
  const boxes = () => [...board().querySelectorAll("[data-box]")];
  const boxOf = (card) => card.closest("[data-box]");

  // Where one candidate has no room beside the board they have a page of their own.
  const narrow = matchMedia("(max-width: 75rem)");
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.detail.elt;
    if (!narrow.matches || !link.matches?.("#board a[href]")) return;
    event.preventDefault();
    location.assign(link.href);
  });

  // --- where a card is dropped, the form opens with that box chosen ---------------------------------------
  let target = "";
  const open = (card, box) => {
    target = box.dataset.box;
    if (narrow.matches) { location.assign(`${card.dataset.url}?to=${target}#move`); return; }
    window.htmx.ajax("GET", `${card.dataset.url}?to=${target}`, { target: "#candidate", swap: "innerHTML" });
  };

  // --- by mouse -------------------------------------------------------------------------------------------
  let dragged = null;
  const clear = () => boxes().forEach((box) => box.classList.remove("is-over"));
  document.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.(".calib-card[draggable=true]");
    if (!card) return;
    dragged = card;
    card.classList.add("is-held");
    event.dataTransfer.setData("text/plain", card.dataset.name);
    event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => {
    const box = dragged && event.target.closest?.("[data-box]");
    clear();
    if (!box || box === boxOf(dragged)) return;
    event.preventDefault();
    box.classList.add("is-over");
  });
  document.addEventListener("drop", (event) => {
    const box = dragged && event.target.closest?.("[data-box]");
    if (!box || box === boxOf(dragged)) return;
    event.preventDefault();
    open(dragged, box);
  });
  document.addEventListener("dragend", () => { dragged?.classList.remove("is-held"); dragged = null; clear(); });

  // --- by keyboard: Space picks up, arrows choose, Enter drops, Escape puts back -----------------------------
  let held = null; // { card, at }
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const at = (performance, potential) => board().querySelector(`[data-box="${performance}-${potential}"]`);
  const release = () => { held?.card.classList.remove("is-held"); held = null; clear(); };
  document.addEventListener("keydown", (event) => {
    const control = event.target.closest?.("[data-move]");
    if (!control) return;
    const card = control.closest(".calib-card");
    if (!held && event.key === " ") {
      event.preventDefault();
      held = { card, box: boxOf(card) || at(2, 2) };
      card.classList.add("is-held");
      held.box.classList.add("is-over");
      say(`${card.dataset.name} picked up, in ${held.box.dataset.name}. Arrows choose the box, Enter drops, Escape puts back.`);
    } else if (held && steps[event.key]) {
      event.preventDefault();
      const [performance, potential] = held.box.dataset.box.split("-").map(Number);
      const next = at(performance + steps[event.key][0], potential + steps[event.key][1]);
      if (!next) return;
      clear();
      held.box = next;
      next.classList.add("is-over");
      say(next.dataset.name);
    } else if (held && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      const { box } = held;
      release();
      if (box === boxOf(card)) say(`${card.dataset.name} stays in ${box.dataset.name}.`);
      else open(card, box);
    } else if (held && event.key === "Escape") {
      event.preventDefault();
      release();
      say(`${card.dataset.name} put back.`);
    }
  });
  document.addEventListener("focusout", (event) => { if (held && event.target.closest?.("[data-move]")) release(); });

  // --- whom to compare: two to four, kept while the board is drawn anew ---------------------------------------
  const ticks = () => [...board().querySelectorAll(".calib-tick input")];
  let chosen = new Set();
  const paint = () => {
    const most = Number(document.getElementById("compare").dataset.most);
    ticks().forEach((tick) => {
      tick.checked = chosen.has(tick.value);
      tick.disabled = !tick.checked && chosen.size >= most;
    });
    const words = board().querySelector("[data-compare]");
    if (words) words.textContent = chosen.size ? `Compare ${chosen.size} side by side` : "Compare side by side";
    const shown = document.querySelector("[data-open]")?.dataset.open;
    board().querySelectorAll(".calib-card").forEach((card) => card.classList.toggle("is-open", card.dataset.place === shown));
  };
  document.addEventListener("change", (event) => {
    if (!event.target.closest?.(".calib-tick")) return;
    chosen = new Set(ticks().filter((tick) => tick.checked).map((tick) => tick.value));
    paint();
  });

  // --- the board asks whether anything is new; not while a card is held, nor in a tab nobody sees ---------------
  const asks = (event) => event.detail.elt?.id === "board";
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (asks(event) && (dragged || held || document.hidden)) event.preventDefault();
  });
  const lost = (event) => {
    if (!asks(event)) return;
    event.stopPropagation(); // said here, not as a message every two seconds
    const line = board().querySelector("[data-live]");
    if (line) line.textContent = "· no connection: what others do is not shown right now";
  };
  document.body.addEventListener("htmx:sendError", lost);
  document.body.addEventListener("htmx:responseError", lost);
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "candidate" && target) {
      const radio = document.querySelector(`.mini-nine input[value="${target}"]`);
      if (radio && !radio.disabled) radio.checked = true;
      target = "";
    }
    paint();
  });
  paint();
})();
