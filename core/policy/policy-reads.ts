/**
 * Which attributes a policy reads. A request needs to carry no others, and what is not carried is not paid for: most of
 * the cost of an evaluation is turning the request into Cedar values.
 */
import type { Expr, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';

/** `null`: a record is used as a whole, so everything must be there. Else the names that are read, of whatever entity or record. */
export type AttributeNames = ReadonlySet<string> | null;

/** Attributes of the schema that are records: read by themselves, they stand for all their members. */
const RECORDS: ReadonlySet<string> = new Set(['subject', 'environment', 'object', 'authentication', 'path']);

type Node = Expr | Expr[] | Record<string, unknown> | string | number | boolean | null | undefined;

const isAccess = (node: object): node is { '.': { left: Node; attr: string } } => '.' in node;
const isPresence = (node: object): node is { has: { left: Node; attr: string | string[] } } => 'has' in node;
const isRecord = (node: object): node is { Record: Record<string, Node> } => 'Record' in node;
const isVariable = (node: object): node is { Var: string } => 'Var' in node;

const isContext = (node: Node): boolean =>
  typeof node === 'object' && node !== null && isVariable(node) && node.Var === 'context';

/** No attribute of the schema is called so. */
const EVERYTHING = '*';

class Reader {
  readonly #names = new Set<string>();

  /** @param base whether the value is only looked into, not used itself */
  read(node: Node, base = false): void {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      for (const item of node) this.read(item);
    } else if (isAccess(node)) {
      this.#readAttributes(node['.'].left, [node['.'].attr], base);
    } else if (isPresence(node)) {
      this.#readAttributes(node.has.left, [node.has.attr].flat(), true);
    } else if (isRecord(node)) {
      for (const member of Object.values(node.Record)) this.read(member);
    } else if (!('Value' in node)) {
      if (isContext(node) && !base) this.#names.add(EVERYTHING);
      for (const member of Object.values(node)) this.read(member as Node);
    }
  }

  found(): AttributeNames {
    return this.#names.has(EVERYTHING) ? null : this.#names;
  }

  #readAttributes(left: Node, attributes: readonly string[], base: boolean): void {
    for (const attribute of attributes) this.#names.add(attribute);
    const last = attributes.at(-1);
    if (!base && last !== undefined && RECORDS.has(last)) this.#names.add(EVERYTHING);
    this.read(left, true);
  }
}

export function attributesRead(policy: PolicyJson): AttributeNames {
  const reader = new Reader();
  for (const { body } of policy.conditions) reader.read(body);
  return reader.found();
}

/** What several policies read together. */
export function joinReads(all: readonly AttributeNames[]): AttributeNames {
  const names = new Set<string>();
  for (const reads of all) {
    if (reads === null) return null;
    for (const name of reads) names.add(name);
  }
  return names;
}
