import type { Alert } from '../../../core/model/table';
import type { SourceTable } from '../reader';
import { type Hdu, axesOf } from './hdu';

/** What is opened without being asked for. */
const MOST_IMAGES = 16;
const MOST_PIXELS = 2 ** 27;

interface Kept {
  readonly hdu: Hdu;
  readonly name: string;
  readonly tables: readonly SourceTable[];
  readonly planes: number;
}

/** The images of a file, until it is known what else is in it. */
export class ImageShelf {
  private readonly images: Kept[] = [];

  get names(): readonly string[] {
    return this.images.map((i) => i.name);
  }

  add(hdu: Hdu, name: string, { tables, planes }: { readonly tables: readonly SourceTable[]; readonly planes: number }): void {
    this.images.push({ hdu, name, tables, planes });
  }

  /**
   * Which images are opened: all of a file without tables, of each cube the first plane, as far as they are not too many; of a file with tables
   * only the one it begins with (it is among the `others`, and says so). The others are told of and can be asked for by name.
   */
  choose(hasTables: boolean): { readonly opened: SourceTable[]; readonly others: SourceTable[]; readonly remarks: Alert[] } {
    const opened: SourceTable[] = [];
    const others: SourceTable[] = [];
    const remarks: Alert[] = [];
    let pixels = 0;
    for (const { hdu, name, tables, planes } of this.images) {
      const [first, ...rest] = tables;
      if (!first) {
        remarks.push({ severity: 'info', message: notATable(hdu) });
        continue;
      }
      const wanted = hasTables ? hdu.index === 0 : opened.length === 0 || (opened.length < MOST_IMAGES && pixels + first.rows! <= MOST_PIXELS);
      others.push(...rest);
      if (wanted && hasTables) others.push({ ...first, isOpenedAlong: true });
      else if (wanted) {
        opened.push(first);
        pixels += first.rows!;
        if (planes > 1) remarks.push(aboutPlanes(hdu, name, first, tables, planes));
      } else {
        others.push(first);
        remarks.push(aboutOther(hdu, first));
      }
    }
    return { opened, others, remarks };
  }
}

const size = ({ image }: SourceTable): string => `${image!.width} × ${image!.height}`;

function aboutPlanes(hdu: Hdu, name: string, first: SourceTable, tables: readonly SourceTable[], planes: number): Alert {
  const reach = tables.length < planes ? ` (the first ${tables.length} can be opened)` : '';
  return {
    severity: 'info',
    message: `${name} (HDU ${hdu.index}) is a cube of ${planes} planes of ${size(first)} pixels, ${first.name} to ${tables.at(-1)!.name}: without a name the first is opened${reach}`,
    hint: `open another plane by its name (on the command line --table '${tables[1]!.name}')`,
  };
}

function aboutOther(hdu: Hdu, table: SourceTable): Alert {
  return { severity: 'info', message: notATable(hdu), hint: `open it by its name, ${table.name} (on the command line --table '${table.name}')` };
}

function notATable({ index, kind, header }: Hdu): string {
  return kind === 'image'
    ? `HDU ${index} is a ${axesOf(header)} image, not a table`
    : `HDU ${index} is a compressed ${axesOf(header, 'ZNAXIS')} image, not a table`;
}
