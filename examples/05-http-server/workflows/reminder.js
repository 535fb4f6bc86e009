// Someone has signed up: remind them tomorrow. Until then the run is open, and DELETE cancels it.
export class Workflow {
  async start(person, headers, api) {
    await api.scheduleNextStep({ delay: '1 day', action: 'remind', payload: person });
  }

  async remind(person) {
    console.log('Reminding', person.name);
  }
}
