import { AppError } from '../../../core/protocol/outcome';

/**
 * Unpacks what Unix `compress` wrote (`.Z`): LZW with codes of 9 to 16 bits, least significant bit first (Welch 1984,
 * doi:10.1109/MC.1984.1659158). Codes are packed in groups of eight, so a change of code size skips the rest of its group.
 * Throws AppError `unreadable` when the codes make no sense or more than `limit` bytes come out.
 */
export function uncompressLzw(input: Uint8Array, limit: number): Uint8Array {
  const maxBits = input[2]! & 0x1f;
  const block = (input[2]! & 0x80) !== 0;
  if (input[0] !== 0x1f || input[1] !== 0x9d || maxBits < 9 || maxBits > 16) throw broken(0, 'the header is not that of compress(1)');
  const prefix = new Uint16Array(1 << maxBits);
  const suffix = new Uint8Array(1 << maxBits);
  const stack = new Uint8Array(1 << maxBits);
  for (let i = 0; i < 256; i++) suffix[i] = i;
  let out = new Uint8Array(Math.min(limit, Math.max(4096, input.length * 4)));
  let size = 0;
  let bits = 9;
  let free = block ? 257 : 256;
  let previous = -1;
  let first = 0;
  let groupStart = 3 * 8;
  let at = groupStart;
  const total = input.length * 8;
  const nextGroup = (): void => {
    const used = at - groupStart;
    const group = bits * 8;
    at = groupStart + Math.ceil(used / group) * group;
    groupStart = at;
  };
  while (at + bits <= total) {
    const byte = at >> 3;
    const word = input[byte]! | ((input[byte + 1] ?? 0) << 8) | ((input[byte + 2] ?? 0) << 16);
    let code = (word >> (at & 7)) & ((1 << bits) - 1);
    at += bits;
    if (block && code === 256) {
      nextGroup();
      bits = 9;
      free = 257;
      previous = -1;
      continue;
    }
    const incoming = code;
    let depth = 0;
    if (previous < 0) {
      if (code > 255) throw broken(byte, 'a code refers to nothing');
    } else if (code >= free) {
      if (code > free) throw broken(byte, 'a code refers to nothing');
      stack[depth++] = first;
      code = previous;
    }
    while (code >= 256) {
      stack[depth++] = suffix[code]!;
      code = prefix[code]!;
    }
    first = suffix[code]!;
    stack[depth++] = first;
    if (size + depth > out.length) {
      if (size + depth > limit)
        throw new AppError({ code: 'unreadable', message: `the file unpacks to more than ${limit} bytes`, hint: 'uncompress it first' });
      const grown = new Uint8Array(Math.min(limit, Math.max(out.length * 2, size + depth)));
      grown.set(out.subarray(0, size));
      out = grown;
    }
    while (depth > 0) out[size++] = stack[--depth]!;
    if (previous >= 0 && free < 1 << maxBits) {
      prefix[free] = previous;
      suffix[free] = first;
      free++;
      if (free === 1 << bits && bits < maxBits) {
        nextGroup();
        bits++;
      }
    }
    previous = incoming;
  }
  return out.subarray(0, size);
}

function broken(byte: number, why: string): AppError {
  return new AppError({ code: 'unreadable', message: `the compressed file is damaged at byte ${byte}: ${why}`, hint: 'fetch the file again' });
}
