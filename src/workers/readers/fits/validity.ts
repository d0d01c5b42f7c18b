/** Collects nulls: no bitmap is made while every row has a value. */
export class ValidityBuilder {
  private bits: Uint8Array | undefined;

  constructor(private readonly rows: number) {}

  setNull(row: number): void {
    this.bits ??= new Uint8Array((this.rows + 7) >> 3).fill(0xff);
    this.bits[row >> 3]! &= ~(1 << (row & 7));
  }

  finish(): Uint8Array | undefined {
    const spare = this.bits ? this.bits.length * 8 - this.rows : 0;
    if (this.bits && spare > 0) this.bits[this.bits.length - 1]! &= 0xff >> spare;
    return this.bits;
  }
}
