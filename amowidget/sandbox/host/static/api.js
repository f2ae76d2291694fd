// The requests of the account's page, the same that a tool sends.

/**
 * @typedef {object} Integration
 * @property {string} uuid
 * @property {string} name
 * @property {string} description
 * @property {string | null} code
 * @property {boolean} has_widget
 * @property {number} version_time
 * @property {boolean} is_enabled
 * @property {{logo?: {href: string}, script?: {href: string}}} _links
 * @property {{version: string, is_installed: boolean, uploads: number}} stand_in
 */

const headers = { 'X-Requested-With': 'XMLHttpRequest', Accept: 'application/json' };

/**
 * @param {string} path
 * @param {RequestInit} options
 * @returns {Promise<any>}
 */
async function ask(path, options = {}) {
  const answer = await fetch(path, { ...options, headers: { ...headers, ...options.headers } });
  if (answer.status === 401) {
    window.location.assign('/');
    throw new Error('The session has ended.');
  }
  const body = await answer.json().catch(() => ({}));
  if (body.error || !answer.ok) {
    const invalid = body['invalid-params']?.map((/** @type {any} */ entry) => `${entry.name}: ${entry.reason}`);
    throw new Error(body.error || invalid?.join(', ') || body.detail || `The account answered ${answer.status}.`);
  }
  return body;
}

/** @param {object} value */
function json(value) {
  return { body: JSON.stringify(value), headers: { 'Content-Type': 'application/json' } };
}

/** @returns {Promise<Integration[]>} */
export async function integrations() {
  const listed = await ask('/ajax/settings/widgets/category/own_integrations/1/');
  const uuids = Object.values(listed.integrations).map((/** @type {any} */ item) => item.client?.uuid);
  return Promise.all(uuids.filter(Boolean).map((uuid) => ask(`/ajax/v3/clients/${uuid}`)));
}

/**
 * @param {{name: string, description: string}} values
 * @returns {Promise<Integration>}
 */
export function createIntegration(values) {
  return ask('/ajax/v3/clients/', { method: 'POST', ...json(values) });
}

/**
 * @param {Integration} entry
 * @param {{name: string, description: string}} values
 * @returns {Promise<Integration>}
 */
export function saveIntegration(entry, values) {
  return ask(`/ajax/v3/clients/${entry.uuid}`, { method: 'PATCH', ...json(values) });
}

/** @param {Integration} entry */
export function deleteIntegration(entry) {
  return ask(`/ajax/v3/clients/${entry.uuid}`, { method: 'DELETE' });
}

/**
 * @param {Integration} entry
 * @param {File} file
 * @returns {Promise<{code: string}>}
 */
export function uploadArchive(entry, file) {
  const form = new FormData();
  form.append('widget', file, 'widget.zip');
  form.append('_widget', 'widget.zip');
  return ask(`/ajax/widgets/${entry.uuid}/widget/upload/?fileapi${Date.now()}`, { method: 'POST', body: form });
}

/**
 * @param {Integration} entry
 * @param {boolean} isActive
 */
export function setActive(entry, isActive) {
  const values = { action: 'edit', code: entry.code, widget_active: isActive ? 'Y' : 'N' };
  return ask('/ajax/widgets/edit', { method: 'POST', ...json(values) });
}

export async function logOut() {
  await fetch('/oauth2/revoke', { method: 'DELETE', headers });
}
