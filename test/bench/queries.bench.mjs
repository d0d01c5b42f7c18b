// Milliseconds of the engine's queries over a large table. Run: node test/bench/queries.bench.mjs [rows] [threads]
import { mkdtemp, rm } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const rows = Number(process.argv[2] ?? 10_000_000);
const threads = Number(process.argv[3] ?? 2);
const chunkRows = 1 << 18;
const root = resolve(import.meta.dirname, '../..');
const folder = await mkdtemp(join(tmpdir(), 'skysift-bench-'));
await build({
  configFile: false,
  root,
  logLevel: 'error',
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: folder,
    target: 'node20',
    minify: false,
    rolldownOptions: {
      input: { 'entry.thread': join(root, 'test/workers/thread-entry.ts'), queries: join(root, 'test/bench/queries.entry.ts') },
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs', format: 'es' },
    },
  },
});
const engine = await import(pathToFileURL(join(folder, 'queries.mjs')).href);
const pool = new engine.ThreadPool({ threads, url: pathToFileURL(join(folder, 'entry.thread.mjs')) });

let seed = 12345;
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
  return (seed >>> 0) / 4294967296;
};
function column(name, type, Kind, value) {
  const chunks = [];
  for (let from = 0; from < rows; from += chunkRows) {
    const length = Math.min(chunkRows, rows - from);
    const data = new Kind(new SharedArrayBuffer(length * Kind.BYTES_PER_ELEMENT));
    for (let i = 0; i < length; i++) data[i] = value(from + i);
    chunks.push({ length, stride: 1, data });
  }
  return { meta: { name, type }, length: rows, chunkRows, chunks };
}
function words(name, value) {
  const made = column(name, 'int64', BigInt64Array, () => 0n);
  made.chunks.forEach((chunk, c) => {
    const w = new Int32Array(chunk.data.buffer);
    for (let i = 0; i < chunk.length; i++) w[2 * i] = value(c * chunkRows + i);
  });
  return made;
}
function texts(name, value) {
  const chunks = [];
  const encoder = new TextEncoder();
  for (let from = 0; from < rows; from += chunkRows) {
    const length = Math.min(chunkRows, rows - from);
    const offsets = new Int32Array(new SharedArrayBuffer(4 * (length + 1)));
    const data = new Uint8Array(new SharedArrayBuffer(length * 20));
    for (let i = 0; i < length; i++) offsets[i + 1] = offsets[i] + encoder.encodeInto(value(from + i), new Uint8Array(20)).written;
    for (let i = 0; i < length; i++) data.set(encoder.encode(value(from + i)), offsets[i]);
    chunks.push({ length, stride: 1, data, offsets });
  }
  return { meta: { name, type: 'utf8' }, length: rows, chunkRows, chunks };
}
const normal = () => random() + random() + random() - 1.5;
const columns = [
  column('x', 'float64', Float64Array, normal),
  column('y', 'float64', Float64Array, normal),
  column('f', 'float32', Float32Array, normal),
  column('g', 'float32', Float32Array, normal),
  words('id10k', () => Math.floor(random() * 10_000) + 1e8),
  words('id1m', () => Math.floor(random() * 1_000_000) + 1e8),
  texts('name10k', (i) => `KIC ${100000000 + ((Math.imul(i, 48271) >>> 0) % 10_000)}`),
];
const flagged = new engine.BitMask(rows);
for (let i = 0; i < rows; i += 37) flagged.set(i);
let table = { rows, version: 1, chunkRows, columns, flagged, roles: { value: 'x' }, cache: new engine.QueryCache() };

