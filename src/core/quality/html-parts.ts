const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text that stands for itself in HTML. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => ESCAPES[c]!);

/** A cell: text is escaped, markup comes wrapped. */
export type HtmlCell = string | number | undefined | { readonly html: string };

export function cellHtml(cell: HtmlCell): string {
  if (cell === undefined) return '';
  return typeof cell === 'object' ? cell.html : escaped(String(cell));
}

/** A table; columns marked `right` hold numbers. */
export function tableHtml(head: readonly string[], rows: readonly (readonly HtmlCell[])[], right: readonly boolean[] = []): string {
  const mark = (i: number): string => (right[i] ? ' class="n"' : '');
  const body = rows.map((row) => `<tr>${row.map((c, i) => `<td${mark(i)}>${cellHtml(c)}</td>`).join('')}</tr>`);
  // Two or three columns do not need the width of the page.
  return `<table${head.length <= 3 ? ' class="narrow"' : ''}><thead><tr>${head.map((h, i) => `<th${mark(i)}>${escaped(h)}</th>`).join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table>`;
}

/** The look of the page: ink on paper, prints as it shows. */
export const STYLE = `
:root{color-scheme:light;--ink:#1a2330;--dim:#596779;--line:#d3dae3;--soft:#f0f3f7;--accent:#1668ad;--bad:#b8291a;--warn:#8a6100}
*{box-sizing:border-box}
body{margin:32px auto;max-width:1060px;padding:0 24px;background:#fff;color:var(--ink);font:13px/1.5 Inter,'Noto Sans','DejaVu Sans',system-ui,sans-serif;font-variant-numeric:tabular-nums}
h1{margin:0;font-size:22px;font-weight:650}
h2{margin:30px 0 8px;font-size:14px;font-weight:650}
p{margin:4px 0}
.dim{color:var(--dim);fill:var(--dim)}
.tiles{display:flex;flex-wrap:wrap;gap:10px;margin:18px 0}
.tile{min-width:128px;padding:9px 14px;border:1px solid var(--line);border-radius:6px}
.tile b{display:block;font-size:18px;font-weight:650}
table{width:100%;border-collapse:collapse}table.narrow{width:auto;min-width:340px}
th{padding:4px 10px 4px 0;border-bottom:1px solid var(--line);color:var(--dim);font-size:11px;font-weight:500;text-align:left;vertical-align:bottom}
td{padding:4px 10px 4px 0;border-bottom:1px solid var(--soft);vertical-align:top;overflow-wrap:anywhere}
.n{text-align:right;white-space:nowrap}
.error,.warning,.info{white-space:nowrap}.error{color:var(--bad);font-weight:600}.warning{color:var(--warn);font-weight:600}.info{color:var(--dim)}
svg{display:block;max-width:100%}svg text{font:11px Inter,'Noto Sans','DejaVu Sans',sans-serif;fill:var(--ink)}
.bars path{fill:#7d9bb8}.matrix .full{fill:var(--soft)}.matrix .gap{fill:var(--bad)}
footer{margin-top:34px;padding-top:10px;border-top:1px solid var(--line);color:var(--dim);font-size:11px}
@media print{body{margin:0;max-width:none;padding:0}h2{break-after:avoid}tr,.tile,svg{break-inside:avoid}}
`;
