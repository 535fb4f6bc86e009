import 'colors';

export class Workflow {
  async start() {
    return 'done'.green;
  }
}
