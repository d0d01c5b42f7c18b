import { isText } from './text/sniff';

interface Look {
  /** Continues the sentence that begins with the file's name. */
  readonly what: string;
  readonly hint: string;
}

const UNPACK = 'unpack it and open what is inside';
const CONVERT = 'convert it to FITS, Arrow or CSV';

const MAGIC: readonly (readonly [bytes: readonly number[] | string, at: number, look: Look])[] = [
  ['PAR1', 0, { what: 'looks like Parquet, which is not read yet', hint: CONVERT }],
  ['\x89HDF\r\n\x1a\n', 0, { what: 'looks like HDF5, which is not read', hint: CONVERT }],
  ['BZh', 0, { what: 'is compressed with bzip2', hint: 'unpack it with bunzip2 and open what is inside' }],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 0, { what: 'is compressed with xz', hint: 'unpack it with unxz and open what is inside' }],
  [[0x1f, 0x9d], 0, { what: 'is compressed with compress (.Z)', hint: 'unpack it with uncompress or gunzip and open what is inside' }],
  [[0x28, 0xb5, 0x2f, 0xfd], 0, { what: 'is compressed with zstd', hint: 'unpack it with unzstd and open what is inside' }],
  ['PK\x03\x04', 0, { what: 'is a zip archive (or an office or npz file)', hint: UNPACK }],
  ['7z\xbc\xaf', 0, { what: 'is a 7-Zip archive', hint: UNPACK }],
  ['ustar', 257, { what: 'is a tar archive', hint: 'unpack it with tar and open the files inside, together, as one table' }],
  ['\x93NUMPY', 0, { what: 'is a NumPy array', hint: CONVERT }],
  ['SQLite format 3', 0, { what: 'is an SQLite database', hint: CONVERT }],
  ['CDF\x01', 0, { what: 'looks like NetCDF, which is not read', hint: CONVERT }],
  ['%PDF', 0, { what: 'is a PDF document', hint: 'open a table instead' }],
  ['\x89PNG', 0, { what: 'is a PNG picture', hint: 'open a table instead' }],
  [[0xff, 0xd8, 0xff], 0, { what: 'is a JPEG picture', hint: 'open a table instead' }],
  ['FEA1', 0, { what: 'is a Feather file of version 1', hint: 'write it again as Feather version 2 (Arrow IPC)' }],
  ['\xff\xfe', 0, { what: 'is UTF-16 text', hint: 'save it as UTF-8' }],
  ['\xfe\xff', 0, { what: 'is UTF-16 text', hint: 'save it as UTF-8' }],
];

/** What a file that no reader takes looks like, in words. */
export function looksLike(head: Uint8Array, name: string): Look {
  for (const [magic, at, look] of MAGIC) {
    const bytes = typeof magic === 'string' ? [...magic].map((c) => c.charCodeAt(0)) : magic;
    if (bytes.every((b, i) => head[at + i] === b)) return look;
  }
  if (!isText(head)) return { what: 'is in a binary format that Skysift does not know', hint: CONVERT };
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 65536)).toString('latin1');
  return textLook(text, name);
}

function textLook(text: string, name: string): Look {
  if (/<VOTABLE\b/i.test(text)) return { what: 'is a VOTable, which is not read yet', hint: 'save it as FITS or CSV, with TOPCAT for example' };
  if (/^\s*<(!doctype html|html|head|body|table)\b/i.test(text)) return { what: 'is an HTML page', hint: 'save the table in it as CSV' };
  if (/^\s*<\?xml|^\s*<[a-z][\w:-]*[\s>]/i.test(text)) return { what: 'is an XML document', hint: CONVERT };
  if (/^\s*[{[]/.test(text) && /"/.test(text)) return { what: 'is a JSON document, not a table', hint: CONVERT };
  if (/\\begin\{|\\documentclass/.test(text)) return { what: 'is a LaTeX document', hint: 'save the table in it as CSV' };
  if (/Byte-by-byte Description/i.test(text) || /readme/i.test(name))
    return { what: 'is a description, not a table', hint: 'open the data files it describes: they are read with it when they lie beside it' };
  return {
    what: 'is text, but no rows of equally many cells are found in it',
    hint: 'open a table: CSV, TSV, blank-separated, ECSV, IPAC or CDS text',
  };
}
