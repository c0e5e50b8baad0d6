// A score sheet that survives a lost connection and a second window. Without this file the page works by its buttons.
(() => {
  const sheet = document.querySelector("form[data-sheet]");
  if (!sheet) return;
  const member = document.documentElement.dataset.member || "";
  const line = document.querySelector("[data-autosave-status]");
  const clock = () => new Date().toTimeString().slice(0, 5);
  const tell = (text) => { if (line) line.textContent = text; };
  const key = (what) => `${what}:${member}:${location.pathname}`;
  const read = (what, none) => { try { return JSON.parse(localStorage.getItem(key(what))) ?? none; } catch { return none; } };
  const write = (what, value) => { try { localStorage.setItem(key(what), JSON.stringify(value)); } catch { /* private mode: the page itself still holds it */ } };
  const forget = (what) => { try { localStorage.removeItem(key(what)); } catch { /* nothing was kept */ } };
  const token = sheet.elements.csrfmiddlewaretoken.value;
  const post = (url, body) => fetch(url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token }, credentials: "same-origin" });

  // --- the draft ----------------------------------------------------------------------------------------
  const behaviors = [...sheet.querySelectorAll("[data-behavior]")].map((set) => set.dataset.behavior);
  const note = (pk) => sheet.elements[`note-${pk}`];
  const score = (pk) => sheet.querySelector(`input[name="score-${pk}"]:checked`)?.value ?? "";
  const choose = (pk, value) => { const found = sheet.querySelector(`input[name="score-${pk}"][value="${value}"]`); if (found) found.checked = true; };
  const was = (pk) => [sheet.elements[`was-score-${pk}`], sheet.elements[`was-${pk}`]];
  const changed = (pk) => note(pk).value.trim() !== was(pk)[1].value.trim() || score(pk) !== was(pk)[0].value;
  const open = () => behaviors.filter((pk) => changed(pk) && !sheet.querySelector(`[data-clash="${pk}"]`));

  const draft = () => ({ at: clock(), version: sheet.elements.version.value, marks: behaviors.filter(changed).map((pk) => [pk, note(pk).value, score(pk), was(pk)[1].value, was(pk)[0].value]) });
  let busy = false;
  let timer;
  const send = async () => {
    clearTimeout(timer);
    const sent = open().map((pk) => [pk, note(pk).value, score(pk)]);
    if (!sent.length) { forget("sheet"); return; }
    if (busy) { timer = setTimeout(send, 800); return; }
    busy = true;
    const body = new FormData();
    body.set("version", sheet.elements.version.value);
    sent.forEach(([pk, text, point]) => {
      body.set(`note-${pk}`, text);
      body.set(`score-${pk}`, point);
      body.set(`was-${pk}`, was(pk)[1].value);
      body.set(`was-score-${pk}`, was(pk)[0].value);
    });
    try {
      const answer = await post(sheet.dataset.sheet, body);
      const told = answer.redirected ? {} : await answer.json().catch(() => ({}));
      if (!told.saved) { write("sheet", draft()); tell(told.detail || `Kept on this device ${clock()}. Sign in again in another window, then go on here.`); return; }
      const clashes = new Map(told.clashes.map((clash) => [String(clash.behavior), clash]));
      sent.forEach(([pk, text, point]) => { if (!clashes.has(pk)) { was(pk)[1].value = text; was(pk)[0].value = point; } });
      sheet.elements.version.value = told.version;
      clashes.forEach(show);
      if (open().length) write("sheet", draft()); else forget("sheet");
      tell(clashes.size ? "Changed in another window. Choose below; nothing is lost." : `Draft saved ${clock()}`);
    } catch {
      write("sheet", draft());
      tell(`No connection. Kept on this device ${clock()}, sent when it is back.`);
    } finally { busy = false; }
  };
  const later = () => { write("sheet", draft()); clearTimeout(timer); timer = setTimeout(send, 1000); };
  sheet.addEventListener("input", later);

  // Both texts, and three ways on. What was not chosen stays on the page until one is.
  const show = (clash) => {
    const pk = String(clash.behavior);
    sheet.querySelector(`[data-clash="${pk}"]`)?.remove();
    const box = document.createElement("div");
    box.className = "note note-warn clash";
    box.dataset.clash = pk;
    box.setAttribute("role", "alert");
    const words = document.createElement("p");
    const point = clash.theirs.score ? `a ${clash.theirs.score} and ` : "";
    words.textContent = `Changed in another window. There stands ${point}“${clash.theirs.observation}”. Here you wrote what stands below.`;
    const ways = document.createElement("div");
    ways.className = "actions";
    const settle = (text, value) => {
      was(pk)[1].value = clash.theirs.observation;
      was(pk)[0].value = clash.theirs.score ?? "";
      note(pk).value = text;
      choose(pk, value ?? "");
      box.remove();
      later();
      note(pk).focus();
    };
    const way = (label, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-quiet";
      button.textContent = label;
      button.addEventListener("click", act);
      ways.append(button);
    };
    way("Keep mine", () => settle(note(pk).value, score(pk)));
    way("Use the other", () => settle(clash.theirs.observation, clash.theirs.score));
    way("Keep both texts", () => settle(`${clash.theirs.observation}\n${note(pk).value}`.trim(), score(pk) || clash.theirs.score));
    box.append(words, ways);
    sheet.querySelector(`[data-behavior="${pk}"] legend`).after(box);
  };

  const restore = () => {
    const kept = read("sheet", null);
    if (!kept?.marks?.length) return;
    kept.marks.forEach(([pk, text, point, before, beforePoint]) => {
      if (!note(pk)) return;
      note(pk).value = text;
      choose(pk, point);
      was(pk)[1].value = before;
      was(pk)[0].value = beforePoint;
    });
    sheet.elements.version.value = kept.version;
    tell(`What you wrote at ${kept.at} is back`);
    send();
  };
  sheet.addEventListener("leaving", () => { clearTimeout(timer); forget("sheet"); });

  // --- notes while watching ---------------------------------------------------------------------------------
  const jot = document.querySelector("form[data-jot]");
  const waiting = document.querySelector("[data-jots-waiting]");
  const queue = () => read("jots", []);
  const paint = () => {
    waiting.replaceChildren(...queue().map((each) => {
      const item = document.createElement("li");
      const time = document.createElement("time");
      time.className = "num";
      time.textContent = new Date(each.at).toTimeString().slice(0, 8);
      item.append(time, ` ${each.text} (on this device)`);
      return item;
    }));
  };
  let flushing = false;
  const flush = async () => {
    if (flushing) return;
    flushing = true;
    try {
      for (let next = queue()[0]; next; next = queue()[0]) {
        const body = new FormData();
        Object.entries(next).forEach(([name, value]) => body.set(name, value));
        const answer = await post(jot.action, body);
        const told = answer.redirected ? {} : await answer.json().catch(() => ({}));
        if (!told.saved) { tell(told.detail || "Your notes are kept on this device. Sign in again in another window."); break; }
        write("jots", queue().filter((each) => each.key !== next.key));
        const fresh = new DOMParser().parseFromString(told.html, "text/html").getElementById("unsorted");
        document.getElementById("unsorted").replaceWith(fresh);
        tell(`Note saved ${clock()}`);
      }
    } catch { tell(`No connection. Your notes are kept on this device, sent when it is back.`); }
    finally { flushing = false; paint(); }
  };
  const name = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));
  jot?.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const field = jot.elements.text;
    if (!field.value.trim()) return;
    write("jots", [...queue(), { key: name(), at: new Date().toISOString(), text: field.value.trim() }]);
    field.value = "";
    field.focus();
    paint();
    flush();
  });

  const back = () => { send(); flush(); };
  addEventListener("online", back);
  setInterval(() => { if (navigator.onLine && (queue().length || read("sheet", null))) back(); }, 15000);
  restore();
  if (queue().length) { paint(); flush(); }
})();
