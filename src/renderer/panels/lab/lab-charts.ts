import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption, LegendComponentOption, TooltipComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import type { LabRow } from '../../../core/lab/lab';
import { msText, whoText } from '../../../core/lab/row-text';
import type { SpeedUp } from '../../../core/lab/speed-up';
import { amdahlSpeedUp } from '../../../core/numerics/amdahl';
import type { PlotTheme } from '../../components/plot/theme';

export type LabChartOption = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption>;

/** A dashed line, for the legend. */
const DASHES = 'path://M0 4h4v1.5h-4zM7 4h4v1.5h-4zM14 4h4v1.5h-4z';

/** Points of a fitted curve. */
const CURVE = 40;

function base(theme: PlotTheme): LabChartOption {
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, fontSize: 12, color: theme.text },
    legend: { top: 0, left: 0, itemWidth: 18, itemHeight: 9, textStyle: { color: theme.dim, fontSize: 12 } },
    tooltip: {
      renderMode: 'richText',
      confine: true,
      backgroundColor: theme.raised,
      borderColor: theme.line,
      textStyle: { color: theme.text, fontSize: 12 },
    },
  };
}

const axis = (theme: PlotTheme, name: string) => ({
  name,
  nameLocation: 'middle' as const,
  nameGap: 26,
  nameTextStyle: { color: theme.dim },
  axisLabel: { color: theme.dim },
  axisLine: { show: true, lineStyle: { color: theme.line } },
  splitLine: { lineStyle: { color: theme.line } },
});

/** What each way of doing it took, split into carrying and computing; the first row at the top. Rows without figures are left out. */
export function timesOption(rows: readonly LabRow[], theme: PlotTheme): LabChartOption {
  const shown = rows.filter((r) => r.computeMs !== undefined);
  const series = (name: string, color: string, values: readonly number[], totals = false): BarSeriesOption => ({
    type: 'bar',
    name,
    stack: 'all',
    barMaxWidth: 16,
    itemStyle: { color },
    data: [...values],
    tooltip: { valueFormatter: (v) => msText(Number(v)) },
    label: totals
      ? {
          show: true,
          position: 'right',
          color: theme.text,
          formatter: ({ dataIndex }) => msText((shown[dataIndex]!.transferMs ?? 0) + shown[dataIndex]!.computeMs!),
        }
      : { show: false },
  });
  return {
    ...base(theme),
    grid: { left: 92, right: 72, top: 30, bottom: 40 },
    xAxis: { type: 'value', min: 0, ...axis(theme, 'time (ms)') },
    yAxis: {
      type: 'category',
      inverse: true,
      data: shown.map(whoText),
      axisLabel: { color: theme.text },
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
    },
    series: [
      series(
        'Compute',
        theme.accent,
        shown.map((r) => r.computeMs!),
      ),
      series(
        'Transfer',
        theme.warn,
        shown.map((r) => r.transferMs ?? 0),
        true,
      ),
    ],
  };
}

const nameOf = (s: SpeedUp): string => (s.how === 'threads' ? 'Threads' : 'Processes');

const SYMBOLS = { threads: 'circle', processes: 'triangle', gpu: 'rect' } as const;

const colorOf = (s: SpeedUp, theme: PlotTheme): string => (s.how === 'threads' ? theme.accent : theme.ok);

function measuredSeries(s: SpeedUp, theme: PlotTheme): LineSeriesOption {
  const name = nameOf(s);
  return {
    type: 'line',
    name,
    symbol: SYMBOLS[s.how],
    symbolSize: 8,
    lineStyle: { opacity: 0 },
    itemStyle: { color: colorOf(s, theme) },
    data: s.workers.map((n, k) => [n, s.factors[k]!]),
    tooltip: { valueFormatter: (v) => `${Number(v).toFixed(2)} ×` },
  };
}

/** Amdahl's law with the fitted serial part, through the speed-up of one worker of its kind, as far as it was measured. */
function fittedSeries(s: SpeedUp, most: number, theme: PlotTheme): readonly LineSeriesOption[] {
  const one = s.factors[s.workers.indexOf(1)];
  if (!s.fit || one === undefined) return [];
  const { serial } = s.fit;
  const name = nameOf(s);
  const color = colorOf(s, theme);
  const data = Array.from({ length: CURVE + 1 }, (_, k) => {
    const n = 1 + ((most - 1) * k) / CURVE;
    return [n, one * amdahlSpeedUp(serial, n)];
  });
  return [
    { type: 'line', name, symbol: 'none', silent: true, lineStyle: { color, width: 1.5 }, itemStyle: { color }, data, tooltip: { show: false } },
  ];
}

/** How much faster more workers are than one thread: measured, fitted, and ideal. */
export function speedUpOption(all: readonly SpeedUp[], theme: PlotTheme): LabChartOption {
  const most = Math.max(2, ...all.flatMap((s) => s.workers));
  const ideal: LineSeriesOption = {
    type: 'line',
    name: 'Ideal',
    symbol: 'none',
    silent: true,
    lineStyle: { color: theme.dim, type: 'dashed', width: 1 },
    itemStyle: { color: theme.dim },
    data: [
      [1, 1],
      [most, most],
    ],
    tooltip: { show: false },
  };
  const measured = all.map((s) => measuredSeries(s, theme));
  const fitted = all.flatMap((s) => fittedSeries(s, most, theme));
  const marks = all.map((s) => ({ name: nameOf(s), icon: SYMBOLS[s.how] }));
  return {
    ...base(theme),
    legend: { ...base(theme).legend, data: [...marks, { name: 'Ideal', icon: DASHES }] },
    tooltip: { ...base(theme).tooltip, trigger: 'item' },
    grid: { left: 46, right: 16, top: 30, bottom: 40 },
    xAxis: { type: 'value', min: 1, max: most, minInterval: 1, ...axis(theme, 'threads, processes') },
    yAxis: { type: 'value', min: 0, ...axis(theme, 'speed-up (×)') },
    series: [...measured, ...fitted, ideal],
  };
}
