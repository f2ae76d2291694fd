/*
 * Plays the host for one widget: reads a scenario from stdin, runs the script's callbacks step by step, and writes what can be
 * seen after each step. Strict on purpose: whatever this host does not know does not exist. Markup of templates is not rendered
 * here; it leaves as a template's name with its values, between two NUL characters.
 */
'use strict';

const fs = require('node:fs');
const vm = require('node:vm');

/** An answer on its way, settled by a later step; handlers run at once, as those of jQuery 2 do. */
class Pending {
  constructor() {
    this.handlers = [];
    this.settled = null;
  }

  then(done, fail) {
    this.handlers.push([done, fail]);
    this.run();
    return this;
  }

  settle(isDone, value) {
    this.settled = [isDone, value];
    this.run();
  }

  run() {
    if (this.settled) {
      const [isDone, value] = this.settled;
      this.handlers.splice(0).forEach(([done, fail]) => (isDone ? done : fail)?.(value));
    }
  }
}

/** Members of the object, and an error for every other name. */
function strict(name, object) {
  return new Proxy(object, {
    get(target, key) {
      if (typeof key === 'string' && !(key in target)) {
        throw new Error(`${name}.${key} does not exist in this host`);
      }
      return target[key];
    },
  });
}

function rendered(name, values) {
  return `\u0000${JSON.stringify({ template: name, values })}\u0000`;
}

class Host {
  constructor(scenario) {
    this.scenario = scenario;
    this.block = null;
    this.inner = {};
    this.help = [];
    this.handlers = [];
    this.requests = [];
    this.pending = [];
    this.templates = [];
    this.returned = {};
    this.isReady = false;
    this.document = {};
  }

  ask(via, options) {
    const answer = new Pending();
    this.requests.push({ via, ...options });
    this.pending.push(answer);
    return answer;
  }

  jquery() {
    const host = this;
    const select = (what) => (what === host.document ? host.documentEvents() : host.selection(what));
    select.extend = Object.assign;
    select.ajax = (options) => host.ask('$.ajax', options);
    return strict('$', select);
  }

  documentEvents() {
    return strict('$(document)', {
      on: (event, selector, handler) => {
        const [name, ...namespace] = event.split('.');
        this.handlers.push({ name, namespace: namespace.join('.'), selector, handler });
      },
      off: (namespace) => {
        this.handlers = this.handlers.filter((one) => `.${one.namespace}` !== namespace);
      },
    });
  }

  selection(selector) {
    const isThere = this.block !== null && this.block.includes(selector.slice(1));
    return strict(`$('${selector}')`, {
      html: (markup) => {
        if (isThere) {
          this.inner[selector] = markup;
        }
      },
    });
  }

  modalBody() {
    const host = this;
    return strict('$modal_body', {
      find: (selector) => ({
        remove: () => {
          host.help = host.help.filter((markup) => !markup.includes(selector.slice(1)));
        },
      }),
      prepend: (markup) => host.help.unshift(markup),
    });
  }

  /** The base class: what the host delivers after the constructor is an error inside of it. */
  widgetClass() {
    const host = this;
    const { scenario } = this;
    const delivered = (value) => {
      if (!host.isReady) {
        throw new Error('translations and settings arrive after the constructor');
      }
      return value;
    };
    return class Widget {
      system() { return delivered({ area: scenario.area, amouser_id: 1, amouser: 'manager@example.com' }); }
      get_settings() { return delivered(scenario.settings); }
      get_version() { return delivered('1.0.0'); }
      i18n(section) { return delivered(scenario.translations[section] ?? false); }
      render_template(options) { host.block = options.body; }
      render(source) { host.loadTemplate(source); }
      $authorizedAjax(options) { return host.ask('$authorizedAjax', options); }
      get_current_card_contacts_data() { return host.ask('get_current_card_contacts_data', {}); }
    };
  }

  loadTemplate({ href, base_path, v, load }) {
    if (base_path !== '/upl/code/widget' || v !== '1.0.0' || !this.scenario.templates.includes(href)) {
      throw new Error(`no template at ${base_path}${href}?v=${v}`);
    }
    const arrive = () => load({ render: (values) => rendered(href, values) });
    if (this.scenario.templates_arrive === 'at once') {
      arrive();
    } else {
      this.templates.push(arrive);
    }
  }

  load() {
    let constructed = null;
    const modules = { jquery: this.jquery() };
    const surroundings = {
      define: (names, factory) => { constructed = factory(...names.map((name) => modules[name])); },
      document: this.document,
    };
    surroundings.window = { APP: this.globals() };
    vm.runInNewContext(fs.readFileSync(this.scenario.script, 'utf8'), surroundings, { filename: this.scenario.script });
    if (typeof constructed !== 'function') {
      throw new Error('the module is not a function, and the host ignores it silently');
    }
    return constructed;
  }

  globals() {
    const card = this.scenario.card;
    return strict('APP', {
      lang_id: this.scenario.language ?? 'en',
      data: strict('APP.data', { current_card: card === null ? false : strict('current_card', card) }),
    });
  }

  start() {
    const constructor = this.load();
    Object.setPrototypeOf(constructor.prototype, this.widgetClass().prototype);
    this.widget = new constructor();
    this.widget.ns = '.widget:code';
    this.widget.params = { path: '/upl/code/widget' };
    this.isReady = true;
    this.scenario.order.forEach((name) => this.call(name));
  }

  call(name) {
    const values = name === 'settings' ? [this.modalBody()] : [];
    this.returned[name] = this.widget.callbacks[name](...values);
  }

  click(selector) {
    this.handlers.filter((one) => one.name === 'click' && one.selector === selector).forEach((one) => one.handler());
  }

  step([verb, ...values]) {
    const verbs = {
      start: () => this.start(),
      call: (name) => this.call(name),
      click: (selector) => this.click(selector),
      arrive: () => this.templates.splice(0).forEach((arrive) => arrive()),
      answer: (index, value) => this.pending[index].settle(true, value),
      refuse: (index, status) => this.pending[index].settle(false, { status }),
    };
    verbs[verb](...values);
  }

  seen() {
    return {
      block: this.block,
      inner: { ...this.inner },
      help: [...this.help],
      handlers: this.handlers.map(({ name, namespace, selector }) => ({ name, namespace, selector })),
      requests: [...this.requests],
      returned: { ...this.returned },
    };
  }
}

const scenario = JSON.parse(fs.readFileSync(0, 'utf8'));
const host = new Host(scenario);
const views = scenario.steps.map((step) => {
  host.step(step);
  return host.seen();
});
process.stdout.write(JSON.stringify(views));
