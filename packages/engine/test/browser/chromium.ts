import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { TestContext } from 'vitest';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** SwiftShader is the one adapter that every machine has; the other switches keep the browser quiet and on its own. */
const SWITCHES = [
  '--headless',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

/**
 * Milliseconds for a test of a page: it is built, Chromium starts, and a software adapter computes. On a machine of two cores that 14 other
 * processes wanted, 48 s were seen.
 */
export const PAGE_TIMEOUT = 300_000;

/** Chromium from CHROMIUM or its usual places; without one the test skips, and fails where REQUIRE_BROWSER=1. */
export async function openChromium(context: TestContext): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? PLACES.find((path) => existsSync(path));
  if (executablePath === undefined) {
    const reason = `no Chromium at ${PLACES.join(', ')}; set CHROMIUM to where it is`;
    if (process.env['REQUIRE_BROWSER'] === '1') throw new Error(reason);
    return context.skip(reason);
  }
  return chromium.launch({ executablePath, args: SWITCHES, timeout: PAGE_TIMEOUT });
}

/** A page on which nothing is given up before the test is. */
export async function openPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PAGE_TIMEOUT);
  return page;
}
