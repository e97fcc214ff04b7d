import { describe, expect, it } from 'vitest';
import {
  byText,
  LOCAL_CONTEXT,
  type SynthesisedApplication,
  synthesiseApplication,
} from '../fixtures/cloud-application.ts';

const application = await synthesiseApplication();
const routes = application.ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
const keysOf = (type: string): string[] =>
  routes.filter(({ AuthorizationType }) => AuthorizationType === type).map(({ RouteKey }) => String(RouteKey));

describe('the HTTP API', () => {
  it('leaves open only what needs no identity or gives one', () => {
    expect(keysOf('NONE').toSorted(byText)).toEqual([
      'GET /.well-known/authzen-configuration',
      'GET /openapi.json',
      'GET /v1/keys',
      'POST /v1/enrolments',
    ]);
  });

  it('asks people for a token of the issuer', () => {
    expect(keysOf('JWT').toSorted(byText)).toEqual([
      'ANY /v1/{proxy+}',
      'POST /access/v1/evaluation',
      'POST /access/v1/evaluations',
    ]);
  });

  it('asks gateways for a token signed with their own key', () => {
    expect(keysOf('CUSTOM')).toEqual(['GET /v1/gateway/{proxy+}']);
    const authorizers = application.ofType('AWS::ApiGatewayV2::Authorizer').map(([, { Properties }]) => Properties);
    expect(authorizers).toContainEqual(
      expect.objectContaining({
        AuthorizerType: 'REQUEST',
        EnableSimpleResponses: true,
        AuthorizerPayloadFormatVersion: '2.0',
        AuthorizerResultTtlInSeconds: 30,
        IdentitySource: ['$request.header.Authorization'],
      }),
    );
  });

  it('logs every request and limits their rate', () => {
    const [stage] = application.ofType('AWS::ApiGatewayV2::Stage').map(([, { Properties }]) => Properties);
    expect(stage).toMatchObject({
      AccessLogSettings: { DestinationArn: expect.anything() },
      DefaultRouteSettings: { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 },
    });
  });

  it('takes the issuer from the context, or asks for it at deployment', async () => {
    const issuerOf = (application: SynthesisedApplication) =>
      application
        .ofType('AWS::ApiGatewayV2::Authorizer')
        .find(([, { Properties }]) => 'JwtConfiguration' in Properties)?.[1].Properties['JwtConfiguration'];
    expect(issuerOf(application)).toEqual({ Audience: ['vitalgate'], Issuer: { Ref: 'Issuer' } });
    expect(issuerOf(await synthesiseApplication({ context: LOCAL_CONTEXT }))).toEqual({
      Audience: ['vitalgate'],
      Issuer: 'https://localhost:9400',
    });
  });
});
