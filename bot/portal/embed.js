// One line on a page of the portal shows a button that opens the chat:
//   <script src="https://loa.example.vn/chat/embed.js" defer></script>
// data-lang="vi|en" and data-theme="light|dark" on it say what the page cannot tell by itself.
'use strict';
(function () {
    const script = document.currentScript;
    if (!script || window.loaChat) return;
    window.loaChat = true;
    const base = new URL('.', script.src); // .../chat/
    const lang = (script.dataset.lang || document.documentElement.lang || 'vi').slice(0, 2) === 'en' ? 'en' : 'vi';
    const words = {vi: ['Hỏi đáp', 'Đóng trò chuyện', 'Cửa sổ trò chuyện'], en: ['Ask us', 'Close chat', 'Chat window']}[lang];
    let frame = null, ready = false; // the page in it has come

    function style(e, rules) {
        for (const name of Object.keys(rules)) e.style.setProperty(name, rules[name]);
    }
    function place() {
        const small = window.innerWidth < 480;
        style(frame, {
            right: small ? '0' : '16px', bottom: small ? '0' : '76px',
            width: small ? '100%' : '384px', height: small ? '100%' : 'min(600px, calc(100% - 96px))',
            'border-radius': small ? '0' : '12px',
        });
    }
    function make() {
        frame = document.createElement('iframe');
        const url = new URL('../chat', base);
        url.searchParams.set('lang', lang);
        if (script.dataset.theme) url.searchParams.set('theme', script.dataset.theme);
        frame.src = url.href;
        frame.title = words[2];
        style(frame, {position: 'fixed', border: '0', 'z-index': '2147483647', 'box-shadow': '0 4px 24px rgba(0,0,0,.35)', background: 'transparent', 'color-scheme': 'normal'});
        place();
        document.body.append(frame);
        window.addEventListener('resize', place);
    }
    function enter() {
        frame.focus();
        frame.contentWindow.postMessage({loa: 'open'}, base.origin);
    }
    function show(open) {
        if (open && !frame) make();
        frame.style.setProperty('display', open ? 'block' : 'none');
        button.setAttribute('aria-expanded', String(open));
        button.textContent = open ? words[1] : words[0];
        if (!open) button.focus();
        else if (ready) enter();
    }

    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = words[0];
    button.lang = lang;
    button.setAttribute('aria-expanded', 'false');
    button.setAttribute('aria-haspopup', 'dialog');
    style(button, {
        position: 'fixed', right: '16px', bottom: '16px', 'z-index': '2147483646', 'min-height': '48px',
        padding: '8px 20px', border: '2px solid #fff', 'border-radius': '24px', background: '#0b5cad',
        color: '#fff', font: '600 16px system-ui, sans-serif', cursor: 'pointer',
        'box-shadow': '0 2px 10px rgba(0,0,0,.35)',
    });
    button.addEventListener('click', () => show(button.getAttribute('aria-expanded') !== 'true'));
    window.addEventListener('message', (event) => {
        if (!frame || event.source !== frame.contentWindow || event.origin !== base.origin || !event.data) return;
        if (event.data.loa === 'close') show(false);
        if (event.data.loa === 'ready') {
            ready = true;
            if (button.getAttribute('aria-expanded') === 'true') enter();
        }
    });
    const begin = () => document.body.append(button);
    if (document.body) begin();
    else document.addEventListener('DOMContentLoaded', begin);
})();
