/** What the site holds its devices to: reference values a model, narrowed verbs a category, known malware, one policy. */
import { existsSync, readFileSync } from 'node:fs';
import type { MalwareIndicator, ReferenceValues } from '../../core/contracts/bundle.ts';
import type { DeviceCategory } from '../../core/contracts/entities.ts';
import type { Verb } from '../../core/contracts/identifiers.ts';
import { parseOsRelease } from '../../edge/agent/collectors/operating-system.ts';
import { firmwareReference } from './device-files.ts';
import { DEVICES } from './inventory.ts';
import { MALWARE_SAMPLE_NAME, malwareSampleDigest } from './malware-sample.ts';

const OS_RELEASE = '/etc/os-release';

/**
 * One set a model. The operating system is this machine's: the simulated devices run on it, their agents read it, and the
 * system on which a model was approved is what it is held to.
 */
export function referenceValues(): readonly ReferenceValues[] {
  const models = new Map(DEVICES.map((device) => [`${device.category} ${device.model}`, device]));
  return [...models.values()].map((device) => ({
    category: device.category,
    model: device.model,
    operatingSystem: approvedSystem(),
    requiredProcesses: [],
    forbiddenProcesses: ['xmrig', 'kinsing'],
    files: [firmwareReference(device)],
    // Ports are those of the machine, which is not one device alone.
    allowedPorts: null,
    minimumTlsVersion: 'TLSv1.2',
  }));
}

function approvedSystem(): ReferenceValues['operatingSystem'] {
  if (!existsSync(OS_RELEASE)) return null;
  const fields = parseOsRelease(readFileSync(OS_RELEASE, 'utf8'));
  const [name, minimumVersion] = [fields.get('NAME'), fields.get('VERSION_ID')];
  return name === undefined || minimumVersion === undefined ? null : { name, minimumVersion };
}

/** What a restricted device keeps: what care cannot do without. */
export const NARROWED_VERBS: readonly { readonly category: DeviceCategory; readonly verbs: readonly Verb[] }[] = [
  { category: 'infusion-pump', verbs: ['tcp:connect'] },
  { category: 'patient-monitor', verbs: ['tcp:connect', 'fhir:create'] },
  { category: 'analyser', verbs: ['tcp:connect'] },
  { category: 'imaging', verbs: ['tcp:connect', 'fhir:search-type'] },
];

export const MALWARE_INDICATORS: readonly MalwareIndicator[] = [
  { sha256: malwareSampleDigest(), name: MALWARE_SAMPLE_NAME, family: 'virus' },
];

/** The shipped policies let imaging speak DICOM; this CT reads its worklist and tells of its studies over FHIR. */
export const SITE_POLICY = {
  id: '110-imaging-uses-fhir-worklist',
  cedar: `@id("110-imaging-uses-fhir-worklist")
@advice("Imaging reads orders and records its studies in FHIR servers that serve its ward.")
permit (
  principal is Vitalgate::Device,
  action in
    [Vitalgate::Action::"fhir:capabilities",
     Vitalgate::Action::"fhir:read",
     Vitalgate::Action::"fhir:search-type",
     Vitalgate::Action::"fhir:update"],
  resource is Vitalgate::Resource
)
when { principal.category == "imaging" }
when { resource.category == "fhir" }
when { principal in resource.groups };
`,
};
