/**
 * Which session must be judged next: a binary heap by deadline. Changed and removed sessions leave entries behind that
 * are skipped when they come to the top, so every operation costs a logarithm at most.
 */
interface Entry {
  readonly id: string;
  readonly deadlineMs: number;
}

/** Entries left behind are swept out when they outnumber the live ones by this factor. */
const SWEEP_FACTOR = 4;
const SWEEP_FROM = 1024;

export class DeadlineQueue {
  #heap: Entry[] = [];
  readonly #deadlines = new Map<string, number>();

  set(id: string, deadlineMs: number): void {
    if (this.#deadlines.get(id) === deadlineMs) return;
    this.#deadlines.set(id, deadlineMs);
    this.#push({ id, deadlineMs });
    if (this.#heap.length > SWEEP_FROM && this.#heap.length > SWEEP_FACTOR * this.#deadlines.size) this.#sweep();
  }

  delete(id: string): void {
    this.#deadlines.delete(id);
  }

  /** The earliest deadline, or null when nothing waits. */
  next(): Entry | null {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#deadlines.get(top.id) === top.deadlineMs) return top;
      this.#pop();
    }
    return null;
  }

  /** Ids whose deadline has come, earliest first. They stay in the queue until set anew or deleted. */
  due(nowMs: number): string[] {
    const due: Entry[] = [];
    for (let top = this.next(); top !== null && top.deadlineMs <= nowMs; top = this.next()) {
      due.push(top);
      this.#pop();
    }
    for (const entry of due) this.#push(entry);
    return [...new Set(due.map(({ id }) => id))];
  }

  #sweep(): void {
    this.#heap = [];
    for (const [id, deadlineMs] of this.#deadlines) this.#push({ id, deadlineMs });
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.deadlineMs <= entry.deadlineMs) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const child = this.#earlierChild(index);
      const below = heap[child];
      if (below === undefined || below.deadlineMs >= last.deadlineMs) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }

  #earlierChild(index: number): number {
    const [left, right] = [2 * index + 1, 2 * index + 2];
    const [leftMs, rightMs] = [this.#heap[left]?.deadlineMs, this.#heap[right]?.deadlineMs];
    return leftMs !== undefined && rightMs !== undefined && rightMs < leftMs ? right : left;
  }
}
