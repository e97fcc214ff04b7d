/** cdk-nag over the whole application: a finding that nobody has acknowledged in writing fails synthesis. */
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks } from 'cdk-nag';
import { acknowledgeFindings } from './nag-acknowledgements.ts';
import type { Settings } from './settings.ts';
import type { Vitalgate } from './vitalgate.ts';

export function checkWithNag(app: App, vitalgate: Vitalgate, settings: Settings): void {
  acknowledgeFindings(app, vitalgate, settings);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new HIPAASecurityChecks(app));
}
