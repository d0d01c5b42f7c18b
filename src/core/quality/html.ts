import { histogramFigure, matrixFigure } from './figures';
import { escaped, type HtmlCell, STYLE, tableHtml } from './html-parts';
import type { ColumnQuality, QualityReport } from './report';
import { listed, many, printed, share, short } from './say';

/** Who made the page, and when; the core has no clock. */
export interface HtmlOrigin {
  /** `Skysift 0.1.0`. */
  readonly program: string;
  /** ISO 8601. */
  readonly at: string;
}

const section = (title: string, body: string): string => (body === '' ? '' : `<section><h2>${escaped(title)}</h2>\n${body}</section>`);
const tile = (label: string, value: string): string => `<div class="tile"><b>${escaped(value)}</b><span class="dim">${escaped(label)}</span></div>`;
const number = (x: number | undefined, digits = 5): string => (x === undefined ? '' : short(x, digits));
const three = (q: readonly [number, number, number] | undefined): string => (q ? q.map((x) => short(x, 3)).join(' · ') : '');

function tiles({ ledger, findings, completeness, duplicates, objects }: QualityReport): string {
  const of = (severity: string): number => findings.filter((f) => f.severity === severity).length;
  const parts = [
    tile('rows loaded', printed(ledger.loaded)),
    tile('rows kept', printed(ledger.kept)),
    tile('complete rows', share(completeness.completeRows, ledger.kept)),
    tile('exact duplicates', printed(duplicates.exact)),
    ...(objects ? [tile('objects', printed(objects.count))] : []),
    tile('errors · warnings · notes', `${of('error')} · ${of('warning')} · ${of('info')}`),
  ];
  return `<div class="tiles">${parts.join('')}</div>`;
}

function findingsTable({ findings }: QualityReport): string {
  if (findings.length === 0) return '<p>Nothing was found.</p>';
  const rows = findings.map((f): HtmlCell[] => [
    { html: `<span class="${f.severity}">${f.severity}</span>` },
    f.message,
    f.rows > 0 ? printed(f.rows) : '',
    { html: `<span class="dim">${escaped(f.code)}</span>` },
  ]);
  return tableHtml(['', 'finding', 'rows', 'code'], rows, [false, false, true, false]);
}

function ledgerTable({ ledger }: QualityReport): string {
  const rows = [
    ['loaded', printed(ledger.loaded)],
    ...ledger.reasons.map((r) => [`flagged: ${r.flag}`, printed(r.rows)]),
    ['kept', printed(ledger.kept)],
  ];
  const note = ledger.reasons.length > 1 ? '<p class="dim">A row may carry several flags.</p>' : '';
  return tableHtml(['', 'rows'], rows, [false, true]) + note;
}

function columnRow(c: ColumnQuality, kept: number): HtmlCell[] {
  const remarks = [
    ...c.sentinels.map((s) => `${s.value} in ${many(s.count, 'row')}`),
    ...c.rules.filter((r) => r.violations > 0).map((r) => `not ${r.rule}: ${printed(r.violations)}`),
    ...(c.isConstant ? ['constant'] : []),
    ...(c.sameAs ? [`${c.sameAs.how === 'equal' ? 'repeats' : 'linear in'} ${c.sameAs.column}`] : []),
    ...(c.infinite > 0 ? [`${printed(c.infinite)} infinite`] : []),
    ...(c.distinct === undefined ? [] : [`${c.distinct >= 1000 ? '1000 or more' : c.distinct} different values`]),
  ];
  return [
    {
      html: `<b>${escaped(c.name)}</b>${c.unit ? ` <span class="dim">${escaped(c.unit)}</span>` : ''}${c.role ? ` <span class="dim">(${c.role})</span>` : ''}`,
    },
    c.type,
    share(c.missing, kept),
    number(c.min),
    number(c.quartiles?.[1]),
    number(c.max),
    c.outliers > 0 ? printed(c.outliers) : '',
    { html: c.histogram ? histogramFigure(c.histogram) : '' },
    remarks.join('; '),
  ];
}

function missingSection(report: QualityReport): string {
  const { missingness, ledger } = report;
  if (missingness.columns.length === 0) return '<p>No value is missing.</p>';
  const rows = missingness.patterns.map((p): HtmlCell[] => [
    p.missing.length === 0 ? 'none' : p.missing.join(', '),
    printed(p.rows),
    share(p.rows, ledger.kept),
  ]);
  return `${matrixFigure(report, escaped)}<p class="dim">Darker: more of these rows have no value.</p>${tableHtml(['missing together', 'rows', 'share'], rows, [false, true, true])}`;
}

