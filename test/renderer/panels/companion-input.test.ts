// @vitest-environment jsdom
import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { operations } from '../../../src/core/operations/registry';
import type { TableInfo } from '../../../src/core/protocol/engine-service';
import type { Step } from '../../../src/core/recipe/recipe';
import CompanionInput from '../../../src/renderer/panels/clean/CompanionInput.vue';
import { companionFiles } from '../../../src/renderer/panels/clean/companion-files';
import { stepWords } from '../../../src/renderer/panels/history/step-words';
import { fieldsOf } from '../../../src/renderer/panels/clean/field-of-schema';
import ParamField from '../../../src/renderer/panels/clean/ParamField.vue';

const cbv = operations.get('trends.cbv')!;

function table(id: string, name: string, file: string, vectors: number): TableInfo {
  const names = ['TIME', 'CADENCENO', ...Array.from({ length: vectors }, (_, i) => `VECTOR_${i + 1}`)];
  const meta = { name, rows: 10, columns: names.map((n) => ({ name: n, type: 'float64' as const })), header: [], fileFlags: [] };
  return { id, meta, source: { name: file, format: 'FITS', sha256: `hash of ${file}` } } as unknown as TableInfo;
}

const curve = table('t1', 'LIGHTCURVE', 'lc.fits', 0);
const catalogue = table('t2', 'stars', 'catalogue.fits', 0);
const basis = [table('t3', 'CBV.single-scale.2.4', 'cbv.fits', 16), table('t4', 'CBV.spike.2.4', 'cbv.fits', 6)];
const step = (change: Partial<Step> = {}): Step => ({
  id: 's',
  op: cbv.id,
  version: 1,
  params: { kind: 'SingleScale', channel: '', allowMismatch: false },
  bind: {},
  scope: 'table',
  enabled: true,
  ...change,
});
const shown = (tables: readonly TableInfo[], s: Step) => mount(CompanionInput, { props: { need: cbv.companion!, step: s, tables, table: curve } });

describe('the picker of a second file', () => {
  it('offers the open files and their tables, not the table itself, and takes the first that fits', () => {
    const tables = [curve, catalogue, ...basis];
    expect(companionFiles(tables, curve).map((f) => [f.name, f.tables.length])).toEqual([
      ['catalogue.fits', 1],
      ['cbv.fits', 2],
    ]);
    const wrapper = shown(tables, step());
    expect(wrapper.findAll('option').map((o) => o.text().trim())).toEqual([
      'choose…',
      'catalogue.fits',
      'cbv.fits',
      'CBV.single-scale.2.4',
      'CBV.spike.2.4',
    ]);
    expect(wrapper.emitted('change')).toEqual([[{ with: { name: 'cbv.fits', sha256: 'hash of cbv.fits' } }]]);
  });

  it('says what to open when nothing fits, and that a named file is not open', () => {
    const wrapper = shown([curve, catalogue], step());
    expect(wrapper.emitted('change')).toBeUndefined();
    expect(wrapper.text()).toContain('A file of co-trending basis vectors');
    const gone = shown([curve, catalogue], step({ with: { name: 'old.fits', sha256: 'x' } }));
    expect(gone.text()).toContain('old.fits (not open)');
  });

  it('chooses one table of a file, and shows what is chosen', async () => {
    const wrapper = shown([curve, ...basis], step({ with: { name: 'cbv.fits', sha256: 'hash of cbv.fits' } }));
    expect((wrapper.find('select').element as HTMLSelectElement).value).toBe('0');
    await wrapper.find('select').setValue('0 1');
    const chosen = { name: 'cbv.fits', sha256: 'hash of cbv.fits', table: 'CBV.spike.2.4' };
    expect(wrapper.emitted('change')).toEqual([[{ with: chosen }]]);
    expect((shown([curve, ...basis], step({ with: chosen })).find('select').element as HTMLSelectElement).value).toBe('0 1');
    expect(stepWords(step({ with: chosen, params: { vectors: 8, kind: 'Spike', alpha: 0, apply: 'subtract' } }))).toContain('with cbv.fits');
  });
});

describe('a parameter that is a number or a list', () => {
  it('is one number when one is typed, a list when several are', async () => {
    const field = fieldsOf(cbv.params).find((f) => f.key === 'vectors')!;
    const wrapper = mount(ParamField, { props: { field, modelValue: 8, columns: [] } });
    const input = wrapper.find('input');
    expect((input.element as HTMLInputElement).value).toBe('8');
    await input.setValue('5');
    await input.setValue('1, 3, 8');
    expect(wrapper.emitted('update:modelValue')).toEqual([[5], [[1, 3, 8]]]);
  });
});
