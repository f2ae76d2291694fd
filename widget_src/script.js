define(['jquery'], function ($) {
  'use strict';

  var ROOT = 'order-payment';
  // The lead's custom field that holds the number of the order.
  var ORDER_FIELD = 'ORDERID';
  var TIMEOUT_MS = 15000;
  // What the backend may answer about an order.
  var PAYMENT_STATES = ['paid', 'waiting', 'refunded'];

  // What a field of the lead holds, as text; the API gives each field a list of values.
  function firstValue(field) {
    var value = field.values && field.values[0] ? field.values[0].value : '';
    return value === null || value === undefined ? '' : String(value).trim();
  }

  function orderNumber(lead) {
    var fields = (lead && lead.custom_fields_values) || [];
    var i;
    for (i = 0; i < fields.length; i += 1) {
      if (String(fields[i].field_name).trim().toUpperCase() === ORDER_FIELD) {
        return firstValue(fields[i]);
      }
    }
    return '';
  }

  // The token must not travel in the clear; a developer's own machine is the exception.
  function backendAddress(text) {
    var address = String(text || '').trim().replace(/\/+$/, '');
    return /^(https:\/\/[^\s/?#]+|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?)(\/[^\s?#]*)?$/.test(address) ? address : '';
  }

  // "1499.00", "RUB" as the user's language writes it; what is no amount stays as the backend wrote it.
  function money(amount, currency, language) {
    var plain = [amount, currency].filter(Boolean).join(' ');
    if (amount === undefined || amount === null || amount === '' || isNaN(Number(amount))) {
      return plain;
    }
    try {
      return Number(amount).toLocaleString(language, { style: 'currency', currency: currency });
    } catch (error) {
      // The browser knows no such currency or language.
      return plain;
    }
  }

  function day(text, language) {
    var date = new Date(text);
    if (!text || isNaN(date.getTime())) {
      return '';
    }
    try {
      return date.toLocaleDateString(language);
    } catch (error) {
      // The browser knows no such language.
      return date.toLocaleDateString();
    }
  }

  // The host calls this function with `new`. Inside the callbacks `this` is another object, so use `self` there.
  return function () {
    var self = this;
    // Raised by every question and by leaving the card: an answer to an older question is not shown any more.
    var round = 0;
    var isShown = false;
    var template = null;
    var view = { state: 'asking' };

    function filesPath() {
      return self.params.cdn_path || self.params.path;
    }

    function texts() {
      return self.i18n('payment') || {};
    }

    function language() {
      return (window.APP && window.APP.lang_id) || undefined;
    }

    // Browsers keep files for a long time: the version in the address makes them fetch the file of an update.
    function styleLink() {
      return '<link rel="stylesheet" href="' + filesPath() + '/style.css?v=' + self.get_version() + '">';
    }

    // 0 for a lead that is not saved yet, and outside of a card, where `current_card` is false.
    function leadId() {
      var card = window.APP && window.APP.data && window.APP.data.current_card;
      return (card && card.id) || 0;
    }

    function loadTemplate(name, done) {
      self.render({
        href: '/templates/' + name,
        base_path: filesPath(),
        v: self.get_version(),
        load: done
      }, {});
    }

    function draw() {
      var words = texts();
      if (!isShown || !template) {
        return;
      }
      $('.' + ROOT + '__card').html(template.render({
        state: view.state,
        title: words[view.state],
        hint: words[view.state + '_hint'] || '',
        order: view.order || '',
        order_label: words.order,
        amount: view.amount || '',
        date: view.date || '',
        refresh: view.canRefresh ? words.refresh : ''
      }));
    }

    function show(state, details) {
      view = $.extend({ state: state, canRefresh: true }, details);
      draw();
    }

    // Wraps the handler of an answer, so that it stays silent when the answer comes too late.
    function whileCurrent(handler) {
      var asked = round;
      return function (answer) {
        if (asked === round) {
          handler(answer);
        }
      };
    }

    function showPayment(order, answer) {
      var isKnown = answer && PAYMENT_STATES.indexOf(answer.state) !== -1;
      if (!isKnown) {
        show('unclear', { order: order });
        return;
      }
      show(answer.state, {
        order: order,
        amount: money(answer.amount, answer.currency, language()),
        date: day(answer.date, language())
      });
    }

    function showFailure(order, status) {
      var states = { 401: 'refused', 403: 'refused', 404: 'missing' };
      show(states[status] || 'unreachable', { order: order });
    }

    // The host adds a token signed with the integration's secret key, by which the backend knows who asks.
    function askBackend(address, order) {
      self.$authorizedAjax({
        url: address + '/orders/' + encodeURIComponent(order),
        method: 'GET',
        dataType: 'json',
        timeout: TIMEOUT_MS
      }).then(
        whileCurrent(function (answer) { showPayment(order, answer); }),
        whileCurrent(function (request) { showFailure(order, request.status); })
      );
    }

    function askLead(address, id) {
      $.ajax({ url: '/api/v4/leads/' + id, method: 'GET', dataType: 'json', timeout: TIMEOUT_MS }).then(
        whileCurrent(function (lead) {
          var order = orderNumber(lead);
          if (order) {
            askBackend(address, order);
          } else {
            show('no_order');
          }
        }),
        whileCurrent(function () { show('no_lead'); })
      );
    }

    function ask() {
      var address = backendAddress(self.get_settings().backend_url);
      round += 1;
      if (!leadId()) {
        show('new_lead', { canRefresh: false });
      } else if (!address) {
        show('no_backend', { canRefresh: false });
      } else {
        show('asking', { canRefresh: false });
        askLead(address, leadId());
      }
    }

    this.callbacks = {
      render: function () {
        isShown = self.system().area === 'lcard';
        if (isShown) {
          self.render_template({
            caption: { class_name: ROOT + '__caption' },
            body: styleLink() + '<div class="' + ROOT + ' ' + ROOT + '__card"></div>',
            render: ''
          });
          loadTemplate('payment.twig', function (loaded) {
            template = loaded;
            draw();
          });
        }
        return true;
      },

      init: function () {
        if (isShown) {
          ask();
        }
        return true;
      },

      // The namespace lets the host, and `destroy`, take the handlers off together.
      bind_actions: function () {
        $(document).on('click' + self.ns, '.' + ROOT + '__refresh', ask);
        return true;
      },

      // Says above the fields what the backend has to answer.
      settings: function ($modalBody) {
        loadTemplate('settings.twig', function (loaded) {
          $modalBody.find('.' + ROOT + '__help').remove();
          $modalBody.prepend(
            '<div class="' + ROOT + ' ' + ROOT + '__help">' + styleLink() + loaded.render(self.i18n('help') || {}) + '</div>'
          );
        });
        return true;
      },

      // Nobody can install or save the widget unless this returns true.
      onSave: function () {
        return true;
      },

      // The user leaves the card: answers on their way have nobody to be shown to.
      destroy: function () {
        round += 1;
        isShown = false;
        $(document).off(self.ns);
      }
    };

    return this;
  };
});
