import { shallowRef } from 'vue';
import type { Role } from '../../core/model/column';
import { operations } from '../../core/operations/registry';
import type { EngineService, ExportReport, TableInfo } from '../../core/protocol/engine-service';
import type { MainService } from '../../core/protocol/main-service';
import { type Outcome, inWords } from '../../core/protocol/outcome';
import type { Client } from '../../core/protocol/rpc';
import type { Recipe, Step } from '../../core/recipe/recipe';
import { errorColumn } from '../../core/recipe/result-column';
import type { AppSession } from './app-session';

type Needs = Pick<AppSession, 'table' | 'runJob' | 'say' | 'draft' | 'editing' | 'selection'> & {
  readonly engine: Client<EngineService>;
  readonly main: Client<MainService>;
};

/** Everything the window asks the engine to change, each as a job of the tray, each with its words. */
export class TableActions {
  /** A draft is being applied: a second Enter does nothing. */
  readonly isApplying = shallowRef(false);

  constructor(private readonly s: Needs) {}

  async openSample(): Promise<void> {
    await this.s.runJob('Opening the sample survey', (signal, onProgress) => this.s.engine.openSample({}, { signal, onProgress }));
  }

  async chooseAndOpen(folder: boolean): Promise<void> {
    const grants = await this.s.main.chooseFiles({ folder });
    await this.openGrants(grants, folder);
  }

  async openDropped(tokens: readonly string[]): Promise<void> {
    const grants = await this.s.main.grantDropped({ tokens });
    await this.openGrants(
      grants,
      grants.some((g) => g.isFolder),
    );
  }

  /** `stack`: the files make one table whatever they hold; otherwise several do when every one is a light curve. */
  async openGrants(grants: readonly { id: string; name: string }[], stack: boolean): Promise<void> {
    const first = grants[0];
    if (!first) return;
    const title = grants.length === 1 ? `Opening ${first.name}` : `Opening ${grants.length} files`;
    await this.s.runJob(title, (signal, onProgress) =>
      this.s.engine.open({ grants: grants.map((g) => g.id), ...(stack ? { stack } : {}) }, { signal, onProgress }),
    );
  }

  /** Opens an image that lies in a table's file. */
  async openBeside(table: TableInfo, image: string): Promise<void> {
    await this.s.runJob(`Opening ${image}`, (signal, onProgress) =>
      this.s.engine.open({ grants: [], table: image, beside: table.id }, { signal, onProgress }),
    );
  }

  /** Applies the draft: as a new step, or in the place of the step it edits. */
  async applyDraft(): Promise<boolean> {
    const table = this.s.table.value;
    const step = this.s.draft.value;
    if (!table || !step || this.isApplying.value) return false;
    this.isApplying.value = true;
    try {
      return await this.applyStep(table, step);
    } finally {
      this.isApplying.value = false;
    }
  }

  private async applyStep(table: TableInfo, step: Step): Promise<boolean> {
    const title = operations.get(step.op)?.title ?? step.op;
    const editing = this.s.editing.value;
    const done =
      editing === undefined
        ? await this.changing(title, (options) => this.s.engine.apply({ table: table.id, step }, options))
        : await this.setSteps(
            table.steps.map((r, i) => (i === editing ? step : r.step)),
            `Replaying from ${title}`,
          );
    if (done && this.s.draft.value === step) {
      this.s.draft.value = undefined;
      this.s.editing.value = undefined;
    }
    // Its points show as flagged now; left selected they would be flagged again by the next F.
    if (done && step.op === 'flags.mark' && step.where && this.s.selection.value?.predicate === step.where) this.s.selection.value = undefined;
    return done;
  }

  async setSteps(steps: readonly Step[], title: string): Promise<boolean> {
    const table = this.s.table.value;
    return table ? this.changing(title, (options) => this.s.engine.setSteps({ table: table.id, steps }, options)) : false;
  }

