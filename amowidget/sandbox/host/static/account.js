// The account's page: its integrations as cards, and what is done with one of them.

import { deleteIntegration, integrations, logOut, setActive } from './api.js';
import { askType, mayEdit, warn } from './dialogs.js';
import { element, words } from './element.js';
import { afterSaving, openForm } from './form.js';

/** @typedef {import('./api.js').Integration} Integration */

const list = element('#integrations', HTMLUListElement);
const pageError = element('#page-error', HTMLParagraphElement);
const viewDialog = element('#view-dialog', HTMLDialogElement);

/**
 * @param {Integration} entry
 * @returns {Array<[string, string]>}
 */
function facts(entry) {
  /** @type {Array<[string, string]>} */
  const rows = [['uuid', entry.uuid], ['type', entry.integration_type]];
  if (entry.has_widget) {
    rows.push(['code', entry.code || ''], ['version', entry.stand_in.version || '(none)']);
    rows.push(['uploads', String(entry.stand_in.uploads)]);
    rows.push(['uploaded', new Date(entry.version_time * 1000).toLocaleString()]);
  } else {
    rows.push(['archive', 'none yet']);
  }
  return rows;
}

/**
 * @param {HTMLElement} place
 * @param {Integration} entry
 */
function showFacts(place, entry) {
  const rows = facts(entry).flatMap(([term, value]) => {
    const title = document.createElement('dt');
    const detail = document.createElement('dd');
    title.textContent = term;
    detail.textContent = value;
    detail.className = 'mono';
    return [title, detail];
  });
  place.replaceChildren(...rows);
}

/** @param {Integration} entry */
function state(entry) {
  if (!entry.has_widget) return 'No widget yet';
  if (entry.is_enabled) return 'Active';
  return entry.stand_in.is_installed ? 'Disabled' : 'Uploaded, not installed yet';
}

/**
 * @param {Integration} entry
 * @returns {HTMLElement}
 */
function card(entry) {
  const template = element('#card-template', HTMLTemplateElement);
  const copy = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  /** @param {string} selector */
  const part = (selector) => element(selector, HTMLElement, copy);
  copy.title = entry.name;
  part('.card__name').textContent = entry.name || '(no name)';
  part('.card__state').textContent = state(entry);
  part('.card__state').classList.toggle('card__state_active', entry.is_enabled);
  showFacts(part('.facts'), entry);
  const logo = element('.card__logo', HTMLImageElement, copy);
  if (entry._links.logo) {
    logo.src = entry._links.logo.href;
    logo.hidden = false;
  }
  const install = part('.js-widget-install');
  const disable = part('.js-widget-disable');
  install.hidden = !entry.has_widget || entry.is_enabled;
  disable.hidden = !entry.is_enabled;
  install.addEventListener('click', () => act(() => setActive(entry, true)));
  disable.addEventListener('click', () => act(() => setActive(entry, false)));
  part('.js-view-integration').addEventListener('click', () => act(() => edit(entry)));
  part('.js-delete-integration').addEventListener('click', () => act(() => remove(entry)));
  copy.addEventListener('click', (event) => {
    if (!(event.target instanceof Element && event.target.closest('button'))) view(entry);
  });
  return copy;
}

/** @param {() => Promise<unknown>} action */
async function act(action) {
  pageError.hidden = true;
  try {
    await action();
    await show();
  } catch (error) {
    pageError.textContent = words(error);
    pageError.hidden = false;
  }
}

async function show() {
  const entries = await integrations();
  list.replaceChildren(...entries.map(card));
  return entries;
}

/** Opens the integration that the address names, by its code or by the id of one without a widget, as the market does. */
async function showNamed() {
  const entries = await show();
  const named = new URLSearchParams(window.location.search).get('widget_code') || window.location.hash.slice(1);
  const entry = entries.find((one) => named && named === (one.code || one.uuid));
  if (entry) view(entry);
}

/** @param {Integration} entry */
function view(entry) {
  element('#view-title', HTMLHeadingElement).textContent = entry.name || '(no name)';
  showFacts(element('#view-facts', HTMLElement), entry);
  element('#edit-button', HTMLButtonElement).onclick = () => {
    viewDialog.close();
    act(() => edit(entry));
  };
  viewDialog.showModal();
}

/** @param {Integration} entry */
async function edit(entry) {
  if (await mayEdit()) openForm(entry);
}

async function create() {
  if (!(await mayEdit())) return;
  if (document.body.dataset.platform === 'kommo') {
    openForm(null, 'common');
    return;
  }
  const type = await askType();
  const text = 'It exists in this account only, and an administrator can delete it at any time.';
  if (type && (await warn('An integration of your own', text))) openForm(null, type);
}

/** @param {Integration} entry */
async function remove(entry) {
  if (await warn('Delete the integration?', `“${entry.name}” goes with its widget and its settings.`)) {
    await deleteIntegration(entry);
  }
}

for (const button of document.querySelectorAll('.js-close')) {
  button.addEventListener('click', () => button.closest('dialog')?.close());
}
/**
 * Lets a button act. Until then it is disabled: a click before this script has run would do nothing.
 * @param {string} selector
 * @param {() => unknown} action
 */
function enable(selector, action) {
  const button = element(selector, HTMLButtonElement);
  button.addEventListener('click', action);
  button.disabled = false;
}

enable('#add-integration', () => act(create));
enable('#log-out', async () => {
  await logOut();
  window.location.assign('/');
});
afterSaving(() => act(async () => {}));
showNamed().catch((error) => act(() => Promise.reject(error)));
