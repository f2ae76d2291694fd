define(['jquery'], function ($) {
  'use strict';

  var ROOT = '{@ answers.css_class @}';

  // The host calls this function with `new`. Inside the callbacks `this` is another object, so use `self` there.
  return function () {
    var self = this;
    var isShown = false;
    var template = null;
    var contacts = null;

    function filesPath() {
      return self.params.cdn_path || self.params.path;
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

    // Draws what is known so far; called again whenever more is known.
    function draw() {
      var texts = self.i18n('card') || {};
      if (!isShown || !template) {
        return;
      }
      $('.' + ROOT).html(template.render({
        lead: leadId() ? texts.lead + ' #' + leadId() : texts.new_lead,
        reminder: self.get_settings().reminder || texts.no_reminder,
        contacts: contacts === null ? '' : texts.contacts + ': ' + contacts,
        refresh: texts.refresh
      }));
    }

    function loadTemplate() {
      self.render({
        href: '/templates/card.twig',
        base_path: filesPath(),
        v: self.get_version(),
        load: function (loaded) {
          template = loaded;
          draw();
        }
      }, {});
    }

    function countContacts() {
      if (!leadId()) {
        return;
      }
      self.get_current_card_contacts_data().then(function (found) {
        contacts = found.length;
        draw();
      });
    }

    this.callbacks = {
      // Called first, on every page that the manifest's `locations` name.
      render: function () {
        isShown = self.system().area === 'lcard';
        if (isShown) {
          self.render_template({
            caption: { class_name: ROOT + '__caption' },
            body: styleLink() + '<div class="' + ROOT + '"></div>',
            render: ''
          });
          loadTemplate();
        }
        return true;
      },

      init: function () {
        if (isShown) {
          countContacts();
        }
        return true;
      },

      // Events on `document` survive every redraw; the namespace lets them be taken off together.
      bind_actions: function () {
        $(document).on('click' + self.ns, '.' + ROOT + '__refresh', countContacts);
        return true;
      },

      // The window of the settings is open; its fields are those of the manifest.
      settings: function () {
        return true;
      },

      // Nobody can install or save the widget unless this returns true.
      onSave: function () {
        return true;
      },

      // The user leaves the card. Answers that arrive later find nothing to draw into.
      destroy: function () {
        isShown = false;
        $(document).off(self.ns);
      }
    };

    return this;
  };
});
