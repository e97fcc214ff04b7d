/** How a custom resource tells the deployment what became of it. */
export interface DeploymentAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  /** For whoever deploys. */
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: Readonly<Record<string, string>>;
}

export interface DeploymentAnswers {
  /** @throws when nobody took the answer */
  send(url: string, answer: DeploymentAnswer): Promise<void>;
}
