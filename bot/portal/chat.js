// The chat page: what is said goes to say, what is heard comes from events. Nothing is ever put into
// the page as HTML. The conversation so far stays in this tab's memory, so that it survives a walk
// through the portal's pages; the cookie is out of reach for this script.
'use strict';
(function () {
    const $ = (id) => document.getElementById(id);
    const log = $('log'), form = $('form'), text = $('text'), state = $('state');
    const args = new URLSearchParams(location.search);
    const framed = window.parent !== window;
    const KEPT = 100;

    function read(key, fallback) {
        try {
            return JSON.parse(sessionStorage.getItem(key)) || fallback;
        } catch (e) {
            return fallback;
        }
    }
    function keep(key, value) {
        try {
            sessionStorage.setItem(key, JSON.stringify(value));
        } catch (e) { /* full or forbidden: the tab goes without */ }
    }

    let lang = read('loa-lang', args.get('lang') === 'en' ? 'en' : 'vi');
    let lines = read('loa-lines', []);
    let last = read('loa-last', '0');
    let source, wait = 2000, waiting = 0, noCookie = false;
    const say = (key) => window.loaWords[lang][key];

    if (/^(light|dark)$/.test(args.get('theme') || '')) document.documentElement.dataset.theme = args.get('theme');

    function translate() {
        document.documentElement.lang = lang;
        for (const e of document.querySelectorAll('[data-say]')) e.textContent = say(e.dataset.say);
        for (const e of document.querySelectorAll('[data-label]')) e.setAttribute('aria-label', say(e.dataset.label));
        for (const e of document.querySelectorAll('[data-hint]')) e.placeholder = say(e.dataset.hint);
        $('lang').textContent = lang === 'vi' ? 'EN' : 'VI';
        $('lang').setAttribute('aria-label', lang === 'vi' ? 'EN, English' : 'VI, Tiếng Việt');
        $('lang').lang = lang === 'vi' ? 'en' : 'vi';
    }
    function tell(key) {
        state.textContent = key ? say(key) : '';
    }

    // ---- showing ----------------------------------------------------------------------------

    function make(tag, cls, words) {
        const e = document.createElement(tag);
        if (cls) e.className = cls;
        if (words) e.textContent = words;
        return e;
    }
    function safe(url, schemes) {
        try {
            return schemes.includes(new URL(url).protocol) ? url : null;
        } catch (e) {
            return null;
        }
    }
    const web = (url) => safe(url, ['https:', 'http:']);
    function anchor(url, words, cls) {
        const a = make('a', cls, words);
        a.href = url;
        if (web(url)) {
            a.target = '_blank';
            a.rel = 'noopener noreferrer';
        }
        return a;
    }
    // Addresses in running text become links.
    function paragraph(words) {
        const p = make('p');
        for (const part of words.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/)) {
            if (web(part)) p.append(anchor(part, part));
            else if (part) p.append(part);
        }
        return p;
    }
    function picture(image, alt) {
        const url = image && web(typeof image === 'string' ? image : image.url);
        if (!url || !url.startsWith('https:')) return [];
        const img = make('img');
        img.src = url;
        img.alt = (image && image.alt) || alt || '';
        img.loading = 'lazy';
        img.referrerPolicy = 'no-referrer';
        return [img];
    }
    function actions(buttons) {
        const box = make('div', 'acts');
        for (const b of buttons || []) {
            const url = b.url ? web(b.url) : b.phone ? 'tel:' + b.phone.replace(/[^+0-9]/g, '') : null;
            if (url) {
                box.append(anchor(url, b.title, 'act'));
            } else if (b.reply) {
                const button = make('button', '', b.title);
                button.type = 'button';
                button.addEventListener('click', () => speak({text: b.title, payload: b.reply}));
                box.append(button);
            }
        }
        return box.childNodes.length ? [box] : [];
    }
    function card(c) {
        const li = make('li');
        li.append(...picture(c.image, c.title), make('h2', '', c.title));
        if (c.subtitle) li.append(paragraph(c.subtitle));
        const buttons = (c.buttons || []).slice();
        if (c.url && web(c.url)) buttons.push({title: say('more'), url: c.url});
        li.append(...actions(buttons));
        return li;
    }
    function draw(m) {
        const e = make('div', 'say ' + (m.from === 'you' ? 'mine' : m.from === 'staff' ? 'staff' : 'bot'));
        e.append(make('span', m.from === 'staff' ? 'who' : 'unseen', say(m.from) + ': '));
        if (m.text) e.append(paragraph(m.text));
        e.append(...picture(m.image));
        if (m.link && web(m.link)) e.append(make('p'), anchor(m.link, m.link));
        if (m.file && web(m.file.url)) e.append(anchor(m.file.url, m.file.name || say('file'), 'act'));
        if (m.cards && m.cards.length) {
            const ul = make('ul', 'cards');
            ul.append(...m.cards.map(card));
            e.append(ul);
        }
        e.append(...actions(m.buttons));
        log.append(e);
        log.scrollTop = log.scrollHeight;
        return e;
    }
    function add(m) {
        lines.push(m);
        lines = lines.slice(-KEPT);
        keep('loa-lines', lines);
        const e = draw(m);
        e.classList.add('new');
        return e;
    }

    // ---- hearing ----------------------------------------------------------------------------

    function hear(event) {
        let line;
        try {
            line = JSON.parse(event.data);
        } catch (e) {
            return;
        }
        last = event.lastEventId;
        keep('loa-last', last);
        clearTimeout(waiting);
        tell('');
        if (lines.some((l) => l.id === last && l.at === line.at)) return;
        add(Object.assign({}, line.m, {id: last, at: line.at, from: line.from}));
    }
    function listen() {
        if (noCookie) return;
        source = new EventSource('chat/events?after=' + encodeURIComponent(last));
        source.onopen = () => {
            wait = 2000;
            if (state.textContent === say('lost')) tell('');
        };
        source.onmessage = hear;
        source.onerror = () => {
            if (source.readyState !== EventSource.CLOSED || noCookie) return; // it connects again by itself
            tell('lost');
            setTimeout(listen, wait);
            wait = Math.min(2 * wait, 30000);
        };
    }

    // ---- saying -----------------------------------------------------------------------------

    function number() {
        const bytes = crypto.getRandomValues(new Uint8Array(16));
        return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
    }
    // The same number each time: what was taken already is not taken twice.
    async function post(said) {
        for (let tries = 0; ; tries++) {
            let status = 0;
            try {
                const answer = await fetch('chat/say', {
                    method: 'POST', credentials: 'same-origin',
                    headers: {'Content-Type': 'application/json'}, body: JSON.stringify(said),
                });
                status = answer.status;
                await answer.text(); /* unread, it counts as broken off */
            } catch (e) { /* no connection */ }
            if ((status && status < 500) || tries === 5) return status;
            await new Promise((done) => setTimeout(done, 1000 << tries));
        }
    }
    function blocked() {
        noCookie = true;
        source.close();
        tell('blocked');
        if (framed) state.append(' ', anchor(new URL('chat', location.href).href, say('window')));
    }
    async function send(said, bubble) {
        tell('waiting');
        clearTimeout(waiting);
        waiting = setTimeout(() => tell(''), 15000);
        const status = await post(said);
        if (status === 200) return;
        clearTimeout(waiting);
        const why = status === 429 ? 'fast' : status === 400 ? 'bad' : 'failed';
        if (status === 401) blocked();
        else tell(bubble ? '' : why);
        if (!bubble) return;
        const note = make('p', 'why', say(why)); // it stays by what was not sent
        bubble.append(note);
        if (status === 400) return;
        const again = make('button', '', say('again'));
        again.type = 'button';
        bubble.classList.add('failed');
        bubble.append(again);
        again.addEventListener('click', () => {
            note.remove();
            again.remove();
            bubble.classList.remove('failed');
            text.focus();
            send(said, bubble);
        });
    }
    function speak(what) {
        const said = Object.assign({id: number()}, what);
        send(said, add({from: 'you', text: what.text}));
    }

    form.addEventListener('submit', (event) => {
        event.preventDefault();
        const words = text.value.trim();
        if (!words) return;
        text.value = '';
        text.rows = 1;
        speak({text: words});
        text.focus();
    });
    text.addEventListener('keydown', (event) => {
        // Enter while a word is being composed (Telex, VNI) belongs to the keyboard.
        if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            form.requestSubmit();
        }
    });
    text.addEventListener('input', () => {
        text.rows = Math.min(5, text.value.split('\n').length);
    });

    // ---- around it --------------------------------------------------------------------------

    $('lang').addEventListener('click', () => {
        lang = lang === 'vi' ? 'en' : 'vi';
        keep('loa-lang', lang);
        translate();
    });
    let sure = 0;
    $('leave').addEventListener('click', async () => {
        if (!sure) {
            $('leave').textContent = say('sure');
            sure = setTimeout(() => {
                sure = 0;
                $('leave').textContent = say('leave');
            }, 5000);
            return;
        }
        source.close();
        try {
            await fetch('chat/leave', {method: 'POST', credentials: 'same-origin', headers: {'Content-Type': 'application/json'}});
            sessionStorage.removeItem('loa-lines');
            sessionStorage.removeItem('loa-last');
        } finally {
            location.reload();
        }
    });
    function close() {
        if (framed) window.parent.postMessage({loa: 'close'}, '*');
    }
    $('close').hidden = !framed;
    $('close').addEventListener('click', close);
    document.addEventListener('keydown', (event) => {
        if (event.key === 'Escape') close();
    });
    window.addEventListener('message', (event) => {
        if (event.source === window.parent && event.data && event.data.loa === 'open') text.focus();
    });

    translate();
    lines.forEach(draw);
    listen();
    if (!lines.length) send({id: number(), open: true});
    if (framed) window.parent.postMessage({loa: 'ready'}, '*');
    else text.focus();
})();
