// SPDX-License-Identifier: Apache-2.0
// app.js - loads the state once, then follows the stream of server-sent events.
import { el, Phone, linkify, say } from './phone.js';

const LABEL = { zalo: 'Zalo', viber: 'Viber', facebook: 'Messenger' };
const phones = {};
let clock = { now: Date.now(), at: performance.now(), speed: 1 };
let stream;

const when = new Intl.DateTimeFormat('vi-VN', {
  timeZone: 'Asia/Ho_Chi_Minh', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false,
});
const day = new Intl.DateTimeFormat('vi-VN', {
  timeZone: 'Asia/Ho_Chi_Minh', weekday: 'long', day: 'numeric', month: 'numeric', year: 'numeric',
});

function showClock() {
  const now = new Date(clock.now + (performance.now() - clock.at) * clock.speed);
  document.getElementById('clock').textContent = when.format(now);
  document.getElementById('date').textContent = day.format(now);
}

// The speed of the sandbox clock shows between two ticks of the stream.
function setClock(now) {
  const at = performance.now();
  const passed = at - clock.at;
  if (passed > 500) clock.speed = Math.max(0, (now - clock.now) / passed);
  if (Math.abs(clock.speed - 1) < 0.1) clock.speed = 1;
  clock = { now, at, speed: clock.speed };
}

function showMeters(counts) {
  const box = document.getElementById('meters');
  box.replaceChildren(...Object.keys(LABEL).map((p) => {
    const c = counts[p];
    const detail = `${c.users.toLocaleString('vi-VN')} người, ${c.accepted.toLocaleString('vi-VN')} tin đã nhận, `
      + `${c.refused.toLocaleString('vi-VN')} bị từ chối, ${c.hooks.toLocaleString('vi-VN')} webhook`;
    return el('div', { class: `meter ${p}`, title: `${c.name}: ${detail}` },
      el('dt', {}, LABEL[p]),
      el('dd', {}, el('b', {}, c.accepted.toLocaleString('vi-VN')), ' tin'),
      el('dd', { class: 'minor' }, `${c.users.toLocaleString('vi-VN')} người`,
        c.refused ? el('span', { class: 'bad' }, ` · ${c.refused.toLocaleString('vi-VN')} từ chối`) : ''));
  }));
}

const KIND = {
  'zalo:broadcast': 'Bài viết Zalo', 'facebook:post': 'Bài trên Trang', 'viber:post': 'Bài kênh Viber',
  'facebook:comment': 'Bình luận của Trang', 'zalo:phone': 'ZNS theo số điện thoại', 'zalo:group': 'Nhóm Zalo',
};

function postCard(m) {
  const card = m.cards && m.cards[0];
  const link = card?.action?.url || m.buttons?.[0]?.url;
  const image = m.image || card?.image;
  return el('li', { class: `post ${m.platform}` },
    image ? picture(image) : null,
    el('div', { class: 'post-body' },
      el('p', { class: 'post-kind' }, KIND[`${m.platform}:${m.kind}`] || m.kind,
        el('time', {}, ` · ${new Date(m.at).toLocaleString('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh', hour: '2-digit', minute: '2-digit', day: 'numeric', month: 'numeric' })}`)),
      el('p', { class: 'post-text' }, ...linkify(m.text || '')),
      card?.subtitle ? el('p', { class: 'minor' }, card.subtitle) : null,
      link ? el('a', { href: link, target: '_blank', rel: 'noopener' }, 'Xem bài') : null));
}

function picture(src) {
  const img = el('img', { src, alt: '', class: 'post-image' });
  img.addEventListener('error', () => img.remove());
  return img;
}

function addPost(m) {
  const list = document.getElementById('feed');
  list.querySelector('.empty')?.remove();
  list.prepend(postCard(m));
  while (list.children.length > 30) list.lastChild.remove();
}

function showTabs() {
  const tabs = document.getElementById('tabs');
  tabs.replaceChildren(...Object.entries(LABEL).map(([p, name]) => {
    const b = el('button', { type: 'button', class: p }, name, el('span', { class: 'dot', hidden: true }));
    b.addEventListener('click', () => {
      phones[p].root.scrollIntoView({ behavior: 'smooth', block: 'start' });
      b.querySelector('.dot').hidden = true;
    });
    return b;
  }));
}

function mark(platform) {
  const i = Object.keys(LABEL).indexOf(platform);
  const box = phones[platform].root.getBoundingClientRect();
  if (box.bottom < 60 || box.top > innerHeight - 60) {
    document.querySelectorAll('#tabs .dot')[i].hidden = false;
  }
}

function onEvent(e) {
  if (e.type === 'state') {
    setClock(e.now);
    showMeters(e.counts);
  } else if (e.type === 'message') {
    if (!e.message.user) { addPost(e.message); return; }
    phones[e.message.platform].add(e.message);
    mark(e.message.platform);
  } else if (e.type === 'status') {
    Object.values(phones).forEach((p) => p.status(e.seq, e.status));
  } else if (e.type === 'user') {
    phones[e.user.platform].setUser(e.user);
  } else if (e.type === 'reset') {
    load();
  }
}

function follow(ids) {
  stream?.close();
  stream = new EventSource(`/_live?${new URLSearchParams(ids)}`);
  stream.onmessage = (m) => onEvent(JSON.parse(m.data));
  stream.onopen = () => {
    if (!document.getElementById('offline').hidden) load();
    document.getElementById('offline').hidden = true;
  };
  stream.onerror = () => { document.getElementById('offline').hidden = false; };
}

async function load() {
  const state = await (await fetch('/_control/page')).json();
  const main = document.getElementById('phones');
  const ids = {};
  setClock(state.now);
  showMeters(state.counts);
  main.replaceChildren();
  for (const p of state.phones) {
    const phone = new Phone(p);
    phones[p.user.platform] = phone;
    ids[p.user.platform] = p.user.id;
    main.append(phone.root);
    phone.fill(p.messages);
  }
  const feed = document.getElementById('feed');
  feed.replaceChildren(...state.posts.reverse().map(postCard));
  if (!feed.children.length) {
    feed.append(el('li', { class: 'empty' }, 'Chưa có bài nào. Bài đăng công khai sẽ hiện ở đây.'));
  }
  follow(ids);
}

showTabs();
setInterval(showClock, 250);
load().catch(() => { document.getElementById('offline').hidden = false; setTimeout(() => location.reload(), 2000); });
window.addEventListener('pagehide', () => stream?.close());
export { say };
