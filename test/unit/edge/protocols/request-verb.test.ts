import { describe, expect, it } from 'vitest';
import { verbOf } from '../../../../edge/protocols/http/request-verb.ts';

const fhir = (method: string, target: string): string => {
  const verb = verbOf(method, target, 'fhir');
  return verb.ok ? verb.value : verb.code;
};

describe('the verb of a FHIR request', () => {
  it.each([
    ['GET', '/metadata', 'fhir:capabilities'],
    ['OPTIONS', '/', 'fhir:capabilities'],
    ['GET', '/fhir/Patient/1', 'fhir:read'],
    ['HEAD', '/fhir/r4/Patient/1', 'fhir:read'],
    ['GET', '/Patient/1/_history/2', 'fhir:vread'],
    ['GET', '/Patient/1/_history', 'fhir:history-instance'],
    ['GET', '/Patient/_history', 'fhir:history-type'],
    ['GET', '/_history', 'fhir:history-system'],
    ['GET', '/Observation?code=http://loinc.org|8867-4', 'fhir:search-type'],
    ['POST', '/Observation/_search', 'fhir:search-type'],
    ['GET', '/Patient/1/Observation', 'fhir:search-type'],
    ['POST', '/_search', 'fhir:search-system'],
    ['GET', '/?_type=Patient', 'fhir:search-system'],
    ['POST', '/Observation', 'fhir:create'],
    ['PUT', '/Observation/1', 'fhir:update'],
    ['PUT', '/Observation?identifier=x', 'fhir:update'],
    ['PATCH', '/Observation/1', 'fhir:patch'],
    ['DELETE', '/Observation/1', 'fhir:delete'],
    ['DELETE', '/Observation?status=entered-in-error', 'fhir:delete'],
    ['POST', '/', 'fhir:batch'],
    ['POST', '/Patient/1/$everything', 'fhir:operation'],
    ['GET', '/Group/1/$export', 'fhir:export'],
    ['GET', '/$export', 'fhir:export'],
  ])('%s %s is %s', (method, target, verb) => expect(fhir(method, target)).toBe(verb));

  it.each([
    ['DELETE', '/Observation'],
    ['PUT', '/'],
    ['TRACE', '/Patient/1'],
    ['GET', '/Patient/1/nonsense'],
    ['DELETE', '/Patient/1/_history/2'],
    ['DELETE', '/$export'],
    ['POST', '/Patient/$everything/1'],
  ])('%s %s is no interaction', (method, target) => expect(fhir(method, target)).toBe('verb-unknown'));
});

describe('a target that two servers could read differently', () => {
  it.each([
    'http://other/Patient/1',
    '*',
    '/Patient/../Observation/1',
    '/Patient/%2e%2e/Observation',
    '/Patient%2F1',
    '/Patient/1%00',
    '/Patient//1',
    '/Patient/1\\2',
    '/Patient/1#fragment',
    '/Patiént',
  ])('%s is refused', (target) => expect(fhir('GET', target)).toBe('request-ambiguous'));
});

it('is the method where the resource is no FHIR server', () => {
  expect(verbOf('POST', '/any/path', 'device-service')).toMatchObject({ ok: true, value: 'http:POST' });
});
