import assert from 'node:assert/strict';
import { it } from 'node:test';
import { writtenFields } from '../../../web/directive/rule-fields.ts';

it('shows a rule with the keys and values of its file, pairs on one line', () => {
  const fields = writtenFields({
    ...{ name: 'A login fails', type: 'PluginRule', stage: 1, plugin_id: 4003, plugin_sid: [1, 5] },
    ...{ occurrence: 1, from: '!HOME_NET', to: 'HOME_NET', port_to: '22', protocol: '' },
  });
  assert.deepEqual(
    fields.map(({ keys, values }) => `${keys} = ${values}`),
    [
      'plugin_id, plugin_sid = 4003, [1, 5]',
      'occurrence = 1',
      'from, to = !HOME_NET, HOME_NET',
      'port_to = 22',
      'protocol = ""',
    ],
  );
});
