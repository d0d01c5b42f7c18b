import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as prettier from 'prettier';
import { describe, expect, it } from 'vitest';
import { operations } from '../../../src/core/operations/registry';
import { operationFigure, operationPage, operationsIndex } from '../../../src/workers/cli/help-pages';

const folder = resolve(import.meta.dirname, '../../../resources/help/operations');

describe('help pages', () => {
  it('are what the operations say today (node scripts/help.mjs writes them)', async () => {
    const options = { ...(await prettier.resolveConfig(resolve(folder, 'index.md'))), parser: 'markdown' };
    const expected = new Map([['index.md', operationsIndex([...operations.values()])]]);
    for (const op of operations.values()) {
      expected.set(`${op.id}.md`, operationPage(op));
      expected.set(`figures/${op.id}.svg`, operationFigure(op));
    }
    const present = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(md|svg)$/.test(name));
    expect(present.sort()).toEqual([...expected.keys()].sort());
    for (const [name, text] of expected)
      expect(readFileSync(resolve(folder, name), 'utf8'), name).toBe(name.endsWith('.md') ? await prettier.format(text, options) : text);
  });
});
