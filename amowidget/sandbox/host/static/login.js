// The login form and its second step: sends what the account's own page sends, and shows its answers.

import { element } from './element.js';

const form = element('#authentication', HTMLFormElement);
const failure = element('#error_auth', HTMLParagraphElement);
const captcha = element('#recaptcha', HTMLDivElement);
const codeForm = element('.auth__mfa-form', HTMLFormElement);
const codeInput = element('#auth_code', HTMLInputElement);
const codeFailure = element('.auth__mfa-error', HTMLParagraphElement);
const csrfToken = element('[name="csrf_token"]', HTMLInputElement, form).value;

// What the account has given for the second step.
let challenge = '';
let verification = '';

/**
 * @param {string} path
 * @param {object} values
 * @returns {Promise<{isDone: boolean, told: any}>}
 */
async function send(path, values) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(values),
  });
  const told = await answer.json().catch(() => null);
  return { isDone: answer.ok && told !== null, told: told || {} };
}

/**
 * @param {HTMLElement} place
 * @param {any} told
 */
function tell(place, told) {
  place.textContent = [told.detail || 'The stand-in could not log you in.', told.error_code].filter(Boolean).join(' · ');
  place.hidden = false;
}

function enter() {
  window.location.assign(document.body.dataset.home || '/');
}

/** @param {any} told */
function wantCode(told) {
  challenge = told.otp.challenge;
  verification = told.verification?.token || '';
  form.hidden = true;
  codeForm.hidden = false;
  codeInput.focus();
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  failure.hidden = true;
  const { isDone, told } = await send('/oauth2/authorize', Object.fromEntries(new FormData(form)));
  if (isDone) {
    enter();
  } else if (told.otp?.challenge) {
    wantCode(told);
  } else {
    captcha.hidden = !told['invalid-params']?.some((/** @type {any} */ entry) => entry.name === 'captcha');
    tell(failure, told);
  }
});

codeForm.addEventListener('submit', async (event) => {
  event.preventDefault();
  codeFailure.hidden = true;
  const otp = { code: codeInput.value.trim(), challenge };
  const { isDone, told } = await send('/oauth2/access_token', { csrf_token: csrfToken, grant_type: 'otp_code', otp });
  if (isDone) enter();
  else tell(codeFailure, told);
});

/**
 * @param {string} path
 * @param {object} values
 * @param {string} done
 */
async function renew(path, values, done) {
  const { isDone, told } = await send(path, { csrf_token: csrfToken, ...values });
  if (isDone) challenge = told.challenge;
  tell(codeFailure, isDone ? { detail: done } : told);
}

element('.auth__mfa-resend', HTMLButtonElement).addEventListener('click', () => {
  renew('/oauth2/otp/resend_code', { challenge }, 'A new code is on its way.');
});
element('.auth__mfa-recovery', HTMLButtonElement).addEventListener('click', () => {
  const values = { target: 'authenticate', type: 'recovery', verification_token: verification };
  renew('/oauth2/otp', values, 'Enter one of the recovery codes.');
});

// Until now a click would have sent the form as the browser does by itself, with the password in the address.
element('#auth_submit', HTMLButtonElement).disabled = false;
