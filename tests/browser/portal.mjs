// SPDX-License-Identifier: Apache-2.0
// The chat page as people use it: by keyboard, on a phone, in both languages and colours, and in a
// frame of the portal whose own policy is strict. portal.mjs URL-OF-LOA
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import http from 'node:http';
import {createRequire} from 'node:module';
import {chromium} from 'playwright-core';

const base = process.argv[2];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox']});
const faults = [];

async function open(options, what) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.on('pageerror', (e) => faults.push(`${what}: ${e.message}`));
    page.on('console', (m) => m.type() === 'error' && faults.push(`${what}: ${m.text()}`));
    return page;
}
// axe is evaluated from outside, so the page's policy does not stand in its way.
async function accessible(page, what) {
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}));
    assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3).join(' | ')}`), [], what);
}
async function step(name, body) {
    await body();
    console.log(`ok ${name}`);
}
const bot = (page) => page.locator('.say.bot');
const count = (page, n) => page.waitForFunction((k) => document.querySelectorAll('.say.bot').length === k, n);

await step('a question by keyboard alone, and a button of its answer', async () => {
    const page = await open({locale: 'vi-VN'}, 'keyboard');
    await page.goto(`${base}/chat`);
    await count(page, 1);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'text');
    await page.keyboard.type('hôm nay có gì');
    await page.keyboard.press('Enter');
    await count(page, 2);
    assert.match(await bot(page).nth(1).innerText(), /\S/);
    const button = bot(page).nth(1).locator('button').first();
    await button.focus();
    await page.keyboard.press('Enter');
    await count(page, 3);
    assert.equal(await page.locator('#log').getAttribute('aria-live'), 'polite');
    assert.equal((await page.context().cookies()).length, 1, 'one cookie');
    assert.equal(await page.evaluate(() => document.cookie), '', 'out of reach of scripts');
    const before = await page.locator('#log').innerText();
    await page.reload();
    await count(page, 3);
    await page.waitForTimeout(1500);
    assert.equal(await page.locator('#log').innerText(), before, 'a reload shows it again and asks for no welcome');
    await page.context().close();
});

for (const colorScheme of ['light', 'dark']) {
    await step(`accessible, ${colorScheme}, on a phone, Vietnamese and English`, async () => {
        const page = await open({colorScheme, viewport: {width: 360, height: 640}, isMobile: true, hasTouch: true}, colorScheme);
        await page.goto(`${base}/chat`);
        await count(page, 1);
        await page.fill('#text', 'tuần này có gì');
        await page.tap('#form button');
        await count(page, 2);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'no sideways scrolling');
        await accessible(page, `${colorScheme}, vi`);
        await page.tap('#lang');
        assert.equal(await page.getAttribute('html', 'lang'), 'en');
        assert.equal(await page.innerText('#form button'), 'Send');
        await accessible(page, `${colorScheme}, en`);
        await page.context().close();
    });
}

await step('a page that lost its server goes on where it was', async () => {
    const page = await open({}, 'lost');
    await page.goto(`${base}/chat`);
    await count(page, 1);
    const known = faults.length;
    await page.context().setOffline(true);
    await page.fill('#text', 'ngày mai có gì');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(500);
    await page.context().setOffline(false);
    await count(page, 2); // sent again under the same number
    await page.waitForTimeout(1000);
    assert.equal(await bot(page).count(), 2);
    faults.length = known; // the failed request is told in the console
    await page.context().close();
});

await step('who ends the conversation leaves nothing to the next', async () => {
    const page = await open({}, 'leave');
    await page.goto(`${base}/chat`);
    await count(page, 1);
    const [old] = await page.context().cookies();
    await page.click('#leave');
    await Promise.all([page.waitForNavigation(), page.click('#leave')]);
    await count(page, 1);
    const [fresh] = await page.context().cookies();
    assert.notEqual(fresh.value, old.value);
    await page.context().close();
});

// ---- on a page of the portal -------------------------------------------------------------------

const portal = http.createServer((request, answer) => {
    answer.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': `default-src 'none'; script-src ${base}; frame-src ${base}`,
    });
    answer.end(`<!doctype html><html lang="vi"><title>Cổng</title><main><h1>Cổng thông tin</h1></main>
<script src="${base}/chat/embed.js" defer></script></html>`);
});
await new Promise((done) => portal.listen(0, done));
const port = portal.address().port;

await step('one script tag on a page with a strict policy', async () => {
    const page = await open({}, 'embed');
    await page.goto(`http://127.0.0.1:${port}/`);
    const button = page.getByRole('button', {name: 'Hỏi đáp'});
    await button.focus();
    await page.keyboard.press('Enter');
    const frame = page.frameLocator('iframe');
    await frame.locator('.say.bot').first().waitFor();
    await frame.locator('#text').fill('hôm nay có gì');
    await frame.locator('#text').press('Enter');
    await frame.locator('.say.bot').nth(1).waitFor();
    await frame.locator('#text').press('Escape');
    await page.locator('iframe').waitFor({state: 'hidden'});
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-expanded')), 'false', 'the focus is back on the button');
    await page.context().close();
});

await step('where the browser keeps no cookie, the page says so and shows a way out', async () => {
    const page = await open({}, 'blocked');
    const known = faults.length;
    await page.goto(`http://localhost:${port}/`); // another site than 127.0.0.1
    await page.getByRole('button', {name: 'Hỏi đáp'}).click();
    const link = page.frameLocator('iframe').locator('#state a');
    await link.waitFor();
    assert.equal(await link.getAttribute('href'), `${base}/chat`);
    faults.length = known; // the refusals are told in the console
    await page.context().close();
});

portal.close();
await browser.close();
assert.deepEqual(faults, [], 'no errors in the console, no breach of the policy');