function objectsSection({ objects }: QualityReport): string {
  if (!objects) return '';
  const unit = objects.timeUnit ? ` ${objects.timeUnit}` : '';
  const facts = [
    `${many(objects.count, 'object')}; rows of one (quartiles): ${three(objects.rowsPerObject)}`,
    objects.cadence === undefined ? '' : `median time between epochs: ${short(objects.cadence, 3)}${unit}`,
    objects.chi2 ? `χ² per degree of freedom about the mean (quartiles): ${three(objects.chi2)}; without outliers ${three(objects.robustChi2)}` : '',
  ];
  const worst = objects.worst
    .slice(0, 40)
    .map((o): HtmlCell[] => [
      o.id,
      printed(o.rows),
      number(o.cadence, 3),
      number(o.longestGap, 3),
      number(o.robustChi2, 3),
      number(o.scatter, 2),
      [
        ...o.gaps.map((g) => `gap of ${short(g.to - g.from, 3)}${unit}, ${g.missed} epochs missed`),
        o.repeated > 0 ? `${o.repeated} repeated times` : '',
        o.unordered > 0 ? 'not in order of time' : '',
      ]
        .filter(Boolean)
        .join('; '),
    ]);
  const head = ['object', 'rows', `cadence${unit}`, `longest gap${unit}`, 'χ²/dof, robust', 'scatter of position ″', ''];
  return (
    facts
      .filter(Boolean)
      .map((f) => `<p>${escaped(f)}</p>`)
      .join('') + tableHtml(head, worst, [false, true, true, true, true, true])
  );
}

function redundancyTable({ redundancy }: QualityReport): string {
  if (redundancy.length === 0) return '';
  const rows = redundancy
    .slice(0, 200)
    .map((r): HtmlCell[] => [
      listed(r.ids, 8),
      `${short(r.separation, 3)}″`,
      printed(r.rows),
      r.interleaved === undefined ? '' : r.interleaved ? 'interleaved' : `share ${printed(r.shared)}`,
    ]);
  const rest = redundancy.length > 200 ? `<p class="dim">and ${printed(redundancy.length - 200)} more</p>` : '';
  return tableHtml(['identifiers', 'separation', 'rows', 'epochs'], rows, [false, true, true, false]) + rest;
}

function classesTable({ classes, bands }: QualityReport): string {
  return [classes, bands]
    .filter((c) => c !== undefined)
    .map(({ column, counts }) =>
      tableHtml(
        [column, 'rows'],
        counts.slice(0, 50).map((c) => [c.value === '' ? '(missing)' : c.value, printed(c.count)]),
        [false, true],
      ),
    )
    .join('<p></p>');
}

function gapsTable({ surveyGaps, objects }: QualityReport): string {
  if (surveyGaps.length === 0) return '';
  const unit = objects?.timeUnit ? ` ${objects.timeUnit}` : '';
  return tableHtml(
    ['from', 'to', `length${unit}`],
    surveyGaps.map((g) => [short(g.from, 9), short(g.to, 9), short(g.to - g.from, 4)]),
    [true, true, true],
  );
}

/** The report as a page of its own: no scripts, nothing loaded from anywhere, figures as SVG, every text escaped. */
export function qualityHtml(report: QualityReport, { program, at }: HtmlOrigin): string {
  const { source, ledger, columns, remarks } = report;
  const head = ['column', 'type', 'missing', 'min', 'median', 'max', 'outliers', 'distribution', 'remarks'];
  const right = [false, false, true, true, true, true, true, false, false];
  const provenance = `${source.name}${source.sha256 ? `, SHA-256 ${source.sha256}` : ''} (${source.format}), table ${report.table}, ${printed(report.rows)} rows`;
  const sections = [
    section('Findings', findingsTable(report)),
    section('Ledger', ledgerTable(report)),
    section(
      'Columns',
      tableHtml(
        head,
        columns.map((c) => columnRow(c, ledger.kept)),
        right,
      ),
    ),
    section('Missing values', missingSection(report)),
    section('Objects', objectsSection(report)),
    section('Several identifiers at one place', redundancyTable(report)),
    section('Times without any row', gapsTable(report)),
    section('Classes and bands', classesTable(report)),
    section('Not looked at', remarks.map((r) => `<p>${escaped(r)}</p>`).join('')),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><title>Quality of ${escaped(report.table)}</title><style>${STYLE}</style></head><body>
<h1>Quality of ${escaped(report.table)}</h1>
<p class="dim">${escaped(provenance)}</p>
${tiles(report)}
${sections.filter(Boolean).join('\n')}
<footer>Made by ${escaped(program)} on ${escaped(at)} from ${escaped(provenance)}. Numbers are about the ${printed(ledger.kept)} kept rows. Made in ${short(report.seconds, 2)} s.</footer>
</body></html>
`;
}
