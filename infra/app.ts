/** The CDK application: `cdk synth` and `cdk deploy` run this file. */
import { App } from 'aws-cdk-lib';
import { bundleFunctions } from './constructs/function-bundle.ts';
import { checkWithNag } from './nag.ts';
import { environmentFrom, settingsFrom } from './settings.ts';
import { addVitalgate } from './vitalgate.ts';

await bundleFunctions();
const app = new App();
const settings = settingsFrom(app);
const vitalgate = addVitalgate(app, settings, environmentFrom(process.env));
checkWithNag(app, vitalgate, settings);
app.synth();
