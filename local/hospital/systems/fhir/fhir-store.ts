/**
 * Resources in memory, each with its last versions. Bounded: the oldest resource of a type gives way to a new one, as a
 * run of days must not fill the machine.
 */
import type { FhirContent, FhirResource, FhirType } from './resource-types.ts';

const MAX_RESOURCES_OF_A_TYPE = 5_000;
const MAX_VERSIONS = 8;

interface Entry {
  /** Oldest first; the last is current. */
  readonly versions: FhirResource[];
  version: number;
  deleted: boolean;
}

export class FhirStore {
  readonly #types = new Map<FhirType, Map<string, Entry>>();
  readonly #nowMs: () => number;
  #created = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  read(type: FhirType, id: string): FhirResource | 'gone' | undefined {
    const entry = this.#types.get(type)?.get(id);
    if (entry === undefined) return undefined;
    return entry.deleted ? 'gone' : entry.versions.at(-1);
  }

  /** Also of a deleted resource, while the version is kept. */
  readVersion(type: FhirType, id: string, version: string): FhirResource | undefined {
    return this.#types
      .get(type)
      ?.get(id)
      ?.versions.find(({ meta }) => meta.versionId === version);
  }

  create(content: FhirContent): FhirResource {
    const entries = this.#of(content.resourceType);
    let id: string;
    do {
      this.#created += 1;
      id = `${content.resourceType.toLowerCase()}-${this.#created}`;
    } while (entries.has(id));
    return this.put(content, id).resource;
  }

  /** The next version, or the first one under this id. */
  put(content: FhirContent, id: string): { readonly resource: FhirResource; readonly created: boolean } {
    const entries = this.#of(content.resourceType);
    const held = entries.get(id);
    const created = held === undefined || held.deleted;
    const entry = held ?? { versions: [], version: 0, deleted: false };
    entry.version += 1;
    entry.deleted = false;
    const meta = {
      ...content.meta,
      versionId: String(entry.version),
      lastUpdated: new Date(this.#nowMs()).toISOString(),
    };
    const resource: FhirResource = { ...content, id, meta };
    entry.versions.push(resource);
    if (entry.versions.length > MAX_VERSIONS) entry.versions.shift();
    if (held === undefined) this.#add(entries, id, entry);
    return { resource, created };
  }

  /** @returns false when there was nothing to delete */
  delete(type: FhirType, id: string): boolean {
    const entry = this.#types.get(type)?.get(id);
    if (entry === undefined || entry.deleted) return false;
    entry.deleted = true;
    entry.version += 1;
    return true;
  }

  /** Current resources, oldest first. */
  *all(type: FhirType): Generator<FhirResource> {
    for (const { deleted, versions } of this.#types.get(type)?.values() ?? []) {
      const current = versions.at(-1);
      if (!deleted && current !== undefined) yield current;
    }
  }

  #of(type: FhirType): Map<string, Entry> {
    const held = this.#types.get(type);
    if (held !== undefined) return held;
    const made = new Map<string, Entry>();
    this.#types.set(type, made);
    return made;
  }

  #add(entries: Map<string, Entry>, id: string, entry: Entry): void {
    entries.set(id, entry);
    if (entries.size <= MAX_RESOURCES_OF_A_TYPE) return;
    const oldest = entries.keys().next();
    if (!oldest.done) entries.delete(oldest.value);
  }
}
