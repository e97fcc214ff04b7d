import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { IoTClient, UpdateCertificateCommand } from '@aws-sdk/client-iot';
import { KMSClient, ListAliasesCommand, SignCommand } from '@aws-sdk/client-kms';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrokerDevice, connect, deviceRegistrar, isCutOff } from '../fixtures/broker-device.ts';
import { startTestEndpoint, type TestEndpoint } from '../fixtures/local-endpoint.ts';

let endpoint: TestEndpoint;

beforeAll(async () => {
  endpoint = await startTestEndpoint();
});
afterAll(async () => {
  await endpoint?.stop();
});

describe('the role of a function', () => {
  const LEDGER = ['AdminApi', 'Enrolment', 'PolicyAdministrator', 'PostureAnalyzer', 'TrustEvaluator'];
  const ISSUERS = ['Enrolment', 'CertificateAuthority'];
  const MAY_SIGN: Readonly<Record<string, readonly string[]>> = {
    state: LEDGER,
    audit: ['AuditWriter'],
    'root-ca': ['CertificateAuthority'],
    'device-ca': ISSUERS,
    'gateway-ca': ISSUERS,
    'resource-ca': ISSUERS,
  };
  const FUNCTIONS = [
    ...LEDGER,
    'AuditWriter',
    'CertificateAuthority',
    'GatewayAuthorizer',
    'OutboxRelay',
    'PolicyEngine',
    'ProvisioningHook',
    'SessionRecorder',
  ];

  const keyIds = new Map<string, string>();
  beforeAll(async () => {
    const { Aliases = [] } = await new KMSClient(endpoint.clientOptions()).send(new ListAliasesCommand({}));
    for (const { AliasName = '', TargetKeyId = '' } of Aliases) keyIds.set(AliasName, TargetKeyId);
  });

  const sign = async (kms: KMSClient, key: string): Promise<string> => {
    const command = new SignCommand({
      KeyId: keyIds.get(`alias/vitalgate/${key}`),
      Message: Buffer.from('what someone would like to have signed'),
      SigningAlgorithm: 'ECDSA_SHA_256',
    });
    return kms.send(command).then(
      () => 'signed',
      (cause: unknown) => (cause instanceof Error ? cause.name : 'unknown'),
    );
  };

  it.each(FUNCTIONS)('%s signs with the keys it needs and is denied every other', async (name) => {
    const kms = new KMSClient(endpoint.clientOptions(await endpoint.roleOf(name)));
    const outcome: Record<string, string> = {};
    for (const key of Object.keys(MAY_SIGN)) outcome[key] = await sign(kms, key);
    expect(outcome).toEqual(
      Object.fromEntries(
        Object.entries(MAY_SIGN).map(([key, holders]) => [
          key,
          holders.includes(name) ? 'signed' : 'AccessDeniedException',
        ]),
      ),
    );
  });

  const tableNamed = async (part: string): Promise<string> => {
    const { TableNames = [] } = await new DynamoDBClient(endpoint.clientOptions()).send(new ListTablesCommand({}));
    return TableNames.find((name) => name.startsWith(`vitalgate-data-${part}`)) ?? '';
  };

  it('GatewayAuthorizer reads identities and is denied writing one', async () => {
    const table = await tableNamed('Identity');
    const client = new DynamoDBClient(endpoint.clientOptions(await endpoint.roleOf('GatewayAuthorizer')));
    const Key = { pk: { S: 'SITE#north' }, sk: { S: 'ENTITY#device#north:nobody' } };
    await expect(client.send(new GetItemCommand({ TableName: table, Key }))).resolves.toBeDefined();
    await expect(client.send(new PutItemCommand({ TableName: table, Item: Key }))).rejects.toThrow(/not authorized/);
  });

  it('SessionRecorder is denied the trust table', async () => {
    const table = await tableNamed('Trust');
    const client = new DynamoDBClient(endpoint.clientOptions(await endpoint.roleOf('SessionRecorder')));
    const Key = { pk: { S: 'SITE#north' }, sk: { S: 'LEDGER' } };
    await expect(client.send(new GetItemCommand({ TableName: table, Key }))).rejects.toThrow(/not authorized/);
  });
});

describe('the broker', () => {
  let own: BrokerDevice;
  let other: BrokerDevice;
  const clients: MqttClient[] = [];

  beforeAll(async () => {
    const register = await deviceRegistrar(endpoint);
    own = await register('north:pump-1');
    other = await register('north:pump-2');
  });
  afterAll(() => {
    for (const client of clients) client.end(true);
  });

  const connected = async (device: BrokerDevice): Promise<MqttClient> => {
    const client = await connect(endpoint, device);
    if (client === undefined) throw new Error(`${device.id} was not let in`);
    clients.push(client);
    return client;
  };

  it('lets a device in under its own name, and on its own topics', async () => {
    const client = await connected(own);
    await expect(
      client.publishAsync('vg/1/north/d/north:pump-1/posture', 'not a report', { qos: 1 }),
    ).resolves.toBeDefined();
    const [granted] = await client.subscribeAsync('vg/1/north/d/north:pump-1/command', { qos: 1 });
    expect(granted?.qos).toBe(1);
  });

  it("refuses another device's client id", async () => {
    await expect(connect(endpoint, own, { clientId: other.id })).resolves.toBeUndefined();
  });

  it.each([
    ["another device's posture", 'vg/1/north/d/north:pump-2/posture'],
    ["its own posture at another site's topic", 'vg/1/south/d/north:pump-1/posture'],
    ["a gateway's evidence", 'vg/1/north/g/north:gw-1/evidence'],
    ['a command to itself', 'vg/1/north/d/north:pump-1/command'],
  ])('cuts off a device that publishes %s', async (_, topic) => {
    const client = await connected(own);
    const cut = isCutOff(client);
    client.publish(topic, 'x', { qos: 1 });
    await expect(cut).resolves.toBe(true);
  });

  it.each([
    ["another device's commands", 'vg/1/north/d/north:pump-2/command'],
    ['the state of a gateway', 'vg/1/north/g/north:gw-1/state'],
    ['everything', '#'],
  ])('grants no subscription to %s', async (_, filter) => {
    const client = await connected(own);
    const outcome = await Promise.race([
      client.subscribeAsync(filter, { qos: 1 }).then(
        (grants) => grants.some(({ qos }) => qos < 128),
        () => false,
      ),
      isCutOff(client).then(() => false),
    ]);
    expect(outcome).toBe(false);
  });

  it('refuses a certificate that is INACTIVE', async () => {
    const client = await connected(other);
    client.end(true);
    const iot = new IoTClient(endpoint.clientOptions());
    await iot.send(new UpdateCertificateCommand({ certificateId: other.certificateId, newStatus: 'INACTIVE' }));
    await expect(connect(endpoint, other)).resolves.toBeUndefined();
  });
});
