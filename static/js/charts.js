// Draws every [data-chart]: a Vega-Lite spec lies beside it as JSON, colours are names of our tokens.
// Strict CSP: `ast: true` (no eval), `defaultStyle: false` and `tooltip: false` (no <style>).
(() => {
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const look = () => ({
    background: null,
    font: token("--font"),
    view: { stroke: null },
    axis: {
      labelColor: token("--muted"), titleColor: token("--muted"), labelFontSize: 12, titleFontSize: 12,
      titleFontWeight: 500, gridColor: token("--line"), domainColor: token("--line-strong"),
      tickColor: token("--line-strong"), labelPadding: 6, titlePadding: 10, domain: false, ticks: false,
    },
    axisX: { grid: false, domain: true, ticks: true, labelOverlap: "greedy", labelSeparation: 8 },
    legend: { labelColor: token("--ink"), titleColor: token("--muted"), labelFontSize: 12, titleFontSize: 12, orient: "top", direction: "horizontal" },
    text: { font: token("--font"), fill: token("--ink"), fontSize: 12 },
    range: { category: ["--chart-1", "--chart-2", "--part-2", "--muted"].map(token) },
    line: { strokeWidth: 2.25 },
    bar: { cornerRadiusEnd: 3 },
  });

  // "--chart-1" anywhere in the spec becomes the colour it has in this theme.
  const coloured = (part) => {
    if (typeof part === "string") return part.startsWith("--") ? token(part) : part;
    if (Array.isArray(part)) return part.map(coloured);
    if (part && typeof part === "object") return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, coloured(value)]));
    return part;
  };

  async function draw(figure) {
    const holder = figure.querySelector("[data-plot]");
    const spec = coloured(JSON.parse(figure.querySelector("script[type='application/json']").textContent));
    const narrow = holder.clientWidth < 420;
    const height = Number(figure.dataset.height) || 280;
    await vegaEmbed(holder, {
      $schema: "https://vega.github.io/schema/vega-lite/v6.json",
      width: "container", height: narrow ? Math.round(height * 0.8) : height,
      padding: { left: 0, top: 8, right: 8, bottom: 0 },
      ...spec,
      config: { ...look(), ...(spec.config || {}) },
    }, { mode: "vega-lite", actions: false, renderer: "svg", ast: true, defaultStyle: false, tooltip: false });
    figure.dataset.drawn = "yes";
  }

  const drawAll = () => document.querySelectorAll("[data-chart]").forEach((figure) => {
    draw(figure).catch(() => {
      figure.querySelector("[data-plot]").textContent = "The chart could not be drawn. The table below has every number.";
    });
  });
  drawAll();
  addEventListener("themechange", drawAll);
  document.addEventListener("htmx:afterSwap", drawAll);
})();
