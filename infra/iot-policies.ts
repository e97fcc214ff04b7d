/**
 * What IoT Core lets a device and a gateway do: connect under the own thing name and speak on the own topics.
 * IoT Core takes documents of at most 2,048 characters.
 */
export interface PolicyScope {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** Sites by name, or the `site` attribute of whichever thing connects. */
  readonly sites: readonly string[] | 'thing-attribute';
}

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: string[];
  readonly Condition?: Record<string, Record<string, string>>;
}
export interface IotPolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: Statement[];
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IoT Core, filled in there
const THING = '${iot:Connection.Thing.ThingName}';
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IoT Core, filled in there
const SITE_ATTRIBUTE = '${iot:Connection.Thing.Attributes[site]}';
/** The certificate is attached to the thing whose name the client gives: nobody connects as someone else. */
const OWN_THING = { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } };

export const devicePolicy = (scope: PolicyScope): IotPolicyDocument =>
  document(connect(scope), ...ownTopics(scope, 'd', ['posture'], ['command']));

export const gatewayPolicy = (scope: PolicyScope): IotPolicyDocument =>
  document(
    connect(scope),
    ...ownTopics(scope, 'g', ['flows', 'sessions', 'audit', 'health', 'evidence'], ['head', 'state', 'command']),
  );

/**
 * For quarantined devices, beside their own policy: posture out and commands in stay, all else is denied, whatever
 * other policies may give one day.
 */
export function remediationPolicy(scope: PolicyScope): IotPolicyDocument {
  const all = (type: string, pattern: string) => arn(scope, type, pattern);
  return document(connect(scope), ...ownTopics(scope, 'd', ['posture'], ['command']), {
    Effect: 'Deny',
    Action: ['iot:Publish', 'iot:Subscribe', 'iot:Receive', 'iot:RetainPublish'],
    Resource: ['topic', 'topicfilter'].flatMap((type) => [all(type, '$aws/*'), all(type, 'vg/1/*/g/*')]),
  });
}

const document = (...statements: Statement[]): IotPolicyDocument => ({ Version: '2012-10-17', Statement: statements });

const arn = ({ partition, region, account }: PolicyScope, type: string, name: string): string =>
  `arn:${partition}:iot:${region}:${account}:${type}/${name}`;

const connect = (scope: PolicyScope): Statement => ({
  Effect: 'Allow',
  Action: 'iot:Connect',
  Resource: [arn(scope, 'client', THING)],
  Condition: OWN_THING,
});

function ownTopics(scope: PolicyScope, kind: 'd' | 'g', up: readonly string[], down: readonly string[]): Statement[] {
  const sites = scope.sites === 'thing-attribute' ? [SITE_ATTRIBUTE] : scope.sites;
  const each = (type: string, names: readonly string[]): string[] =>
    sites.flatMap((site) => names.map((name) => arn(scope, type, `vg/1/${site}/${kind}/${THING}/${name}`)));
  return [
    { Effect: 'Allow', Action: 'iot:Publish', Resource: each('topic', up) },
    { Effect: 'Allow', Action: 'iot:Receive', Resource: each('topic', down) },
    { Effect: 'Allow', Action: 'iot:Subscribe', Resource: each('topicfilter', down) },
  ];
}
