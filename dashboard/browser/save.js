// Saves a chart as a picture with its title and source line, which stand outside it on the page.
const LEAST = 600; // pixels: what the lines of title and source need

function dressed(layout, data, size) {
  const lines = data.title.split("<br>").length, top = 22 * lines + 14, below = 15 * data.source.split("<br>").length + 16;
  const margin = { ...layout.margin, t: (layout.margin?.t ?? 12) + top, b: (layout.margin?.b ?? 34) + below };
  const page = getComputedStyle(document.querySelector('[data-testid="stApp"]'));
  const at = { xref: "paper", yref: "paper", x: 0, xanchor: "left", align: "left", showarrow: false, xshift: 8 - (margin.l ?? 0) };
  const title = { ...at, y: 1, yanchor: "top", yshift: margin.t - 6, text: `<b>${data.title}</b>`, font: { size: 15, color: page.color } };
  const source = { ...at, y: 0, yanchor: "bottom", yshift: 6 - margin.b, text: data.source, font: { size: 11 } };
  const annotations = [...(layout.annotations ?? []), title, source];
  return { ...layout, height: size.height + top + below, margin, annotations, paper_bgcolor: page.backgroundColor };
}

export default function ({ data, parentElement }) {
  const said = new DOMParser().parseFromString(data.title.replaceAll("<br>", " "), "text/html").body.textContent;
  for (const button of parentElement.querySelectorAll("button")) {
    // A page has many of them; who hears them one by one must know whose each is.
    button.setAttribute("aria-label", `${button.textContent}: ${said}`);
    button.onclick = () => {
      const chart = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`);
      const press = chart?.querySelector(".modebar-btn[data-attr='toImage'], .modebar-btn");
      if (!press) return;
      const { height, ...box } = chart.getBoundingClientRect().toJSON(), { layout } = chart;
      const width = Math.max(box.width, LEAST);
      const taken = dressed(layout, data, { width, height });
      chart._context.toImageButtonOptions = { format: button.dataset.kind, filename: data.chart, width, height: taken.height, scale: 2 };
      // Plotly copies the layout at once and draws the copy, so the chart on the page is left as it is.
      chart.layout = taken;
      try { press.click(); } finally { chart.layout = layout; }
    };
  }
}
