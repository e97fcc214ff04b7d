/** Names that two stacks must agree on without waiting for each other. */
export const THING_TYPES = { device: 'vitalgate-device', gateway: 'vitalgate-gateway' } as const;
export const IOT_POLICIES = {
  device: 'vitalgate-device',
  gateway: 'vitalgate-gateway',
  remediation: 'vitalgate-remediation-only',
} as const;
export const REMEDIATION_GROUP = 'vitalgate-remediation';
export const PROVISIONING_TEMPLATE = 'vitalgate-device';
/** What a gateway's own tokens name as their audience. */
export const GATEWAY_AUDIENCE = 'vitalgate-gateway-api';
/** Id of the HTTP API where the endpoint lets it be chosen; on AWS it is AWS that names it. */
export const LOCAL_API_ID = 'vitalgate';
export const EVENT_SOURCE = 'vitalgate';
