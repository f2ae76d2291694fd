define(['jquery'], function ($) {
  'use strict';

  var ROOT = '{@ answers.css_class @}';

  // The host calls this function with `new`; inside the callbacks `this` is another object, so use `self`.
  return function () {
    var self = this;
    var isAlive = true;

    function filePath() {
      return self.params.cdn_path || self.params.path;
    }

    // The version in the address makes browsers fetch the file again after an update.
    function styleLink() {
      return '<link rel="stylesheet" href="' + filePath() + '/style.css?v=' + self.get_version() + '">';
    }

    function leadTitle() {
      var texts = self.i18n('card');
      var card = APP.data.current_card;
      return card && card.id ? texts.lead + ' #' + card.id : texts.new_lead;
    }

    function showCard() {
      self.render({
        href: '/templates/card.twig',
        base_path: filePath(),
        v: self.get_version(),
        load: function (template) {
          // The template arrives later; by then the user may have left the card.
          if (isAlive) {
            $('.' + ROOT).html(template.render({
              lead: leadTitle(),
              reminder: self.get_settings().reminder || self.i18n('card').no_reminder
            }));
          }
        }
      });
    }

    this.callbacks = {
      render: function () {
        if (self.system().area === 'lcard') {
          self.render_template({
            caption: { class_name: ROOT + '__caption' },
            body: styleLink() + '<div class="' + ROOT + '"></div>',
            render: ''
          });
          showCard();
        }
        return true;
      },

      init: function () {
        return true;
      },

      bind_actions: function () {
        return true;
      },

      settings: function () {
        return true;
      },

      // Without a true result nobody can install the widget.
      onSave: function () {
        return true;
      },

      destroy: function () {
        isAlive = false;
      }
    };

    return this;
  };
});
