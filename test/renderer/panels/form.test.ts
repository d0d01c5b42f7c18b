// @vitest-environment jsdom
import { Type } from '@sinclair/typebox';
import { mount } from '@vue/test-utils';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { operations } from '../../../src/core/operations/registry';
import { draftStep } from '../../../src/renderer/client/drafts';
import CleanPanel from '../../../src/renderer/panels/clean/CleanPanel.vue';
import { fieldsOf, ruleBroken, sliderScale, type NumberField } from '../../../src/renderer/panels/clean/field-of-schema';
import ParamField from '../../../src/renderer/panels/clean/ParamField.vue';
import { openWindow, until, type TestWindow } from '../window';

const schema = Type.Object({
  sigma: Type.Number({ title: 'Sigma', exclusiveMinimum: 0, slider: [1, 10], unit: 'σ', origin: 'astropy', default: 3 }),
  side: Type.Union([Type.Literal('both'), Type.Literal('upper')], { title: 'Side', default: 'both' }),
  grow: Type.Integer({ title: 'Grow', minimum: 0, default: 0 }),
  keep: Type.Boolean({ title: 'Keep', default: true }),
  period: Type.Optional(Type.Number({ title: 'Period', slider: [0.01, 100] })),
  columns: Type.Array(Type.String(), { title: 'Columns', default: [] }),
  values: Type.Array(Type.Number(), { title: 'Values', default: [-99] }),
  expression: Type.String({ title: 'Expression', default: '' }),
});
const fields = fieldsOf(schema);

describe('units of time in a form', () => {
  const units = (duration?: string): (string | undefined)[] =>
    ['trends.moving-median', 'periods.lomb-scargle'].map((id) => fieldsOf(operations.get(id)!.params, duration)[0]!.unit);
  it('are those of the table when it says them', () => {
    expect(units('d')).toEqual(['d', '1/d']);
    expect(units()).toEqual(['time', '1/time']);
  });
});

const field = (key: string): (typeof fields)[number] => fields.find((f) => f.key === key)!;

describe('fields of a schema', () => {
  it('reads kinds, units, rules and optionality', () => {
    expect(fields.map((f) => f.kind)).toEqual(['number', 'choice', 'number', 'boolean', 'number', 'list', 'list', 'text']);
    expect(field('sigma')).toMatchObject({ title: 'Sigma', unit: 'σ', origin: 'astropy', above: 0, isInteger: false, isOptional: false });
    expect(field('grow')).toMatchObject({ isInteger: true, least: 0 });
    expect(field('period').isOptional).toBe(true);
    expect(field('columns')).toMatchObject({ of: 'column' });
    expect(field('values')).toMatchObject({ of: 'number' });
    expect(field('expression')).toMatchObject({ isExpression: true });
  });

  it('names the rule a number breaks', () => {
    expect(ruleBroken(field('sigma') as NumberField, 0)).toBe('must be > 0');
    expect(ruleBroken(field('sigma') as NumberField, 0.1)).toBeUndefined();
    expect(ruleBroken(field('grow') as NumberField, 1.5)).toBe('must be a whole number');
    expect(ruleBroken(field('grow') as NumberField, -1)).toBe('must be ≥ 0');
  });

  it('slides evenly, or in the logarithm over wide spans', () => {
    const even = sliderScale(field('sigma') as NumberField)!;
    expect([even.value(0), even.value(500), even.value(1000)]).toEqual([1, 5.5, 10]);
    const log = sliderScale(field('period') as NumberField)!;
    expect([log.value(0), log.value(500), log.value(1000)]).toEqual([0.01, 1, 100]);
    expect(log.position(1)).toBe(500);
  });

  it('covers every parameter of every operation with a named field and a default that keeps its rule', () => {
    expect(operations.size).toBeGreaterThan(0);
    for (const def of operations.values())
      for (const f of fieldsOf(def.params)) {
        expect(f.title, `${def.id} ${f.key}`).not.toBe(f.key);
        const value: unknown = def.params.properties[f.key]!['default'];
        if (f.kind === 'number' && typeof value === 'number') expect(ruleBroken(f, value), `${def.id} ${f.key}`).toBeUndefined();
        if (f.kind === 'choice') expect(f.options.map((o) => o.value)).toContain(value);
      }
  });
});

