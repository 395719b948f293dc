// A template for a look-up plugin of your own. Copy it into the folder that --plugin-dir (DSIEM_PLUGIN_DIR) names, and use it in an
// intel_*.json file with "plugin": "CompanyHosts" and, for instance, "config": "{\"url\":\"https://cmdb.example/host/${ip}\"}".
// docs/plugins.md describes each function.

export const plugin = {
  name: 'CompanyHosts',

  // 'IP' for intel_*.json, 'IP-Port' for vuln_*.json
  types: ['IP'],

  // What is wrong with a configuration, as sentences; an empty list when it can be used.
  check(config) {
    if (typeof config.url !== 'string' || !config.url.includes('${ip}')) {
      return ['url must be text that contains ${ip}'];
    }
    return [];
  },

  // Called once for each enabled source. It returns at once; what takes time belongs in lookUp.
  open({ name, config }) {
    return {
      async lookUp(term, { fetch }) {
        const answer = await fetch(config.url.replaceAll('${ip}', term.ip));
        if (answer.status === 404) return [];
        if (answer.status !== 200) throw new Error(`answered with status ${answer.status}`);
        const host = JSON.parse(answer.text);
        return [{ provider: name, term: term.text, result: `owner: ${host.owner}` }];
      },
    };
  },
};
