/** The certificate this agent shows, so that a renewal that does not happen is seen before it is too late. */
import { timestamp } from '../../../core/contracts/identifiers.ts';
import type { AgentIdentity } from '../identity/stored-identity.ts';
import type { Collector } from './collector.ts';

export const createCertificateCollector = ({ leaf }: Pick<AgentIdentity, 'leaf'>): Collector<'certificate'> => ({
  factor: 'certificate',
  collect: () =>
    Promise.resolve({
      serial: leaf.serialNumber.toLowerCase(),
      notBefore: timestamp(leaf.validFromDate.getTime()),
      notAfter: timestamp(leaf.validToDate.getTime()),
    }),
});
