// The login form: sends what the account's own page sends, and shows its answer.

const form = /** @type {HTMLFormElement} */ (document.getElementById('authentication'));
const failure = /** @type {HTMLElement} */ (document.getElementById('error_auth'));

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  failure.hidden = true;
  const answer = await fetch('/oauth2/authorize', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  });
  if (answer.ok) {
    window.location.assign('/amo-market/');
    return;
  }
  const told = await answer.json().catch(() => ({}));
  failure.textContent = told.detail || 'The stand-in could not log you in.';
  failure.hidden = false;
});
