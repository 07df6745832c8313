// SPDX-License-Identifier: Apache-2.0
// The chat page as people use it: by keyboard, on a phone, in both languages and colours, through a
// restart of the server, with a person of the staff, and in a frame of a portal whose own policy is
// strict. portal.mjs BUILD
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import http from 'node:http';
import {createRequire} from 'node:module';
import {chromium} from 'playwright-core';
import {Server} from './server.mjs';

const PATIENCE_MS = 90000; // of any one condition, on a machine that has much else to do
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const server = await Server.start('--demo-clock', '2026-10-01T09:00');
const base = server.url;
const browser = await chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox']});
const faults = [];
let expected = false; // the step breaks something on purpose
let portalUrl = base, today = null;

function watch(page, what) {
    const note = (text) => expected || faults.push(`${what}: ${text}`);

    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (e) => note(e.message));
    page.on('console', (m) => ['error', 'warning'].includes(m.type()) && note(m.text()));
    // What is under way when its page goes away is not a fault.
    page.on('requestfailed', (q) => q.failure().errorText === 'net::ERR_ABORTED' || note(`${q.url()} ${q.failure().errorText}`));
    page.on('response', (a) => a.status() >= 400 && note(`${a.url()} ${a.status()}`));
    page.on('request', (q) => ![base, portalUrl].includes(new URL(q.url()).origin) && !q.url().startsWith(today?.url) &&
        faults.push(`${what}: asks ${q.url()}`));
}
async function open(options, what) {
    const page = await (await browser.newContext(options)).newPage();
    watch(page, what);
    return page;
}
// axe is evaluated from outside, so the page's policy does not stand in its way; each frame by itself.
async function accessible(page, what) {
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, {iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}));
    assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3).join(' | ')}`), [], what);
}
async function step(name, body) {
    const before = faults.length;
    await body();
    assert.deepEqual(faults.slice(before), [], `${name}: no error, no refusal, nothing asked elsewhere`);
    console.log(`ok ${name}`);
}
const bot = (page) => page.locator('.say.bot');
const count = (page, n, kind = 'bot') => page.waitForFunction(([k, of]) => document.querySelectorAll(`.say.${of}`).length === k, [n, kind], {timeout: PATIENCE_MS});
async function ask(page, words, n) {
    await page.focus('#text');
    await page.keyboard.type(words);
    await page.keyboard.press('Enter');
    await count(page, n);
    return bot(page).nth(n - 1).innerText();
}
const focused = (page, what) => page.evaluate((w) => document.activeElement[w], what);

await step('the page: nothing inline, one cookie, out of reach of scripts', async () => {
    const answer = await fetch(`${base}/chat`);
    const html = await answer.text(), policy = answer.headers.get('content-security-policy');
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|data:|script-src[^;]*\*/);
    assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:/i);
    const page = await open({}, 'cookie');
    await page.goto(`${base}/chat`);
    await count(page, 1);
    const cookies = await page.context().cookies();
    assert.deepEqual(cookies.map((c) => [c.name, c.path, c.httpOnly]), [['loa_chat', '/chat', true]]);
    assert.equal(await page.evaluate(() => document.cookie), '');
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    await page.context().close();
});

await step('messy Vietnamese, a follow-up and a quick reply, by keyboard alone', async () => {
    const page = await open({locale: 'vi-VN'}, 'keyboard');
    await page.goto(`${base}/chat`);
    await count(page, 1);
    assert.equal(await focused(page, 'id'), 'text');
    assert.match(await ask(page, 'toi t7 nay o cam ranh co j ko ad', 2), /Cam Ranh/);
    assert.ok(await bot(page).nth(1).locator('button').count(), 'an answer with buttons');
    assert.equal(await focused(page, 'id'), 'text', 'the answer does not take the focus');
    assert.match(await ask(page, 'hnay co j', 3), /\S/);
    assert.match(await ask(page, 'o dau v?', 4), /\S/, 'it leans on the answer before');
    // Back from the field, past what stands between, to a button of the last answer that replies.
    for (let i = 0; i < 20 && !(await page.evaluate(() => document.activeElement.closest?.('.say.bot') && document.activeElement.tagName === 'BUTTON')); i++)
        await page.keyboard.press('Shift+Tab');
    const words = await focused(page, 'textContent');
    await page.keyboard.press('Enter');
    await count(page, 5);
    assert.ok((await page.locator('.say.mine').last().innerText()).includes(words), 'what was tapped is what was said');
    const before = await page.locator('#log').innerText();
    await page.reload();
    await count(page, 5);
    assert.equal(await page.locator('#log').innerText(), before, 'a reload shows it again');
    await ask(page, 'cam on', 6); // and asked for no welcome: that would be one more
    await page.context().close();
});

await step('what a screen reader is told', async () => {
    const page = await open({}, 'aria');
    await page.goto(`${base}/chat`);
    await count(page, 1);
    const log = page.getByRole('log', {name: 'Nội dung trò chuyện'});
    assert.equal(await log.getAttribute('aria-live'), 'polite');
    assert.equal(await log.getAttribute('tabindex'), '0', 'it can be scrolled by keyboard');
    await page.getByRole('textbox', {name: 'Câu hỏi của bạn'}).waitFor();
    await page.getByRole('status').waitFor({state: 'attached'});
    await page.getByRole('heading', {level: 1}).waitFor();
    await ask(page, 'hôm nay có gì', 2);
    assert.match(await page.locator('.say.mine').first().textContent(), /^Bạn: /, 'who speaks is said');
    assert.match(await bot(page).first().textContent(), /^Trợ lý: /);
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
        const small = await page.evaluate(() => [...document.querySelectorAll('button, .act')].filter((e) => e.offsetParent && Math.round(e.getBoundingClientRect().height) < 44).map((e) => e.textContent));
        assert.deepEqual(small, [], 'what is tapped is as large as a finger');
        await accessible(page, `${colorScheme}, vi`);
        await page.tap('#lang');
        assert.equal(await page.getAttribute('html', 'lang'), 'en');
        assert.equal(await page.innerText('#form button'), 'Send');
        assert.match(await ask(page, 'what is on today?', 3), /\b(the|at|today|events?)\b/i);
        await accessible(page, `${colorScheme}, en`);
        await page.context().close();
    });
}

await step('who asks to be left alone, or what is known of him, is understood', async () => {
    const page = await open({}, 'words');
    await page.goto(`${base}/chat`);
    await count(page, 1);
    assert.match(await ask(page, 'STOP', 2), /\S/);
    assert.match(await ask(page, 'bạn biết gì về tôi', 3), /\S/);
    assert.match(await ask(page, 'xoa du lieu cua toi', 4), /\S/);
    assert.match(await ask(page, 'có', 5), /xóa/i);
    await page.context().close();
});

await step('who writes too fast is told so kindly and can send it again', async () => {
    const page = await open({}, 'fast');
    await page.goto(`${base}/chat`);
    await count(page, 1);
    expected = true; // the refusal stands in the console
    for (let i = 0; i < 40 && !(await page.locator('.mine.failed').count()); i++) {
        await page.fill('#text', `xin chào ${i}`);
        await page.press('#text', 'Enter');
    }
    await page.locator('.mine.failed').first().waitFor();
    assert.match(await page.locator('.mine.failed').first().innerText(), /chờ một chút/);
    await accessible(page, 'what was not sent');
    await page.locator('.mine.failed').first().getByRole('button', {name: 'Gửi lại'}).waitFor();
    await page.context().close();
    expected = false;
});

await step('a page whose server was killed goes on: nothing lost, nothing twice', async () => {
    const page = await open({}, 'restart');
    await page.goto(`${base}/chat`);
    await count(page, 1);
    await ask(page, 'hôm nay có gì', 2);
    expected = true;
    await server.down('SIGKILL');
    await page.fill('#text', 'ngày mai có gì');
    await page.keyboard.press('Enter'); // said again under the same number until it is taken
    await page.locator('.say.mine').nth(1).waitFor();
    await server.up();
    const again = page.getByRole('button', {name: 'Gửi lại'}); // where the start took long
    await Promise.race([count(page, 3), again.click({timeout: PATIENCE_MS}).then(() => count(page, 3)).catch(() => {})]);
    await count(page, 3);
    expected = false;
    await ask(page, 'cảm ơn', 4);
    assert.equal(await page.locator('.say.mine').count(), 3);
    await page.context().close();
});

await step('who ends the conversation leaves nothing to the next', async () => {
    const page = await open({}, 'leave');
    await page.goto(`${base}/chat`);
    await count(page, 1);
    await ask(page, 'hôm nay có gì', 2);
    const [old] = await page.context().cookies();
    await page.click('#leave');
    await Promise.all([page.waitForEvent('load'), page.click('#leave')]);
    await count(page, 1);
    const [fresh] = await page.context().cookies();
    assert.notEqual(fresh.value, old.value);
    await page.context().close();
});

await step('what a person of the staff writes reaches the open page', async () => {
    today = await Server.start(); // the command line has no other clock
    const page = await open({}, 'staff');
    await page.goto(`${today.url}/chat`);
    await count(page, 1);
    await ask(page, 'cho toi gap can bo', 2);
    const [c] = JSON.parse(today.run('conversation', 'list', '--json'));
    today.run('conversation', 'reply', String(c.id), '--text', 'Chào bạn, tôi là Bình, phòng Văn hóa.', '--user', 'an');
    await count(page, 1, 'staff');
    assert.match(await page.innerText('.say.staff'), /Cán bộ[\s\S]*tôi là Bình/);
    await accessible(page, 'an answer of the staff');
    await page.context().close();
    await today.end();
});

// ---- on a page of the portal -------------------------------------------------------------------

const portal = http.createServer((request, answer) => {
    if (request.url !== '/') {
        answer.writeHead(204).end();
        return;
    }
    answer.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': `default-src 'none'; script-src ${base}; frame-src ${base}`,
    });
    answer.end(`<!doctype html><html lang="vi"><title>Cổng</title><main><h1>Cổng thông tin</h1></main>
