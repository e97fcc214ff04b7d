/** The one door for HTTP: who may come in is decided before any function of ours runs. */
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  CfnApi,
  HttpApi,
  HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpJwtAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { deploymentValue } from '../constructs/deployment-value.ts';
import type { ServiceFunction } from '../constructs/service-function.ts';
import { LOCAL_API_ID } from '../names.ts';
import type { Settings } from '../settings.ts';
import type { HttpFunctions } from './engine-stack.ts';

export interface ApiStackProps extends StackProps {
  readonly settings: Settings;
  readonly functions: HttpFunctions;
  readonly encryptionKey: IKey;
}

/** A gateway's token lives for a minute; half of that is how long an answer about it may be reused. */
const AUTHORIZER_CACHE = Duration.seconds(30);
const REQUESTS_PER_SECOND = 200;
const BURST = 400;

export class ApiStack extends Stack {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { functions, settings } = props;
    this.api = new HttpApi(this, 'Api', {
      description: 'Vitalgate: enrolment, administration, decisions, gateways',
      createDefaultStage: false,
    });
    if (settings.local) this.chooseId();
    this.addStage(props.encryptionKey);
    const people = this.peopleAuthorizer(settings);
    const gateways = new HttpLambdaAuthorizer('Gateways', functions.gatewayAuthorizer.handler, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      resultsCacheTtl: AUTHORIZER_CACHE,
      identitySource: ['$request.header.Authorization'],
    });
    this.route('Enrolment', functions.enrolment, [[HttpMethod.POST, '/v1/enrolments']]);
    this.route('Gateway', functions.policyAdministrator, [[HttpMethod.GET, '/v1/gateway/{proxy+}']], gateways);
    this.route(
      'Decisions',
      functions.policyEngine,
      [
        [HttpMethod.POST, '/access/v1/evaluation'],
        [HttpMethod.POST, '/access/v1/evaluations'],
      ],
      people,
    );
    this.route('Metadata', functions.policyEngine, [[HttpMethod.GET, '/.well-known/authzen-configuration']]);
    this.route('Administration', functions.adminApi, [[HttpMethod.ANY, '/v1/{proxy+}']], people);
    this.route('Published', functions.adminApi, [
      [HttpMethod.GET, '/v1/keys'],
      [HttpMethod.GET, '/openapi.json'],
    ]);
    new CfnOutput(this, 'ApiId', { value: this.api.apiId });
    new CfnOutput(this, 'ApiEndpoint', { value: this.api.apiEndpoint });
  }

  private peopleAuthorizer(settings: Settings): IHttpRouteAuthorizer {
    const issuer = deploymentValue(this, 'Issuer', {
      given: settings.issuer,
      description: 'OIDC issuer of the people who administer; its tokens carry vitalgate:roles and vitalgate:site',
      allowedPattern: '^https://.+$',
    });
    return new HttpJwtAuthorizer('People', issuer, { jwtAudience: [settings.audience] });
  }

  /** The endpoint takes the id from a tag, so the address is the same after a fresh start. */
  private chooseId(): void {
    const { defaultChild } = this.api.node;
    if (defaultChild instanceof CfnApi) defaultChild.tags.setTag('ms-custom-id', LOCAL_API_ID);
  }

  private addStage(encryptionKey: IKey): void {
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.THIRTEEN_MONTHS,
      encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: REQUESTS_PER_SECOND, burstLimit: BURST },
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog) },
    });
  }

  /** Without an authorizer a route is open: its function authenticates by the claim, or answers what anyone may know. */
  private route(
    id: string,
    service: ServiceFunction,
    routes: readonly (readonly [HttpMethod, string])[],
    authorizer?: IHttpRouteAuthorizer,
  ): void {
    const integration = new HttpLambdaIntegration(id, service.handler);
    for (const [method, path] of routes)
      this.api.addRoutes({ path, methods: [method], integration, ...(authorizer === undefined ? {} : { authorizer }) });
  }
}
