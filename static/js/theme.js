// Loaded before the first paint, so that nothing flashes: ?theme= wins, then the saved choice, then the system.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    const asked = new URLSearchParams(location.search).get("theme");
    let saved = null;
    try { saved = localStorage.getItem("theme"); } catch { /* storage is switched off: follow the system */ }
    return [asked, saved].find((theme) => theme === "dark" || theme === "light");
  };
  const show = () => root.setAttribute("data-bs-theme", chosen() || (dark.matches ? "dark" : "light"));
  show();
  // The system turns dark in the evening: so does the page, unless somebody chose.
  dark.addEventListener("change", () => {
    show();
    dispatchEvent(new CustomEvent("themechange"));
  });
})();