<script src="${base}/chat/embed.js" defer></script></html>`);
});
await new Promise((done) => portal.listen(0, done));
const port = portal.address().port;
portalUrl = `http://127.0.0.1:${port}`;

await step('one script tag on a page with a strict policy', async () => {
    const page = await open({}, 'embed');
    await page.goto(`${portalUrl}/`);
    const button = page.getByRole('button', {name: 'Hỏi đáp'});
    assert.equal((await page.context().cookies()).length, 0, 'nothing is kept before it is opened');
    await button.focus();
    await page.keyboard.press('Enter');
    const frame = page.frameLocator('iframe');
    await frame.locator('.say.bot').first().waitFor();
    await frame.locator('#text').fill('hôm nay có gì');
    await frame.locator('#text').press('Enter');
    await frame.locator('.say.bot').nth(1).waitFor();
    assert.ok(await page.locator('iframe').getAttribute('title'));
    await accessible(page, 'the page around the chat');
    assert.equal((await page.context().cookies()).length, 1);
    await frame.locator('#text').press('Escape');
    await page.locator('iframe').waitFor({state: 'hidden'});
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-expanded')), 'false', 'the focus is back on the button');
    await page.context().close();
});

await step('where the browser keeps no cookie, the page says so and shows a way out', async () => {
    portalUrl = `http://localhost:${port}`; // another site than 127.0.0.1
    const page = await open({}, 'blocked');
    expected = true; // the refusals are told in the console
    await page.goto(`${portalUrl}/`);
    await page.getByRole('button', {name: 'Hỏi đáp'}).click();
    const link = page.frameLocator('iframe').locator('#state a');
    await link.waitFor();
    assert.equal(await link.getAttribute('href'), `${base}/chat`);
    await page.context().close();
    expected = false;
});

portal.close();
await browser.close();
await server.end();
assert.deepEqual(faults, []);
