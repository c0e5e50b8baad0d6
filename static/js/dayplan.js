// Dragging a meeting of the assessment days to another time or room. Without this file each is opened and moved there.
(() => {
  const form = document.getElementById("drop");
  if (!form) return;
  const STEP = 5;
  let held = null;
  const minutes = (text) => { const [hours, rest] = text.split(":").map(Number); return hours * 60 + rest; };
  const clock = (total) => `${String(Math.floor(total / 60)).padStart(2, "0")}:${String(total % 60).padStart(2, "0")}`;
  // the top of the meeting lands where it was let go, in steps of five minutes
  const timeAt = (list, y, day) => {
    const row = parseFloat(getComputedStyle(list).gridAutoRows) || 11;
    const steps = Math.max(0, Math.round((y - list.getBoundingClientRect().top) / row));
    return clock(Math.min(minutes(day.dataset.start) + steps * STEP, 23 * 60 + 55));
  };
  document.querySelectorAll(".dg-slot[draggable]").forEach((slot) => {
    slot.addEventListener("dragstart", (event) => {
      held = { pk: slot.dataset.slot, path: slot.querySelector("a").pathname, grip: event.clientY - slot.getBoundingClientRect().top };
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", slot.dataset.slot);
    });
    slot.addEventListener("dragend", () => { held = null; });
  });
  document.querySelectorAll(".daygrid[data-may-move] .dg-room").forEach((room) => {
    room.addEventListener("dragover", (event) => { if (held) { event.preventDefault(); room.classList.add("is-over"); } });
    room.addEventListener("dragleave", () => room.classList.remove("is-over"));
    room.addEventListener("drop", (event) => {
      room.classList.remove("is-over");
      if (!held) return;
      event.preventDefault();
      const day = room.closest(".daygrid");
      form.elements.day.value = day.dataset.day;
      form.elements.at.value = timeAt(room.querySelector("ol"), event.clientY - held.grip, day);
      form.elements.room.value = room.dataset.room;
      form.action = held.path;
      form.submit();
    });
  });
})();
