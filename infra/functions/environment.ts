/** The variables functions share, by what they name. */
import type { EngineParts } from './parts.ts';

type Environment = Readonly<Record<string, string>>;

export const tableNames = ({ data }: EngineParts) =>
  ({
    identity: { IDENTITY_TABLE: data.tables.identity.tableName },
    trust: { TRUST_TABLE: data.tables.trust.tableName },
    policy: { POLICY_TABLE: data.tables.policy.tableName },
    audit: { AUDIT_TABLE: data.tables.audit.tableName },
    session: { SESSION_TABLE: data.tables.session.tableName },
  }) as const satisfies Record<string, Environment>;

export const siteIds = ({ settings }: EngineParts): Environment => ({ SITE_IDS: settings.sites.join(',') });

/** Where the API answers, for the documents that name it; without it they name the host that was asked. */
export const apiBaseUrl = ({ settings }: EngineParts): Environment =>
  settings.apiBaseUrl === undefined ? {} : { API_BASE_URL: settings.apiBaseUrl };

/** What every function needs that commits to a site's ledger. */
export const ledger = (parts: EngineParts): Environment => {
  const tables = tableNames(parts);
  return {
    ...tables.identity,
    ...tables.trust,
    ...tables.policy,
    ...tables.audit,
    STATE_SIGNING_KEY: parts.pki.stateKey.keyArn,
  };
};

export const issuingAuthorities = ({ pki }: EngineParts): Environment => ({
  DEVICE_CA_PEM: pki.certificates.device,
  GATEWAY_CA_PEM: pki.certificates.gateway,
  RESOURCE_CA_PEM: pki.certificates.resource,
});
