/** The policies that things of a group are held to. Attaching twice, and detaching what is not attached, change nothing. */
export interface GroupPolicies {
  attach(policy: string, groupArn: string): Promise<void>;
  detach(policy: string, groupArn: string): Promise<void>;
}
