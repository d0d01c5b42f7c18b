import { describe, expect, it } from 'vitest';
import { demoData } from '../../../src/core/help/demo-data';
import { type FigurePanel, figureOf } from '../../../src/core/help/figure';
import { figureSvg } from '../../../src/core/help/figure-svg';
import { operations } from '../../../src/core/operations/registry';

/** Whether a panel shows more than the data the operation was given. */
function showsSomething(panel: FigurePanel): boolean {
  if (panel.images) return panel.images.length > 1 && panel.images[1]!.values.some((v, i) => v !== panel.images![0]!.values[i]);
  return panel.curves.some((c) => c.x.length > 1) || panel.points.some((p) => p.style !== 'before' && p.x.length > 0);
}

describe('figures of the help', () => {
  it.each([...operations.values()].map((op) => [op.id, op] as const))('%s shows what it does', (_id, op) => {
    const figure = figureOf(op);
    expect(figure.panels.some(showsSomething)).toBe(true);
    expect(figure.caption).toMatch(/^.{10,}\.$/);
    for (const { points, curves } of figure.panels)
      for (const { x, y } of [...points, ...curves]) expect([...x, ...y].every(Number.isFinite)).toBe(true);
    const svg = figureSvg(figure);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg.match(/<(svg|g|title|text|polyline|circle|path|rect)[ >]/g)!.length).toBe(svg.match(/<\/(svg|g|title|text)>|\/>/g)!.length);
  });

  it('are drawn from data with something to find', () => {
    const { columns } = demoData('flux').spec;
    const values = columns['value'] as readonly number[];
    expect(values.filter((v) => Number.isNaN(v)).length).toBe(8);
    expect(values.filter((v) => v < 985 && v > 0).length).toBeGreaterThanOrEqual(2);
    expect(demoData('cloud').spec.columns['color']!.length).toBe(200);
  });
});
