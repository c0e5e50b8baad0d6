// Loaded before the first paint, so that nothing flashes: ?theme= wins, then the saved choice, then the system.
(() => {
  const asked = new URLSearchParams(location.search).get("theme");
  let saved = null;
  try { saved = localStorage.getItem("theme"); } catch { /* storage is switched off: follow the system */ }
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const known = [asked, saved].find((theme) => theme === "dark" || theme === "light");
  document.documentElement.setAttribute("data-bs-theme", known || system);
})();
