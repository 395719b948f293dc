// The 54-bit digest that names alarms (DESIGN §1): the same log of inputs gives the same ids, on every machine.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const HALF_BITS = 27;

/** The 9-character id of the alarm whose backlog `sequence` opened, in the log named `epoch`. */
export function alarmId(epoch: string, directiveId: number, sequence: number): string {
  const text = `${epoch}/${String(directiveId)}/${String(sequence)}`;
  const high = digest(text, 0x9e3779b9) >>> (32 - HALF_BITS);
  const low = digest(text, 0x85ebca6b) >>> (32 - HALF_BITS);
  // Nine characters of six bits each, the middle one of both halves: 54 bits do not fit a double.
  return (
    letter(high >>> 21) +
    letter(high >>> 15) +
    letter(high >>> 9) +
    letter(high >>> 3) +
    letter((high << 3) | (low >>> 24)) +
    letter(low >>> 18) +
    letter(low >>> 12) +
    letter(low >>> 6) +
    letter(low)
  );
}

function letter(bits: number): string {
  return ALPHABET.charAt(bits & 63);
}

/** A 32-bit hash of the text's UTF-16 units, mixed until every input bit can change every output bit. */
function digest(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}
