/**
 * What no clinical protocol has a word for, and what a machine must weigh most: changing a device, running a system,
 * a vendor's hand, data leaving in bulk, and doing something to a person's record.
 */
import { EVERY_PRINCIPAL, SYSTEMS, type VerbFamily } from './verb-family.ts';

export const MANAGEMENT_VERBS: readonly VerbFamily[] = [
  {
    family: 'device',
    principals: ['User', 'Application'],
    objects: ['Device'],
    verbs: {
      read: ['read-status', 'read-log'],
      control: ['start', 'stop', 'set-parameters', 'set-alarm-limits', 'push-drug-library', 'push-worklist'],
      administer: ['configure', 'update-firmware', 'restart', 'reset'],
    },
  },
  {
    family: 'admin',
    principals: ['User', 'Application'],
    objects: SYSTEMS,
    verbs: { administer: ['configure', 'restart', 'backup', 'restore', 'manage-certificates', 'open-shell'] },
  },
  {
    family: 'vendor',
    principals: ['User', 'Application'],
    objects: SYSTEMS,
    verbs: { vendor: ['remote-service', 'diagnose', 'update'] },
  },
  {
    family: 'export',
    principals: ['User', 'Application'],
    objects: SYSTEMS,
    verbs: { export: ['bulk-data', 'study', 'log'] },
  },
  {
    family: 'person',
    principals: EVERY_PRINCIPAL,
    objects: ['User'],
    verbs: {
      observe: ['alert', 'message'],
      read: ['read-profile'],
      administer: ['grant-role', 'revoke-role', 'reset-credential', 'disable'],
    },
  },
];
