// A writer of small IPv4 files in MaxMind's format, after its public specification.

class MmdbNode {
  left: unknown;
  right: unknown;
}

/** One block of an IPv4 file: its first address as octets, its prefix length, and the record. */
export interface MmdbEntry {
  readonly octets: readonly [number, number, number, number];
  readonly prefix: number;
  /** Texts, unsigned numbers and objects of them. */
  readonly record: object;
}

/** The bytes of a database with these blocks, none within another. */
export function buildMmdb(databaseType: string, entries: readonly MmdbEntry[]): Buffer {
  const root = new MmdbNode();
  for (const entry of entries) insert(root, entry);
  const nodes = listNodes(root);
  const data: Buffer[] = [];
  let dataLength = 0;
  const tree = Buffer.alloc(nodes.length * 6);
  const pointerTo = (child: unknown): number => {
    if (child === undefined) return nodes.length;
    if (child instanceof MmdbNode) return nodes.indexOf(child);
    const bytes = encode(child);
    data.push(bytes);
    dataLength += bytes.length;
    return nodes.length + 16 + dataLength - bytes.length;
  };
  for (const [index, node] of nodes.entries()) {
    tree.writeUIntBE(pointerTo(node.left), index * 6, 3);
    tree.writeUIntBE(pointerTo(node.right), index * 6 + 3, 3);
  }
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    database_type: databaseType,
    ip_version: 4,
    node_count: nodes.length,
    record_size: 24,
  });
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')]);
  return Buffer.concat([tree, Buffer.alloc(16), ...data, marker, metadata]);
}

function insert(root: MmdbNode, { octets, prefix, record }: MmdbEntry): void {
  let node = root;
  for (let depth = 0; depth < prefix; depth += 1) {
    const octet = octets[depth >> 3] ?? 0;
    const side = (octet >> (7 - (depth & 7))) & 1 ? 'right' : 'left';
    if (depth === prefix - 1) {
      node[side] = record;
      return;
    }
    const child = node[side];
    const next = child instanceof MmdbNode ? child : new MmdbNode();
    node[side] = next;
    node = next;
  }
}

function listNodes(root: MmdbNode): MmdbNode[] {
  const nodes = [root];
  for (const node of nodes) {
    for (const child of [node.left, node.right]) {
      if (child instanceof MmdbNode) nodes.push(child);
    }
  }
  return nodes;
}

const TEXT = 2;
const MAP = 7;
const UINT32 = 6;

function encode(value: unknown): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([control(TEXT, text.length), text]);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(UINT32, 4), bytes]);
  }
  if (typeof value !== 'object' || value === null) throw new TypeError('not a value of the format');
  const pairs = Object.entries(value);
  return Buffer.concat([
    control(MAP, pairs.length),
    ...pairs.flatMap(([key, item]) => [encode(key), encode(item)]),
  ]);
}

function control(type: number, size: number): Buffer {
  return size < 29 ? Buffer.from([(type << 5) | size]) : Buffer.from([(type << 5) | 29, size - 29]);
}
