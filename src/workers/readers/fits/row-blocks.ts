import { Cancelled } from '../../../core/protocol/outcome';
import type { ByteSource } from './byte-source';

/** Some whole rows of a table, in a buffer that the next block overwrites. */
export interface RowBlock {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly rows: number;
}

const BLOCK_BYTES = 8 * 2 ** 20;

export interface RowRange {
  readonly start: number;
  readonly rowBytes: number;
  readonly rows: number;
}

/** The rows in order; the next block is on its way from the disk while one is being looked at. */
export async function* rowBlocks(source: ByteSource, range: RowRange, signal: AbortSignal, blockBytes = BLOCK_BYTES): AsyncGenerator<RowBlock> {
  const { rowBytes, rows } = range;
  const perBlock = Math.max(1, Math.min(rows, Math.floor(blockBytes / Math.max(1, rowBytes))));
  const buffers = [new Uint8Array(perBlock * rowBytes), new Uint8Array(rows > perBlock ? perBlock * rowBytes : 0)] as const;
  const views = [new DataView(buffers[0].buffer), new DataView(buffers[1].buffer)] as const;
  const fetch = (row: number): Promise<number> => {
    const n = Math.min(perBlock, rows - row);
    const done = source.read(buffers[Math.floor(row / perBlock) % 2]!, 0, n * rowBytes, range.start + row * rowBytes).then(() => n);
    // Its failure is told when its turn comes.
    done.catch(() => undefined);
    return done;
  };
  let next = rows > 0 ? fetch(0) : undefined;
  try {
    for (let row = 0; row < rows; row += perBlock) {
      const n = await next!;
      next = row + perBlock < rows ? fetch(row + perBlock) : undefined;
      if (signal.aborted) throw new Cancelled();
      const which = Math.floor(row / perBlock) % 2;
      yield { bytes: buffers[which]!, view: views[which]!, rows: n };
    }
  } finally {
    // The file may be closed once this ends: not under a read that is still running.
    await next?.catch(() => undefined);
  }
}
