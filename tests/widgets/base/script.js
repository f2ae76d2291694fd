define(['jquery'], function ($) {
  return function () {
    var self = this;
    this.callbacks = {
      render: function () {
        self.render_template({ body: '<div class="orders">' + self.i18n('settings').login + '</div>', render: '' });
        return true;
      },
      init: function () {
        return true;
      },
      bind_actions: function () {
        $(document).on('click' + self.ns, '.orders', function () {});
        return true;
      },
      settings: function () {
        return true;
      },
      onSave: function () {
        return true;
      },
      destroy: function () {}
    };
    return this;
  };
});