const delay = monitorEventLoopDelay({ resolution: 1 });
async function time(label, work, repeats = 5) {
  await work();
  await new Promise((done) => setTimeout(done, 20));
  delay.enable();
  delay.reset();
  const times = [];
  const before = process.cpuUsage();
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  delay.disable();
  const { user, system } = process.cpuUsage(before);
  // On a busy machine the clock says little; what the processors were used for says more.
  const processor = (user + system) / 1000 / repeats / threads;
  times.sort((a, b) => a - b);
  const row = [
    label.padEnd(52),
    times[repeats >> 1].toFixed(0).padStart(7),
    times[0].toFixed(0).padStart(7),
    processor.toFixed(0).padStart(7),
    (delay.max / 1e6 - 1).toFixed(0).padStart(7),
  ];
  console.log(row.join(' '));
}
const ask = (query, fresh = false) =>
  engine.answerQuery({ table: 't', rows: {}, ...query }, fresh ? { ...table, cache: new engine.QueryCache() } : table, pool);
const axes = { x: { column: 'x' }, y: { column: 'y' } };
const corners = (n) =>
  Array.from({ length: n }, (_, i) => [Math.cos((2 * Math.PI * i) / n) * (i % 2 ? 0.7 : 0.4), Math.sin((2 * Math.PI * i) / n) * (i % 2 ? 0.7 : 0.4)]);
const lasso = { kind: 'polygon', ...axes, points: corners(24) };
const image = { kind: 'density', ...axes, width: 800, height: 500 };

console.log(`${rows} rows, ${threads} threads${' '.repeat(22)}  median    best  processor time / threads, longest block (ms)`);
await time('density 800x500, float64, whole extent known', () => ask(image));
await time('density, zoomed', () => ask({ ...image, xRange: [-0.2, 0.2], yRange: [-0.2, 0.2] }));
await time('density, extent not known', () => ask(image, true));
await time('density, float32', () => ask({ ...image, x: { column: 'f' }, y: { column: 'g' } }));
await time('density, flagged hidden, lasso selection', () => ask({ ...image, rows: { flagged: 'hide' }, selection: lasso }));
await time('lasso of 24 corners: count', () => ask({ kind: 'count', selection: lasso }));
const out = new Uint8Array(new SharedArrayBuffer(rows));
await time('lasso of 24 corners: mask of all rows', () =>
  pool.map(
    engine.maskTask,
    engine.rangesOf(rows, threads).map((r) => ({ ...r, out, where: lasso, table: engine.pick(table, { columns: ['x', 'y'] }) })),
  ),
);
await time(
  'expression count: sqrt(x**2 + y**2) < 0.5',
  () => ask({ kind: 'count', selection: { kind: 'expression', expression: 'sqrt(x**2 + y**2) < 0.5' } }),
  3,
);
await time('histogram of 200 bins', () => ask({ kind: 'histogram', x: { column: 'x' }, bins: 200 }));
await time('summary of one column with 30 bins', () => ask({ kind: 'summary', columns: ['x'], bins: 30 }, true));
await time('nearest', () => ask({ kind: 'nearest', ...axes, at: [0, 0], scale: [1, 1] }));
await time('page of rows, filtered, first time', () => ask({ kind: 'rows', rows: { where: lasso }, columns: ['x'], offset: 0, limit: 100 }, true));
await time(
  'page of rows, sorted by float64, first time',
  () => ask({ kind: 'rows', columns: ['x'], offset: 5e6, limit: 100, order: { column: 'x' } }, true),
  2,
);
await time(
  'page of rows, sorted by text, first time',
  () => ask({ kind: 'rows', columns: ['x'], offset: 5e6, limit: 100, order: { column: 'name10k' } }, true),
  1,
);
await time('page of rows, sorted, again', () => ask({ kind: 'rows', columns: ['x'], offset: 5e6, limit: 100, order: { column: 'x' } }));
for (const name of ['id10k', 'id1m', 'name10k']) {
  let objects;
  const data = engine.pick(table, { columns: [name] });
  await time(`object index by ${name}`, async () => void (objects = await pool.run(engine.objectIndexTask, { table: data, object: name })), 2);
  table = { ...table, objects };
  await time(
    `objects with median and scatter by ${name}`,
    () => ask({ kind: 'objects', sort: 'scatter', descending: true, offset: 0, limit: 100 }, true),
    2,
  );
}
await time('object page again, sorted', () => ask({ kind: 'objects', sort: 'scatter', offset: 0, limit: 100 }));
await pool.dispose();
await rm(folder, { recursive: true, force: true });
