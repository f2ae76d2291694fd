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
  await page.fill('#edit-name', '<img src=x onerror=alert(1)> Orders');
  await page.click('#keygen-button');
  await page.waitForSelector('#edit-result:not([hidden])');
  assert.equal(await page.locator('.card').count(), 2);

  await page.setInputFiles('#input-upload-archive', badZip);
  await page.click('#button-upload-archive');
  await page.waitForSelector('#edit-result.notice_bad');
  assert.match(await page.textContent('#edit-result'), /"settings" field is required/);
  await shoot('2-refused');
  await page.setInputFiles('#input-upload-archive', goodZip);
  await page.click('#button-upload-archive');
  await page.waitForSelector('#edit-result:not(.notice_bad)');
  assert.match(await page.textContent('#edit-result'), /Uploaded .* code is [0-9a-f]{40}/);
  await page.keyboard.press('Escape');

  const card = page.locator('.card', { hasText: 'Orders' });
  assert.match(await card.textContent(), /Uploaded, not installed yet/);
  assert.equal(await page.locator('.card img[src="x"]').count(), 0);
  await card.locator('.js-widget-install').click();
  await card.locator('.card__state_active').waitFor();
  await shoot('3-active');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot('4-dark');
  await page.setViewportSize({ width: 400, height: 800 });
  await shoot('5-narrow');
  await card.locator('.js-widget-disable').click();
  await card.locator('.card__state', { hasText: 'Disabled' }).waitFor();
  await card.locator('.js-delete-integration').click();
  await card.waitFor({ state: 'detached' });
  await page.click('#log-out');
  await page.waitForSelector('#authentication');
  const unexpected = problems.filter((text) => !/status of (400|401)/.test(text));
  assert.deepEqual(unexpected, []);
  console.log('visited');
} finally {
  await browser.close();
}
