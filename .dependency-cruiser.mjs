/**
 * The import rules of the house, enforced. What each folder may know is part of the design: the core stays pure, a
 * handler never wires, the gateway never reaches into a function.
 */
const io =
  '^(node:)?(fs|fs/promises|net|tls|http|https|http2|dgram|dns|child_process|cluster|worker_threads|process|os|readline)$';
const clouds = '(^|/)node_modules/(@aws-sdk|@middy|mqtt)/';

const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbid(
      'core-is-pure-of-io',
      { path: '^core/', pathNot: '^core/contracts/export/' },
      { path: io, dependencyTypes: ['core'] },
      'data in, data out',
    ),
    forbid('core-is-pure-of-clouds', { path: '^core/' }, { path: clouds }, 'no SDK, no middleware, no broker client'),
    forbid(
      'core-knows-only-itself',
      { path: '^core/' },
      { path: '^(functions|edge|infra|cli|local|console|bench)/' },
      'everything may import the core; it imports nobody',
    ),
    forbid(
      'function-knows-no-other-function',
      { path: '^functions/([^/]+)/', pathNot: '^functions/(adapters|http)/' },
      { path: '^functions/', pathNot: '^functions/($1|adapters|http)/' },
      'functions speak through events and tables',
    ),
    forbid(
      'functions-stay-in-the-cloud',
      { path: '^functions/' },
      { path: '^(edge|infra|cli|local|console|bench)/' },
      'what runs on site is not theirs',
    ),
    forbid(
      'handler-wires-nothing',
      { path: '^functions/[^/]+/handler\\.ts$' },
      { path: '(^functions/adapters/|node_modules/@aws-sdk/)', dependencyTypesNot: ['type-only'] },
      'only container.ts wires',
    ),
    forbid(
      'edge-stays-on-site',
      { path: '^edge/' },
      { path: '^(functions|infra|cli|local|console|bench)/' },
      'the gateway runs without the cloud',
    ),
    forbid(
      'edge-clouds-in-adapters',
      { path: '^edge/', pathNot: '^edge/adapters/' },
      { path: clouds },
      'SDKs and brokers only in edge/adapters',
    ),
    forbid(
      'infra-runs-no-function',
      { path: '^infra/' },
      { path: '^(functions|edge|cli|local|console|bench)/', dependencyTypesNot: ['type-only'] },
      'types of functions/*/config only',
    ),
    forbid(
      'product-knows-no-simulation',
      { path: '^(core|functions|edge|infra|console)/' },
      { path: '^(local|test)/' },
      'the simulated hospital is outside',
    ),
    forbid(
      'no-circles',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
      'a circle hides who knows whom',
    ),
    forbid('no-unresolved', {}, { couldNotResolve: true }, 'an import that leads nowhere'),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(cdk\\.out|\\.local)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
