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
 * @property {string} integration_type
 * @property {Record<string, {name: string, description: string}>} langs
 * @property {{scopes: Array<{name: string}>}} _embedded
 * @property {{logo?: {href: string}, script?: {href: string}, redirect_uri: {href: string}}} _links
 * @property {{version: string, is_installed: boolean, uploads: number, revoke_access_hook_uri: string}} stand_in
 */

/**
 * @typedef {object} Form
 * @property {string} name
 * @property {string} description
 * @property {string} redirect_uri
 * @property {string} revoke_access_hook_uri
 * @property {string[]} scopes
 * @property {string} integration_type
 * @property {string} [otp]
 */

/** What the account refuses, with its code if it gave one. */
export class Refusal extends Error {
  /**
   * @param {string} message
   * @param {string} code
   */
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

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
  const body = await answer.json().catch(() => null);
  if (!body || body.error || !answer.ok) {
    const invalid = body?.['invalid-params']?.map((/** @type {any} */ entry) => `${entry.name}: ${entry.reason}`);
    const told = body?.error || invalid?.join(', ') || body?.detail || `The account answered ${answer.status}.`;
    throw new Refusal(told, body?.error_code || '');
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
  const items = listed.integrations || listed.widgets.own_integrations.installed;
  const uuids = Object.values(items).map((/** @type {any} */ item) => item.client?.uuid);
  return Promise.all(uuids.filter(Boolean).map((uuid) => ask(`/ajax/v3/clients/${uuid}`)));
}

/**
 * A text in every language. The form shows one: when it was left alone, the others stay as they are.
 * @param {Integration | null} entry
 * @param {'name' | 'description'} field
 * @param {string} text
 * @returns {Record<string, string>}
 */
function inLanguages(entry, field, text) {
  if (!entry || entry[field] !== text) return { ru: text, en: text };
  return Object.fromEntries(Object.entries(entry.langs).map(([locale, texts]) => [locale, texts[field]]));
}

/**
 * @param {Integration | null} entry
 * @param {Form} form
 * @returns {Promise<Integration>}
 */
export function saveIntegration(entry, form) {
  const texts = {
    name: inLanguages(entry, 'name', form.name),
    description: inLanguages(entry, 'description', form.description),
  };
  const body = json({ ...form, ...texts, uuid: entry ? entry.uuid : null });
  if (entry) return ask(`/ajax/v3/clients/${entry.uuid}`, { method: 'PATCH', ...body });
  return ask('/ajax/v3/clients/', { method: 'POST', ...body });
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

/** @returns {Promise<{status: string, is_new_account: boolean, is_tech_account: boolean}>} */
export function agreement() {
  return ask('/ajax/v4/additional_agreements');
}

export async function logOut() {
  await fetch('/oauth2/revoke', { method: 'DELETE', headers });
}
