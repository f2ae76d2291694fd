// Visits the stand-in's pages as a person would: logs in, makes an integration, uploads by hand, installs, disables.
// node page_visit.mjs BROWSER BASE_URL LOGIN PASSWORD GOOD_ZIP BAD_ZIP [SCREENSHOTS]

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const [, , browserPath, baseUrl, login, password, goodZip, badZip, screenshots] = process.argv;
const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
const browser = await chromium.launch({ executablePath: browserPath, args: flags });
const page = await browser.newPage({ viewport: { width: 1180, height: 760 } });
const problems = [];
page.on('pageerror', (error) => problems.push(String(error)));
page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));

async function shoot(name) {
  if (screenshots) await page.screenshot({ path: `${screenshots}/${name}.png` });
}

try {
  await page.goto(`${baseUrl}/`);
  await shoot('1-login');
  await page.fill('#password', 'wrong');
  await page.click('#auth_submit');
  await page.waitForSelector('#error_auth:not([hidden])');
  await page.fill('#session_end_login', login);
  await page.fill('#password', password);
  await page.click('#auth_submit');
  await page.waitForURL('**/amo-market/');
  await page.waitForSelector('.card');

  await page.click('#add-integration');
  await page.waitForSelector('#create-external-integration');
  await shoot('2-type');
  await page.click('#create-internal-integration');
  await page.click('#alert-dialog .alert-modal__actions-button__confirm');
  await page.waitForSelector('.edit-integration-modal[open]');
  await page.waitForSelector('.js-save-integration:disabled');
  await page.fill('[name="name"]', '<img src=x onerror=alert(1)> Orders');
  await page.fill('[name="redirect_uri"]', 'http://localhost/');
  await page.click('#keygen-button');
  await page.waitForSelector('#edit-result.notice_bad:has-text("redirect_uri: Invalid URL")');
  await page.fill('[name="redirect_uri"]', 'https://example.com/');
  await page.fill('[name="revoke_access_hook_uri"]', 'https://example.com/bye');
  await page.check('[name="scopes[]"][value="crm"]');
  await page.click('#keygen-button');
  await page.waitForSelector('#edit-result:not(.notice_bad):has-text("Saved.")');
  await page.locator('.card').nth(1).waitFor();
  assert.equal(await page.locator('.card').count(), 2);
  await page.waitForSelector('#keygen-button:disabled');

  const chooser = page.waitForEvent('filechooser');
  await page.click('#button-upload-archive');
  await (await chooser).setFiles(badZip);
  await page.waitForSelector('#keygen-button:enabled');
  await page.click('#keygen-button');
  await page.waitForSelector('#edit-result.notice_bad:has-text("\\"settings\\" field is required")');
  await shoot('3-refused');
  await page.setInputFiles('#input-upload-archive', goodZip);
  await page.click('#keygen-button');
  await page.waitForSelector('#edit-result:not(.notice_bad):has-text("Uploaded")');
  assert.match(await page.textContent('#edit-result'), /Uploaded .* code is [0-9a-f]{40}/);
  await page.keyboard.press('Escape');

  const card = page.locator('.card', { hasText: 'Orders' });
  await card.locator('.card__state', { hasText: 'Uploaded, not installed yet' }).waitFor();
  assert.equal(await page.locator('.card img[src="x"]').count(), 0);
  await page.click('[title="<img src=x onerror=alert(1)> Orders"] .card__name');
  await shoot('4-opened');
  await page.click('#edit-button');
  await page.waitForSelector('.edit-integration-modal[open]');
  assert.equal(await page.inputValue('[name="redirect_uri"]'), 'https://example.com/');
  assert.equal(await page.inputValue('[name="revoke_access_hook_uri"]'), 'https://example.com/bye');
  assert.equal(await page.isChecked('[name="scopes[]"][value="crm"]'), true);
  assert.equal(await page.isChecked('[name="scopes[]"][value="notifications"]'), false);
  await shoot('5-form');
  await page.keyboard.press('Escape');
  await card.locator('.js-widget-install').click();
  await card.locator('.card__state_active').waitFor();
  await shoot('6-active');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot('7-dark');
  await card.locator('.js-view-integration').click();
  await page.waitForSelector('.edit-integration-modal[open]');
  await shoot('8-dark-form');
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 400, height: 800 });
  await shoot('9-narrow');
  await card.locator('.js-widget-disable').click();
  await card.locator('.card__state', { hasText: 'Disabled' }).waitFor();
  await card.locator('.js-delete-integration').click();
  await page.click('#alert-dialog .alert-modal__actions-button__confirm');
  await card.waitFor({ state: 'detached' });
  await page.click('#log-out');
  await page.waitForSelector('#authentication');
  const unexpected = problems.filter((text) => !/status of (400|401)/.test(text));
  assert.deepEqual(unexpected, []);
  console.log('visited');
} finally {
  await browser.close();
}
