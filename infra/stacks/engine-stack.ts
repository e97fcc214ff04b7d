/** The functions of the control plane, the queues in front of them and the bus between them. */
import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { deploymentValue } from '../constructs/deployment-value.ts';
import type { ServiceFunction } from '../constructs/service-function.ts';
import type { ServiceQueue } from '../constructs/service-queue.ts';
import { addAdminApi } from '../functions/admin-api.ts';
import { addAuditWriter } from '../functions/audit-writer.ts';
import { addEnrolment } from '../functions/enrolment.ts';
import { addGatewayAuthorizer } from '../functions/gateway-authorizer.ts';
import { addOutboxRelay } from '../functions/outbox-relay.ts';
import type { EngineParts } from '../functions/parts.ts';
import { addPolicyAdministrator } from '../functions/policy-administrator.ts';
import { addPolicyEngine } from '../functions/policy-engine.ts';
import { addPostureAnalyzer } from '../functions/posture-analyzer.ts';
import { addProvisioningHook } from '../functions/provisioning-hook.ts';
import { addSessionRecorder } from '../functions/session-recorder.ts';
import { addTrustEvaluator } from '../functions/trust-evaluator.ts';
import type { Settings } from '../settings.ts';
import type { DataStack } from './data-stack.ts';
import type { PkiStack } from './pki-stack.ts';

export interface EngineStackProps extends StackProps {
  readonly settings: Settings;
  readonly data: DataStack;
  readonly pki: PkiStack;
}

/** What comes up from the sites, each kind to the queue of its consumer. */
export interface IngestQueues {
  readonly posture: ServiceQueue;
  readonly evidence: ServiceQueue;
  readonly sessions: ServiceQueue;
  readonly audit: ServiceQueue;
}

/** What answers HTTP requests. */
export interface HttpFunctions {
  readonly enrolment: ServiceFunction;
  readonly policyAdministrator: ServiceFunction;
  readonly policyEngine: ServiceFunction;
  readonly adminApi: ServiceFunction;
  readonly gatewayAuthorizer: ServiceFunction;
}

export class EngineStack extends Stack {
  readonly ingest: IngestQueues;
  readonly http: HttpFunctions;
  readonly provisioningHook: ServiceFunction;
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, props: EngineStackProps) {
    super(scope, id, props);
    const { settings, data, pki } = props;
    this.bus = new EventBus(this, 'Bus', { description: 'What happened, for whoever wants to know' });
    this.bus.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const parts: EngineParts = { settings, data, pki, bus: this.bus, mqttEndpoint: this.mqttEndpoint(settings) };
    this.ingest = {
      posture: addPostureAnalyzer(this, parts).source,
      evidence: addTrustEvaluator(this, parts).source,
      sessions: addSessionRecorder(this, parts).source,
      audit: addAuditWriter(this, parts).source,
    };
    this.http = {
      enrolment: addEnrolment(this, parts),
      policyAdministrator: addPolicyAdministrator(this, parts),
      policyEngine: addPolicyEngine(this, parts),
      adminApi: addAdminApi(this, parts),
      gatewayAuthorizer: addGatewayAuthorizer(this, parts),
    };
    this.provisioningHook = addProvisioningHook(this, parts);
    addOutboxRelay(this, parts);
  }

  private mqttEndpoint(settings: Settings): string {
    return deploymentValue(this, 'MqttEndpoint', {
      given: settings.mqttEndpoint,
      description: 'mqtts://HOST:8883; HOST is what "aws iot describe-endpoint --endpoint-type iot:Data-ATS" answers',
      allowedPattern: '^mqtts://[A-Za-z0-9.-]+:[0-9]{1,5}$',
    });
  }
}
