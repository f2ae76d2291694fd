// Runs the published npm client against the stand-in: unmodified but for the method that makes addresses.
// node published_client.mjs BASE_URL LOGIN PASSWORD ARCHIVE

import { createRequire } from 'node:module';

// Its ES module build names a file without an ending, which Node does not find; the other build is the same code.
const { WidgetInstaller } = createRequire(import.meta.url)('@amopro/widget-installer');

const [, , baseUrl, login, password, widgetZipPath] = process.argv;

WidgetInstaller.prototype._url = (path) => `${baseUrl}/${path.replace(/^\/*/, '')}`;

try {
  await new WidgetInstaller({ subDomain: 'unused', login, password, widgetZipPath }).upload();
  console.log('uploaded');
} catch (error) {
  console.error(String(error.message || error).slice(0, 500));
  process.exitCode = 1;
}
