interface Member {
  readonly left: number;
  readonly redraw: () => void;
}

/** Plots over each other that share their x axis: all take the left margin of the one whose labels need the most. */
export class SharedMargin {
  private readonly members = new Map<object, Member>();

  private get widest(): number {
    return Math.max(0, ...[...this.members.values()].map((m) => m.left));
  }

  /** The margin for `plot`, which itself needs `left`; the others draw themselves anew when theirs changes. */
  settle(plot: object, left: number, redraw: () => void): number {
    this.change(plot, () => this.members.set(plot, { left, redraw }));
    return this.widest;
  }

  leave(plot: object): void {
    this.change(plot, () => this.members.delete(plot));
  }

  private change(plot: object, change: () => unknown): void {
    const before = this.widest;
    change();
    if (this.widest === before) return;
    for (const [other, { redraw }] of this.members) if (other !== plot) redraw();
  }
}
