/** Who may vouch for whom: keys in KMS, the authorities' certificates over them, and their registration with IoT Core. */
import { CustomResource, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnCACertificate } from 'aws-cdk-lib/aws-iot';
import type { Construct } from 'constructs';
import { ServiceFunction, seconds } from '../constructs/service-function.ts';
import { SigningKey } from '../constructs/signing-key.ts';
import { allowDataKey, SIGN } from '../functions/grants.ts';
import type { DataStack } from './data-stack.ts';

/** Else a deployment whose function could not answer would wait for an hour. */
const ANSWER_WITHIN = Duration.minutes(3);

export interface PkiStackProps extends StackProps {
  readonly data: DataStack;
}

export interface AuthorityCertificates {
  readonly root: string;
  readonly device: string;
  readonly gateway: string;
  readonly resource: string;
}

export class PkiStack extends Stack {
  readonly authorityKeys: Readonly<Record<keyof AuthorityCertificates, SigningKey>>;
  readonly stateKey: SigningKey;
  readonly auditKey: SigningKey;
  /** PEM, known when the stack has been deployed. */
  readonly certificates: AuthorityCertificates;
  readonly authorityFunction: ServiceFunction;

  constructor(scope: Construct, id: string, props: PkiStackProps) {
    super(scope, id, props);
    this.authorityKeys = {
      root: new SigningKey(this, 'RootKey', 'root-ca', 'Signs the three issuing authorities'),
      device: new SigningKey(this, 'DeviceKey', 'device-ca', 'Signs device certificates'),
      gateway: new SigningKey(this, 'GatewayKey', 'gateway-ca', 'Signs gateway certificates'),
      resource: new SigningKey(this, 'ResourceKey', 'resource-ca', 'Signs certificates of business systems'),
    };
    this.stateKey = new SigningKey(this, 'StateKey', 'state', 'Signs bundles, heads, updates and commands');
    this.auditKey = new SigningKey(this, 'AuditKey', 'audit', 'Signs audit checkpoints');
    this.authorityFunction = this.addAuthorityFunction(props.data);
    this.certificates = this.issueAuthorities();
    this.registerWithIot('DeviceAuthority', this.certificates.device);
    this.registerWithIot('GatewayAuthority', this.certificates.gateway);
  }

  private addAuthorityFunction({ bundles, encryptionKey }: DataStack): ServiceFunction {
    const issuing = new ServiceFunction(this, 'CertificateAuthority', {
      name: 'certificate-authority',
      description: 'Issues the certificates of the root and the issuing authorities at deployment',
      encryptionKey,
      environment: { BUNDLE_BUCKET: bundles.bucketName },
      timeout: seconds(60),
      memoryMegabytes: 512,
      concurrency: 1,
    });
    issuing.allow(SIGN, ...Object.values(this.authorityKeys).map((key) => key.keyArn));
    issuing.allow(['s3:GetObject', 's3:PutObject'], bundles.arnForObjects('pki/authorities.json'));
    issuing.allow(['s3:ListBucket'], bundles.bucketArn);
    allowDataKey(issuing, encryptionKey);
    return issuing;
  }

  private issueAuthorities(): AuthorityCertificates {
    const { root, device, gateway, resource } = this.authorityKeys;
    const issued = new CustomResource(this, 'Authorities', {
      resourceType: 'Custom::CertificateAuthorities',
      serviceTimeout: ANSWER_WITHIN,
      serviceToken: this.authorityFunction.handler.functionArn,
      properties: {
        RootKey: root.keyArn,
        DeviceKey: device.keyArn,
        GatewayKey: gateway.keyArn,
        ResourceKey: resource.keyArn,
      },
    });
    // The role's policy is a resource of its own: without it the function could be called before it may sign.
    issued.node.addDependency(this.authorityFunction.role);
    return {
      root: issued.getAttString('RootPem'),
      device: issued.getAttString('DevicePem'),
      gateway: issued.getAttString('GatewayPem'),
      resource: issued.getAttString('ResourcePem'),
    };
  }

  /** Devices name the server they dial (SNI), so the account that registers an authority need not prove it has the key. */
  private registerWithIot(id: string, certificatePem: string): void {
    new CfnCACertificate(this, id, {
      caCertificatePem: certificatePem,
      certificateMode: 'SNI_ONLY',
      status: 'ACTIVE',
      autoRegistrationStatus: 'DISABLE',
    });
  }
}