  async undo(): Promise<void> {
    const table = this.s.table.value;
    if (!table?.undoable) return;
    await this.changing('Undo', (options) => this.s.engine.undo({ table: table.id }, options));
  }

  async redo(): Promise<void> {
    const table = this.s.table.value;
    if (!table?.redoable) return;
    await this.changing('Redo', (options) => this.s.engine.redo({ table: table.id }, options));
  }

  async setRole(role: Role, column: string | undefined): Promise<void> {
    const table = this.s.table.value;
    if (!table || !(await this.changing(`Role ${role}`, () => this.s.engine.setRole({ table: table.id, role, column })))) return;
    const names = table.meta.columns.map((c) => c.name);
    const error = role === 'value' && column !== undefined ? errorColumn(names, column, table.roles.error) : undefined;
    if (error === undefined) return;
    await this.changing('Role error', () => this.s.engine.setRole({ table: table.id, role: 'error', column: error }));
    this.s.say(`The errors of ${column} are ${error}`);
  }

  async setLabel(object: string, label: number): Promise<void> {
    const table = this.s.table.value;
    if (table) await this.changing(`Label ${object}`, () => this.s.engine.setLabel({ table: table.id, object, label }));
  }

  async closeTable(table: TableInfo): Promise<void> {
    await this.s.runJob(`Closing ${table.meta.name}`, () => this.s.engine.close({ table: table.id }));
  }

  async export(a: Parameters<EngineService['export']>[0], name: string): Promise<ExportReport | undefined> {
    const outcome = await this.s.runJob(`Exporting ${name}`, (signal, onProgress) => this.s.engine.export(a, { signal, onProgress }));
    return outcome && 'ok' in outcome ? outcome.ok : undefined;
  }

  /** Saves a text where the user says. */
  async saveText(suggestedName: string, text: string): Promise<void> {
    const target = await this.s.main.chooseSaveTarget({ suggestedName, extensions: ['json'] });
    if (!target) return;
    await this.s.runJob(`Saving ${target.name}`, async () => {
      await this.s.main.saveText({ grant: target.id, text });
      this.s.say(`saved ${target.name}`);
    });
  }

  async saveRecipe(): Promise<void> {
    const table = this.s.table.value;
    if (!table) return;
    const target = await this.s.main.chooseSaveTarget({ suggestedName: `${table.meta.name}.recipe.json`, extensions: ['json'] });
    if (!target) return;
    await this.s.runJob(`Saving ${target.name}`, async () => {
      const recipe = await this.s.engine.recipe({ table: table.id });
      await this.s.main.saveText({ grant: target.id, text: `${JSON.stringify(recipe, null, 2)}\n` });
      this.s.say(`saved ${recipe.steps.length} steps as ${target.name}`);
    });
  }

  /** Reads a recipe file the user chooses; undefined when none was chosen or it is no recipe (which is said). */
  async chooseRecipe(): Promise<Recipe | undefined> {
    const [grant] = await this.s.main.chooseFiles({});
    if (!grant) return undefined;
    const text = await this.s.main.readText({ grant: grant.id });
    try {
      const recipe = JSON.parse(text) as Partial<Recipe>;
      if (recipe.skysift === 1 && Array.isArray(recipe.steps)) return recipe as Recipe;
    } catch {
      // Said below, in the same words: whatever the file is, it is no recipe.
    }
    this.s.say(`${grant.name} is not a recipe: it must be JSON with "skysift": 1 and a list of steps`, 'error');
    return undefined;
  }

  private async changing<T>(
    title: string,
    work: (options: { signal: AbortSignal; onProgress: (p: { fraction: number; note?: string | undefined }) => void }) => Promise<Outcome<T>>,
  ): Promise<boolean> {
    const outcome = await this.s.runJob(title, (signal, onProgress) => work({ signal, onProgress }));
    if (!outcome || !('ok' in outcome)) return false;
    for (const alert of outcome.alerts) this.s.say(inWords(alert), alert.severity);
    return true;
  }
}
