/** What the query benchmark uses of the engine, in one bundle. */
export { answerQuery } from '../../src/workers/engine/queries/answer';
export { QueryCache } from '../../src/workers/engine/queries/query-cache';
export { ThreadPool } from '../../src/workers/engine/threads/pool';
export { default as objectIndexTask } from '../../src/workers/engine/tasks/object-index';
export { default as maskTask } from '../../src/workers/engine/tasks/mask';
export { rangesOf } from '../../src/workers/engine/queries/split';
export { pick } from '../../src/core/query/table-view';
export { BitMask } from '../../src/core/model/bit-mask';
