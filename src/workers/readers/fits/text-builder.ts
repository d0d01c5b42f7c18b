import { isUtf8 } from 'node:buffer';

const MAX_BYTES = 2 ** 31 - 1;

/**
 * utf8 cells, built straight as offsets and bytes. A FITS string ends at its first NUL; blanks at its end are not significant. Bytes that are
 * not UTF-8 (the standard allows ASCII only) are taken as Latin-1 and counted in `latin1`.
 */
export class TextBuilder {
  readonly offsets: Int32Array;
  latin1 = 0;
  private data: Uint8Array;
  private size = 0;
  private cells = 0;

  constructor(cells: number, bytesGuess: number) {
    this.offsets = new Int32Array(cells + 1);
    this.data = new Uint8Array(Math.max(64, bytesGuess));
  }

  /** `count` cells of `width` bytes, `stride` bytes from one to the next. */
  addCells(bytes: Uint8Array, from: number, width: number, stride: number, count: number): void {
    this.reserve(count * width);
    const { offsets } = this;
    let data = this.data;
    let size = this.size;
    for (let i = 0, p = from; i < count; i++, p += stride) {
      let seen = 0;
      let end = size;
      let o = size;
      for (let k = p; k < p + width; k++) {
        const b = bytes[k]!;
        if (b === 0) break;
        data[o++] = b;
        seen |= b;
        if (b !== 0x20) end = o;
      }
      if (seen > 0x7f) {
        end = this.checkUtf8(size, end, count - i, width);
        data = this.data;
      }
      size = end;
      offsets[this.cells + i + 1] = size;
    }
    this.cells += count;
    this.size = size;
  }

  finish(): { data: Uint8Array; offsets: Int32Array } {
    return { data: this.data.slice(0, this.size), offsets: this.offsets };
  }

  get pastLimit(): boolean {
    return this.size > MAX_BYTES;
  }

  private checkUtf8(from: number, end: number, cellsLeft: number, width: number): number {
    const cell = this.data.subarray(from, end);
    if (isUtf8(cell)) return end;
    this.latin1++;
    const text = Buffer.from(Buffer.from(cell).toString('latin1'), 'utf8');
    // Latin-1 takes two bytes in UTF-8: room made for one byte a character would not do for the cells after this one.
    this.reserveAt(from, text.length + cellsLeft * width);
    this.data.set(text, from);
    return from + text.length;
  }

  private reserve(more: number): void {
    this.reserveAt(this.size, more);
  }

  private reserveAt(used: number, more: number): void {
    if (used + more <= this.data.length) return;
    const grown = new Uint8Array(Math.max(used + more, Math.floor(this.data.length * 1.5)));
    grown.set(this.data.subarray(0, used));
    this.data = grown;
  }
}
