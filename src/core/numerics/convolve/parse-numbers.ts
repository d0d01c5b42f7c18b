import { AppError } from '../../protocol/outcome';

/** Rows of numbers from text: numbers apart by blanks or commas, rows by semicolons or line ends (`1 2 1; 2 4 2; 1 2 1`). Throws AppError naming what is none. */
export function parseNumbers(text: string): readonly (readonly number[])[] {
  const rows = text
    .split(/[;\n]/)
    .map((row) => row.split(/[\s,]+/).filter((word) => word !== ''))
    .filter((row) => row.length > 0);
  return rows.map((row) =>
    row.map((word) => {
      const value = Number(word);
      if (Number.isFinite(value)) return value;
      throw new AppError({
        code: 'invalid-argument',
        message: `invalid numbers: ${word} (must be a finite number)`,
        hint: 'numbers apart by blanks, rows by ;',
      });
    }),
  );
}
