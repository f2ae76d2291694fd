// The form of one integration: its fields, its archive, and Save, which sends the form first and the archive after it.

import { Refusal, saveIntegration, uploadArchive } from './api.js';
import { askCode } from './dialogs.js';
import { element, words } from './element.js';

/** @typedef {import('./api.js').Integration} Integration */

const dialog = element('#edit-dialog', HTMLDialogElement);
const form = element('#edit-form', HTMLFormElement);
const nameInput = element('#edit-name', HTMLInputElement);
const descriptionInput = element('#edit-description', HTMLTextAreaElement);
const redirectInput = element('#edit-redirect', HTMLInputElement);
const revokeInput = element('#edit-revoke', HTMLInputElement);
const archiveInput = element('#input-upload-archive', HTMLInputElement);
const archiveName = element('#archive-name', HTMLSpanElement);
const saveButton = element('#keygen-button', HTMLButtonElement);
const result = element('#edit-result', HTMLParagraphElement);
const scopes = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll('[name="scopes[]"]'));

/** @type {Integration | null} */
let edited = null;
let type = 'internal';

/** @type {() => Promise<void>} */
let afterwards = async () => {};

/**
 * @param {string} text
 * @param {boolean} isBad
 */
function tell(text, isBad) {
  result.textContent = text;
  result.classList.toggle('notice_bad', isBad);
  result.hidden = false;
}

function nameArchive() {
  archiveName.textContent = archiveInput.files?.[0]?.name || 'No archive chosen';
}

/** @param {Integration | null} entry */
function become(entry) {
  edited = entry;
  type = entry ? entry.integration_type : type;
  element('#edit-title', HTMLHeadingElement).textContent = entry ? 'Edit integration' : 'New integration';
  element('#edit-uuid', HTMLParagraphElement).textContent = entry ? entry.uuid : '';
}

/** @param {Integration | null} entry */
function fill(entry) {
  become(entry);
  form.reset();
  element('#archive-row', HTMLDivElement).hidden = type === 'external';
  nameInput.value = entry ? entry.name : '';
  descriptionInput.value = entry ? entry.description : '';
  redirectInput.value = entry ? entry._links.redirect_uri.href : '';
  revokeInput.value = entry ? entry.stand_in.revoke_access_hook_uri : '';
  const given = entry ? entry._embedded.scopes.map((scope) => scope.name) : [];
  for (const box of scopes) box.checked = given.includes(box.value);
  saveButton.disabled = true;
  nameArchive();
}

/**
 * @param {Integration | null} entry
 * @param {string} kind
 */
export function openForm(entry, kind = 'internal') {
  type = kind;
  fill(entry);
  result.hidden = true;
  dialog.showModal();
}

/** @param {() => Promise<void>} action */
export function afterSaving(action) {
  afterwards = action;
}

function values() {
  return {
    name: nameInput.value,
    description: descriptionInput.value,
    redirect_uri: redirectInput.value,
    revoke_access_hook_uri: revokeInput.value,
    scopes: [...scopes].filter((box) => box.checked).map((box) => box.value),
    integration_type: type,
  };
}

/** @returns {Promise<Integration>} */
async function saved() {
  try {
    return await saveIntegration(edited, values());
  } catch (error) {
    // A code is sent along with a creation only; a change that demands one ends here.
    if (edited || !(error instanceof Refusal) || !error.code.startsWith('oauth.otp.')) throw error;
    const otp = await askCode();
    if (!otp) throw error;
    return saveIntegration(null, { ...values(), otp });
  }
}

async function save() {
  const archive = archiveInput.files?.[0];
  saveButton.disabled = true;
  tell(archive ? 'Saving and uploading…' : 'Saving…', false);
  try {
    const entry = await saved();
    // Saved even if the archive is refused: the chosen file stays, to be sent again.
    become(entry);
    const answer = archive && type !== 'external' ? await uploadArchive(entry, archive) : null;
    fill(entry);
    tell(answer ? `Uploaded ${archive?.name}; the widget's code is ${answer.code}.` : 'Saved.', false);
  } catch (error) {
    tell(words(error), true);
    saveButton.disabled = false;
  }
  await afterwards();
}

form.addEventListener('input', () => {
  saveButton.disabled = nameInput.value.trim().length < 3;
  nameArchive();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  save();
});
element('#button-upload-archive', HTMLButtonElement).addEventListener('click', () => archiveInput.click());
