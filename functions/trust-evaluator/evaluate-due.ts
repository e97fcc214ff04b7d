/** Judges those again for whom time alone has changed something. */
import { refKey, type SiteId } from '../../core/contracts/identifiers.ts';
import type { Container } from './container.ts';
import { judgeAgain } from './judge-again.ts';

/** As many as one look at the index takes, one round trip of reading, and a transaction each. */
const PAGE = 25;
/** The next minute goes on where this one stops. */
const MAX_PAGES = 40;

export async function evaluateDue(site: SiteId, container: Container): Promise<number> {
  const { reader, surroundings, log } = container;
  const handled = new Set<string>();
  for (let page = 0; page < MAX_PAGES; page++) {
    const due = await reader.due(site, surroundings.nowMs(), PAGE);
    const open = due.filter((ref) => !handled.has(refKey(ref)));
    if (open.length === 0) break;
    for (const ref of open) {
      handled.add(refKey(ref));
      try {
        await judgeAgain({ ref, cause: 'trust-reevaluated' }, container);
      } catch (cause) {
        // The others are due as well; this one stays due, and the next minute tries again.
        log.error('request-failed', cause, { subject: refKey(ref) });
      }
    }
  }
  return handled.size;
}
