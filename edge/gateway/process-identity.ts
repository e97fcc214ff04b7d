/** What one process of a gateway is called in its records: the boot, and which worker of it. */
import type { EntityId, SiteId } from '../../core/contracts/identifiers.ts';

export interface ProcessIdentity {
  readonly site: SiteId;
  readonly gateway: EntityId;
  /** New at every start of this process: with a sequence number it names a record for ever. */
  readonly bootId: string;
  /** 0 for the only process or the primary. */
  readonly worker: number;
}

/** Audit writer: `GATEWAY/BOOT-WORKER`. */
export const auditWriterName = ({ gateway, bootId, worker }: ProcessIdentity): string =>
  `${gateway}/${bootId}-${worker}`;

/** Names this process's spool files. */
export const processName = ({ bootId, worker }: ProcessIdentity): string => `${bootId}-${worker}`;
