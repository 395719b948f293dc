// The Kubernetes examples against the schemas of Kubernetes, and for what schemas do not see.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Service } from 'kubernetes-models/v1/Service';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { readOptions } from '../../config/read-options.ts';

const folder = join(import.meta.dirname, '..', '..', 'packaging', 'kubernetes');
const MODELS = { ConfigMap, Deployment, PodDisruptionBudget, Service, StatefulSet };

const headSchema = z.object({
  kind: z.enum(['ConfigMap', 'Deployment', 'PodDisruptionBudget', 'Service', 'StatefulSet']),
  metadata: z.object({ name: z.string() }),
});
const anything = z.record(z.string(), z.unknown());
const labels = z.record(z.string(), z.string());
const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const workloadSchema = headSchema.extend({
  spec: z.object({
    serviceName: z.string().optional(),
    selector: z.object({ matchLabels: labels }),
    volumeClaimTemplates: z
      .array(z.object({ metadata: z.object({ name: z.string() }) }))
      .default([]),
    template: z.object({
      metadata: z.object({ labels }),
      spec: z.object({
        enableServiceLinks: z.literal(false),
        terminationGracePeriodSeconds: z.number().default(30),
        securityContext: z.object({ runAsNonRoot: z.literal(true), runAsUser: z.number().min(1) }),
        containers: z.tuple([
          z.object({
            image: z.string(),
            env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
            ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
            livenessProbe: probe,
            readinessProbe: probe,
            volumeMounts: z.array(z.object({ name: z.string() })).default([]),
          }),
        ]),
        volumes: z.array(z.object({ name: z.string() })).default([]),
      }),
    }),
  }),
});
const serviceSchema = headSchema.extend({
  spec: z.object({ selector: labels, ports: z.array(z.object({ targetPort: z.string() })) }),
});

const names = readdirSync(folder).filter((name) => name !== 'kustomization.yaml');
const resources: readonly unknown[] = names.flatMap((name) =>
  parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((document) => {
    const resource: unknown = document.toJS();
    return resource;
  }),
);
const heads = resources.map((resource) => headSchema.parse(resource));
const workloads = resources
  .filter((_, index) => ['Deployment', 'StatefulSet'].includes(heads[index]?.kind ?? ''))
  .map((resource) => workloadSchema.parse(resource));
const services = resources
  .filter((_, index) => heads[index]?.kind === 'Service')
  .map((resource) => serviceSchema.parse(resource));

function selects(
  selector: Readonly<Record<string, string>>,
  workload: (typeof workloads)[number],
): boolean {
  const { labels: own } = workload.spec.template.metadata;
  return Object.entries(selector).every(([name, value]) => own[name] === value);
}

describe('the Kubernetes examples', () => {
  for (const [index, { kind, metadata }] of heads.entries()) {
    it(`have a ${kind} ${metadata.name} that fits the schema`, () => {
      const resource = anything.parse(resources[index]);
      const model = new MODELS[kind](resource);
      model.validate();
      assert.throws(() => {
        new MODELS[kind](anything.parse({ ...resource, metadata: 'text' })).validate();
      });
    });
  }

  it('are all listed for kubectl apply -k', () => {
    const list: unknown = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8'));
    assert.deepEqual(
      z
        .object({ resources: z.array(z.string()) })
        .parse(list)
        .resources.sort(),
      names.sort(),
    );
  });

  it('select pods that exist, by ports that they have', () => {
    for (const { metadata, spec } of services) {
      const workload = workloads.find((candidate) => selects(spec.selector, candidate));
      assert.ok(workload !== undefined, metadata.name);
      const ports = workload.spec.template.spec.containers[0].ports.map(({ name }) => name);
      for (const { targetPort } of spec.ports) assert.ok(ports.includes(targetPort), metadata.name);
    }
    for (const workload of workloads) {
      assert.ok(selects(workload.spec.selector.matchLabels, workload), workload.metadata.name);
      const { serviceName } = workload.spec;
      assert.ok(
        serviceName === undefined || services.some(({ metadata }) => metadata.name === serviceName),
        workload.metadata.name,
      );
    }
  });

  it('probe with /healthz and /readyz, mount volumes that exist, and end later than the engine', () => {
    for (const { metadata, spec } of workloads.filter(isOurs)) {
      const { containers, volumes, terminationGracePeriodSeconds } = spec.template.spec;
      const [{ livenessProbe, readinessProbe, volumeMounts }] = containers;
      assert.equal(livenessProbe.httpGet.path, '/healthz', metadata.name);
      assert.equal(readinessProbe.httpGet.path, '/readyz', metadata.name);
      const templates = spec.volumeClaimTemplates.map((template) => template.metadata);
      const known = [...volumes, ...templates].map(({ name }) => name);
      assert.deepEqual(
        volumeMounts.filter(({ name }) => !known.includes(name)),
        [],
        metadata.name,
      );
      assert.ok(terminationGracePeriodSeconds > 35, metadata.name);
    }
  });

  it('give the program variables and values that it knows', () => {
    const [shared] = resources.filter((_, index) => heads[index]?.kind === 'ConfigMap');
    const { data } = z.object({ data: labels }).parse(shared);
    for (const { metadata, spec } of workloads.filter(isOurs)) {
      const own = spec.template.spec.containers[0].env.map(
        ({ name, value = metadata.name }): [string, string] => [name, value],
      );
      const read = readOptions({}, { ...data, ...Object.fromEntries(own) });
      assert.deepEqual(
        { faults: read.faults, warnings: read.warnings },
        { faults: [], warnings: [] },
      );
    }
  });
});

function isOurs({ spec }: (typeof workloads)[number]): boolean {
  return spec.template.spec.containers[0].image.startsWith('dsiem-ts:');
}