describe('a field of the form', () => {
  const show = (key: string, modelValue: unknown): ReturnType<typeof mount> =>
    mount(ParamField, { props: { field: field(key), modelValue, columns: [{ name: 'g', type: 'float64' as const }] } });

  it('says what is wrong with a number and does not pass it on', async () => {
    const form = show('sigma', 3);
    await form.find('input').setValue('-1');
    expect(form.find('[role="alert"]').text()).toBe('invalid sigma: -1 (must be > 0)');
    expect(form.emitted('update:modelValue')).toBeUndefined();
    await form.find('input').setValue('4.5');
    expect(form.emitted('update:modelValue')).toEqual([[4.5]]);
  });

  it('lets an optional number be empty', async () => {
    const form = show('period', 2);
    await form.find('input').setValue('');
    expect(form.emitted('update:modelValue')).toEqual([[undefined]]);
  });

  it('moves the number with the slider', async () => {
    const form = show('sigma', 3);
    await form.find('input[type="range"]').setValue('1000');
    expect(form.emitted('update:modelValue')).toEqual([[10]]);
  });

  it('offers choices, ticks columns, reads lists of numbers', async () => {
    const side = show('side', 'both');
    await side.find('select').setValue(1);
    expect(side.emitted('update:modelValue')).toEqual([['upper']]);
    const columns = show('columns', []);
    await columns.find('input[type="checkbox"]').trigger('change');
    expect(columns.emitted('update:modelValue')).toEqual([[['g']]]);
    const values = show('values', [-99]);
    await values.find('input').setValue('-99, 1e30');
    expect(values.emitted('update:modelValue')).toEqual([[[-99, 1e30]]]);
    await values.find('input').setValue('-99, x');
    expect(values.find('[role="alert"]').text()).toContain('numbers separated by commas');
  });
});

describe('the clean panel', () => {
  let w: TestWindow;
  afterEach(() => w?.session.dispose());

  it('lists operations by purpose, shows the form, previews, applies', async () => {
    w = await openWindow();
    const panel = w.mount(CleanPanel);
    const option = panel.findAll('[role="option"]').find((o) => o.text() === operations.get('outliers.sigma-clip')!.title)!;
    await option.trigger('click');
    expect(w.session.draft.value?.op).toBe('outliers.sigma-clip');
    expect(panel.findAll('label').map((l) => l.text())).toContain('Scope');
    await until(() => panel.text().includes('scatter (MAD)'));
    await until(() => w.session.dryRun.value.state === 'done');
    await panel.vm.$nextTick();
    expect(panel.text()).toMatch(/all 16 objects/);
    await panel.find('form').trigger('submit');
    await until(() => w.session.table.value!.steps.length === 1);
    expect(panel.find('form').exists()).toBe(false);
    panel.unmount();
  });

  it('does not search every object before a search is applied', async () => {
    w = await openWindow();
    const tried = vi.spyOn(w.engine, 'dryRun');
    w.session.draft.value = draftStep(operations.get('periods.lomb-scargle')!, w.session.table.value!);
    await until(() => w.session.preview.value !== undefined);
    await setTimeout(900);
    expect(tried).not.toHaveBeenCalled();
    w.session.draft.value = draftStep(operations.get('outliers.sigma-clip')!, w.session.table.value!);
    await until(() => tried.mock.calls.length === 1);
  });

  it('says beside the picker which column is missing', async () => {
    w = await openWindow();
    const panel = w.mount(CleanPanel);
    const def = operations.get('outliers.sigma-clip')!;
    w.session.draft.value = { ...draftStep(def, w.session.table.value!), bind: {} };
    await panel.vm.$nextTick();
    expect(panel.find('[role="alert"]').text()).toContain('no column is bound to value');
    panel.unmount();
  });

  it('limits a step to the selection and keeps its shape, not its rows', async () => {
    w = await openWindow();
    const panel = w.mount(CleanPanel);
    w.session.draft.value = draftStep(operations.get('outliers.sigma-clip')!, w.session.table.value!);
    const predicate = { kind: 'range', axis: { column: 'mag' }, high: 16 } as const;
    w.session.select(predicate, 'view', 'replace');
    await panel.vm.$nextTick();
    await panel
      .findAll('input[type="checkbox"]')
      .find((i) => i.element.parentElement!.textContent.includes('selected'))!
      .trigger('change');
    expect(w.session.draft.value.where).toEqual(predicate);
    panel.unmount();
  });
});
