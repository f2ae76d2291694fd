// The questions before a form: which kind, a warning, a one-time code; and what the additional agreement forbids.

import { agreement } from './api.js';
import { element } from './element.js';

/**
 * Shows a dialog until one of its answers is chosen; null when it is closed.
 * @template T
 * @param {HTMLDialogElement} dialog
 * @param {(answer: (value: T) => void) => void} listen
 * @returns {Promise<T | null>}
 */
function asked(dialog, listen) {
  return new Promise((resolve) => {
    /** @type {T | null} */
    let chosen = null;
    listen((value) => {
      chosen = value;
      dialog.close();
    });
    dialog.addEventListener('close', () => resolve(chosen), { once: true });
    dialog.showModal();
  });
}

/** @returns {Promise<string | null>} */
export function askType() {
  const dialog = element('#type-dialog', HTMLDialogElement);
  return asked(dialog, (answer) => {
    element('#create-internal-integration', HTMLButtonElement).onclick = () => answer('internal');
    element('#create-external-integration', HTMLButtonElement).onclick = () => answer('external');
  });
}

/**
 * @param {string} title
 * @param {string} text
 * @param {boolean} isQuestion
 * @returns {Promise<boolean>}
 */
export async function warn(title, text, isQuestion = true) {
  const dialog = element('#alert-dialog', HTMLDialogElement);
  const confirm = element('.alert-modal__actions-button__confirm', HTMLButtonElement, dialog);
  element('.alert-modal__title', HTMLHeadingElement, dialog).textContent = title;
  element('.alert-modal__text', HTMLParagraphElement, dialog).textContent = text;
  element('.js-close', HTMLButtonElement, dialog).hidden = !isQuestion;
  confirm.textContent = isQuestion ? 'Continue' : 'Close';
  const confirmed = await asked(dialog, (answer) => {
    confirm.onclick = () => answer(true);
  });
  return Boolean(confirmed);
}

/** @returns {Promise<string | null>} */
export function askCode() {
  const form = element('#code-form', HTMLFormElement);
  form.reset();
  return asked(element('#code-dialog', HTMLDialogElement), (answer) => {
    form.onsubmit = (event) => {
      event.preventDefault();
      answer(element('#code-input', HTMLInputElement).value);
    };
  });
}

/**
 * Returns whether the form may be opened; when it may not, says why. The order of the cases is the account's own.
 * @returns {Promise<boolean>}
 */
export async function mayEdit() {
  if (document.body.dataset.platform === 'kommo') return true;
  const state = await agreement();
  if (state.status === 'not_defined' && state.is_new_account && !state.is_tech_account) {
    const text = 'Here the account asks for an additional agreement. The stand-in has none to fill in.';
    await warn('An agreement is missing', text, false);
    return false;
  }
  if (state.status === 'accepted' && (state.is_new_account || state.is_tech_account)) {
    await warn('The agreement is being looked at', 'It was handed in and is not approved yet.', false);
    return false;
  }
  return true;
}
