import type { TaskDef, TaskRegistry } from './task';

const modules = import.meta.glob<{ default: TaskDef }>('../tasks/*.ts', { eager: true });

/** Every task by name, found by its file: adding one is adding a file. */
export const tasks: TaskRegistry = new Map(
  Object.entries(modules).map(([path, { default: task }]) => {
    const expected = path.slice(path.lastIndexOf('/') + 1, -3);
    if (task.name !== expected) throw new Error(`invalid task name: ${task.name} (its file ${path} says ${expected})`);
    return [task.name, task];
  }),
);
