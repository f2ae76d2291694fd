// The account's page: its integrations as cards, and the window in which one is saved and its archive uploaded.

import { createIntegration, deleteIntegration, integrations, logOut, saveIntegration, setActive, uploadArchive } from './api.js';

/** @typedef {import('./api.js').Integration} Integration */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${id}.`);
  return found;
}

const list = element('integrations', HTMLUListElement);
const pageError = element('page-error', HTMLParagraphElement);
const dialog = element('edit-dialog', HTMLDialogElement);
const form = element('edit-form', HTMLFormElement);
const nameInput = element('edit-name', HTMLInputElement);
const descriptionInput = element('edit-description', HTMLTextAreaElement);
const archiveInput = element('input-upload-archive', HTMLInputElement);
const uploadButton = element('button-upload-archive', HTMLButtonElement);
const saveButton = element('keygen-button', HTMLButtonElement);
const result = element('edit-result', HTMLParagraphElement);

/** @type {Integration | null} */
let edited = null;

/**
 * @param {string} text
 * @param {boolean} isBad
 */
function tell(text, isBad) {
  result.textContent = text;
  result.classList.toggle('notice_bad', isBad);
  result.hidden = false;
}

/**
 * @param {Integration} entry
 * @returns {Array<[string, string]>}
 */
function facts(entry) {
  /** @type {Array<[string, string]>} */
  const rows = [['uuid', entry.uuid]];
  if (entry.has_widget) {
    rows.push(['code', entry.code || ''], ['version', entry.stand_in.version || '(none)']);
    rows.push(['uploads', String(entry.stand_in.uploads)]);
    rows.push(['uploaded', new Date(entry.version_time * 1000).toLocaleString()]);
  } else {
    rows.push(['archive', 'none yet']);
  }
  return rows;
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
  const template = element('card-template', HTMLTemplateElement);
  const copy = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  /** @param {string} selector */
  const part = (selector) => /** @type {HTMLElement} */ (copy.querySelector(selector));
  copy.title = entry.name;
  part('.card__name').textContent = entry.name || '(no name)';
  part('.card__state').textContent = state(entry);
  part('.card__state').classList.toggle('card__state_active', entry.is_enabled);
  for (const [term, value] of facts(entry)) {
    const title = document.createElement('dt');
    const detail = document.createElement('dd');
    title.textContent = term;
    detail.textContent = value;
    detail.className = 'mono';
    part('.facts').append(title, detail);
  }
  const logo = /** @type {HTMLImageElement} */ (part('.card__logo'));
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
  part('.js-view-integration').addEventListener('click', () => open(entry));
  part('.js-delete-integration').addEventListener('click', () => act(() => deleteIntegration(entry)));
  return copy;
}

/** @param {() => Promise<unknown>} action */
async function act(action) {
  pageError.hidden = true;
  try {
    await action();
    await show();
  } catch (error) {
    pageError.textContent = error instanceof Error ? error.message : String(error);
    pageError.hidden = false;
  }
}

async function show() {
  const entries = await integrations();
  list.replaceChildren(...entries.map(card));
}

/** @param {Integration | null} entry */
function open(entry) {
  edited = entry;
  form.reset();
  result.hidden = true;
  element('edit-title', HTMLHeadingElement).textContent = entry ? 'Edit integration' : 'New integration';
  element('edit-uuid', HTMLParagraphElement).textContent = entry ? entry.uuid : '';
  element('archive-row', HTMLDivElement).hidden = !entry;
  nameInput.value = entry ? entry.name : '';
  descriptionInput.value = entry ? entry.description : '';
  saveButton.disabled = Boolean(entry);
  uploadButton.disabled = true;
  dialog.showModal();
}

async function save() {
  const values = { name: nameInput.value, description: descriptionInput.value };
  try {
    const saved = edited ? await saveIntegration(edited, values) : await createIntegration(values);
    await show();
    open(saved);
    tell('Saved.', false);
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error), true);
  }
}

async function upload() {
  const file = archiveInput.files?.[0];
  if (!edited || !file) return;
  uploadButton.disabled = true;
  try {
    const answer = await uploadArchive(edited, file);
    tell(`Uploaded ${file.name}; the widget's code is ${answer.code}.`, false);
    await show();
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error), true);
  } finally {
    uploadButton.disabled = false;
  }
}

form.addEventListener('input', () => {
  saveButton.disabled = nameInput.value.trim().length < 3;
  uploadButton.disabled = !archiveInput.files?.length;
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  save();
});
uploadButton.addEventListener('click', upload);
element('edit-close', HTMLButtonElement).addEventListener('click', () => dialog.close());
element('add-integration', HTMLButtonElement).addEventListener('click', () => open(null));
element('log-out', HTMLButtonElement).addEventListener('click', async () => {
  await logOut();
  window.location.assign('/');
});
act(async () => {});
