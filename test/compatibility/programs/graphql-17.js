import { buildSchema, graphql } from 'graphql-17';

const schema = buildSchema('type Query { items: [String] }');

export class Workflow {
  async start() {
    return graphql({ schema, rootValue: { items: ['A', 'B'] }, source: '{ items }' });
  }
}
