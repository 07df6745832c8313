// SPDX-License-Identifier: Apache-2.0
// phone.js - one phone: bubbles, buttons, keyboard, ticks, input.

export function el(tag, attrs = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attrs)) {
    if (v === true) e.setAttribute(k, '');
    else if (v !== false && v !== null && v !== undefined) e.setAttribute(k, v);
  }
  e.append(...children.filter((c) => c !== null && c !== undefined));
  return e;
}

export async function say(order) {
  const r = await fetch('/_control', { method: 'POST', body: JSON.stringify(order) });
  return r.json();
}

// URLs and phone numbers in a text become links; the text itself is never read as HTML.
export function linkify(text) {
  const out = [];
  let last = 0;
  for (const m of text.matchAll(/https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g)) {
    out.push(text.slice(last, m.index), el('a', { href: m[0], target: '_blank', rel: 'noopener noreferrer' }, m[0]));
    last = m.index + m[0].length;
  }
  out.push(text.slice(last));
  return out;
}

// Viber: *bold* _italic_ ~strike~ ```mono```, where the closing mark is followed by a space or the end.
function viberText(text) {
  const out = [];
  const re = /(\*|_|~|```)(?=\S)([^\n]*?\S)\1(?=\s|$)/g;
  const tag = { '*': 'b', _: 'i', '~': 's', '```': 'code' };
  let last = 0;
  for (const m of text.matchAll(re)) {
    if (m.index && !/\s/.test(text[m.index - 1])) continue;
    out.push(...linkify(text.slice(last, m.index)), el(tag[m[1]], {}, m[2]));
    last = m.index + m[0].length;
  }
  out.push(...linkify(text.slice(last)));
  return out;
}

const plain = (html) => new DOMParser().parseFromString(html || '', 'text/html').body.textContent;
const hhmm = (ms) => new Date(ms).toLocaleTimeString('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh', hour: '2-digit', minute: '2-digit' });
const dayOf = (ms) => new Date(ms).toLocaleDateString('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh', weekday: 'long', day: 'numeric', month: 'numeric' });

const LOOK = {
  zalo: { name: 'Zalo', join: 'Quan tâm', leave: 'Bỏ quan tâm', joined: 'Đã quan tâm', hint: 'Nhập tin nhắn tới OA', idle: 'Bấm Quan tâm để nhận tin của phường, hoặc nhắn một câu hỏi.' },
  viber: { name: 'Viber', join: 'Nhận tin', leave: 'Ngừng nhận', joined: 'Đã đăng ký', hint: 'Nhập tin nhắn…', idle: 'Mở khung chat rồi bấm Nhận tin, hoặc nhắn một câu hỏi.' },
  facebook: { name: 'Messenger', join: 'Bắt đầu', leave: 'Chặn Trang', joined: 'Đã mở chat', hint: 'Aa', idle: 'Bấm Bắt đầu để mở cuộc trò chuyện với Trang.' },
};

export class Phone {
  constructor({ account, user, profile }) {
    this.p = user.platform;
    this.look = LOOK[this.p];
    this.profile = profile;
    this.rows = new Map();
    this.build(account, user);
    this.setUser(user);
  }

  build(account, user) {
    this.log = el('div', { class: 'log', role: 'log', 'aria-label': `Tin nhắn ${this.look.name}`, tabindex: '0' });
    this.join = el('button', { type: 'button', class: 'join' });
    this.join.addEventListener('click', () => this.toggle());
    this.keys = el('div', { class: 'keys', hidden: true });
    this.input = el('input', { type: 'text', placeholder: this.look.hint, 'aria-label': `Nhắn qua ${this.look.name}`, autocomplete: 'off', enterkeyhint: 'send', maxlength: '2000' });
    const form = el('form', { class: 'composer' }, this.menuButton(), this.input,
      el('button', { type: 'submit', 'aria-label': 'Gửi' }, sendIcon()));
    form.addEventListener('submit', (e) => { e.preventDefault(); this.send(); });
    this.root = el('section', { class: `phone ${this.p}`, 'aria-label': `Điện thoại ${this.look.name}` },
      el('header', { class: 'bar' },
        el('span', { class: 'avatar', 'aria-hidden': 'true' }, account.replace(/^(UBND|Kênh)\s*/, '').charAt(0) || 'P'),
        el('div', { class: 'who' }, el('strong', {}, account), this.state = el('span', {})),
        this.join),
      this.log, this.keys, form,
      el('p', { class: 'me' }, user.name));
  }

  menuButton() {
    if (this.p !== 'facebook') return el('span', { class: 'plus', 'aria-hidden': 'true' }, '+');
    const b = el('button', { type: 'button', class: 'plus', 'aria-label': 'Trình đơn của Trang' }, '≡');
    b.addEventListener('click', async () => {
      const fresh = await (await fetch('/_control/page')).json();
      this.profile = fresh.phones.find((x) => x.user.platform === 'facebook').profile;
      const items = this.profile?.persistent_menu?.[0]?.call_to_actions || [];
      this.showKeys(items.length ? items.map((i, at) => ({ title: i.title, menu: at, url: i.url })) : [{ title: 'Trang chưa đặt trình đơn', none: true }], 'menu');
    });
    return b;
  }

  setUser(user) {
    this.user = user;
    const inside = this.p === 'facebook' ? user.interacted && !user.blocked : user.follows;
    this.inside = inside;
    this.join.textContent = inside ? this.look.leave : this.look.join;
    this.join.classList.toggle('on', inside);
    this.state.textContent = user.other_app ? 'Cán bộ đang trả lời' : user.opted_out ? 'Đã ngừng thông báo' : inside ? this.look.joined : 'Chưa đăng ký';
    if (!this.rows.size) this.idle();
  }

  idle() {
    this.log.replaceChildren(el('p', { class: 'idle' }, this.look.idle));
    const ice = this.profile?.ice_breakers?.[0]?.call_to_actions || [];
    if (this.p === 'facebook' && ice.length) {
      this.showKeys(ice.map((q, at) => ({ title: q.question, ice: at })), 'quick');
    }
  }

  async toggle() {
    if (this.p === 'viber' && !this.inside) await say({ op: 'open_chat', platform: 'viber', user: this.user.id });
    await say({ op: this.inside ? 'unfollow' : 'follow', platform: this.p, user: this.user.id });
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = '';
    await say({ op: 'say', platform: this.p, user: this.user.id, text });
  }

  fill(messages) {
    if (!messages.length) { this.idle(); return; }
    messages.forEach((m) => this.add(m, true));
    this.bottom();
  }

  add(m, quiet = false) {
    if (this.rows.has(m.seq)) return;
    this.log.querySelector('.idle')?.remove();
    const day = dayOf(m.at);
    if (day !== this.day) {
      this.day = day;
      this.log.append(el('p', { class: 'day' }, day));
    }
    const near = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 160;
    const row = this.row(m);
    if (!quiet) row.classList.add('fresh');
    this.rows.set(m.seq, { row, m });
    this.log.append(row);
    if (m.dir === 'out') this.offer(m);
    else if (this.p === 'facebook') this.hideKeys();
    if (m.dir === 'out') this.ticks(m.seq, ['sent', 'delivered', 'seen', 'failed'].indexOf(m.status));
    if (!quiet && (near || m.dir === 'in')) this.bottom();
    if (this.rows.size > 300) {
      const [first] = this.rows.keys();
      this.rows.get(first).row.remove();
      this.rows.delete(first);
    }
  }

  bottom() {
    requestAnimationFrame(() => { this.log.scrollTop = this.log.scrollHeight; });
  }

  row(m) {
    const bubble = el('div', { class: 'bubble' });
    const image = m.image && !(m.cards && m.kind === 'article') ? this.picture(m.image) : null;
    if (image) bubble.append(image);
    if (m.text && !(m.cards && m.kind === 'article')) {
      bubble.append(el('p', { class: 'text' }, ...(this.p === 'viber' && m.dir === 'out' ? viberText(m.text) : linkify(m.text))));
    }
    if (m.file) bubble.append(el('p', { class: 'file' }, '📄 ', m.file));
    if (!m.text && !m.image && !m.cards && !m.file) bubble.append(el('p', { class: 'text minor' }, `[${m.kind}]`));
    const inline = this.inlineButtons(m);
    if (inline) bubble.append(inline);
    bubble.append(el('span', { class: 'meta' }, hhmm(m.at), m.dir === 'out' ? el('span', { class: 'ticks', role: 'img' }) : ''));
    const cards = m.cards ? this.cards(m) : null;
    const onlyCards = cards && !m.text && !m.file;
    return el('div', { class: `row ${m.dir}` }, m.kind === 'article' || onlyCards ? null : bubble, cards);
  }

  picture(src) {
    const img = el('img', { src, alt: 'Ảnh trong tin nhắn', class: 'photo', loading: 'lazy' });
    img.addEventListener('error', () => img.replaceWith(el('a', { href: src, class: 'noimage', target: '_blank', rel: 'noopener noreferrer' }, 'Ảnh ở ', src)));
    img.addEventListener('load', () => { if (this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 500) this.bottom(); });
    return img;
  }

  // Zalo and Messenger template buttons hang below the bubble; quick replies and keyboards do not.
  inlineButtons(m) {
    const list = (m.buttons || []).map((b, at) => ({ ...b, at })).filter((b) => this.p !== 'viber' && !['quick', 'user_phone_number', 'user_email'].includes(b.type));
    return list.length ? el('div', { class: 'buttons' }, ...list.map((b) => this.button(m, b, b.at))) : null;
  }

  button(m, b, at) {
    const label = this.p === 'viber' ? plain(b.title) : b.title;
    if (b.type === 'none') return el('span', { class: 'button still' }, label);
    const e = el(b.url ? 'a' : 'button', b.url ? { href: b.type === 'phone' || b.type === 'sms' ? `tel:${b.url}` : b.url, target: '_blank', rel: 'noopener noreferrer', class: 'button' } : { type: 'button', class: 'button' }, label);
    e.addEventListener('click', () => { if (!b.url || this.p === 'viber') this.tap(m.seq, at); });
    if (b.bg && /^#[0-9a-f]{6}$/i.test(b.bg)) this.tint(e, b.bg);
    return e;
  }

  // Colours come from the message; the page's policy forbids style attributes, not the CSSOM.
  tint(e, bg) {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(bg.slice(i, i + 2), 16));
    e.style.backgroundColor = bg;
    e.style.color = r * 0.299 + g * 0.587 + b * 0.114 > 150 ? '#1c1b1f' : '#fff';
  }

  cards(m) {
    let at = (m.buttons || []).length;
    const box = el('div', { class: 'cards', tabindex: '0', role: 'group', 'aria-label': 'Thẻ, cuộn ngang' });
    for (const c of m.cards) {
      const card = el('article', { class: 'card' });
      if (c.image) card.append(this.picture(c.image));
      if (c.title) card.append(el('h3', {}, c.title));
      if (c.subtitle) card.append(el('p', {}, c.subtitle));
      for (const b of c.buttons || []) card.append(this.button(m, b, at++));
      if (c.action) {
        card.append(this.button(m, { title: m.kind === 'article' ? 'Đọc bài' : 'Mở liên kết', ...c.action }, at++));
      }
      box.append(card);
    }
    box.classList.toggle('single', m.cards.length === 1);
    return box;
  }

  offer(m) {
    const all = (m.buttons || []).map((b, at) => ({ ...b, at, seq: m.seq }));
    if (this.p === 'viber') {
      if (all.length) this.showKeys(all, 'viber-keys');
    } else if (this.p === 'facebook') {
      const quick = all.filter((b) => ['quick', 'user_phone_number', 'user_email'].includes(b.type));
      if (quick.length) this.showKeys(quick, 'quick');
      else this.hideKeys();
    }
  }

  hideKeys() {
    this.keys.hidden = true;
    this.keys.replaceChildren();
  }

  showKeys(list, style) {
    this.keys.className = `keys ${style}`;
    this.keys.replaceChildren(...list.map((b) => {
      const e = b.seq ? this.button({ seq: b.seq }, b, b.at) : el(b.none ? 'span' : 'button', { class: 'button', type: b.none ? null : 'button' }, b.title);
      if (!b.seq && !b.none) e.addEventListener('click', () => this.profileTap(b));
      if (style === 'viber-keys') e.classList.add(`w${Math.min(6, Math.max(1, b.columns || 6))}`);
      return e;
    }));
    this.keys.hidden = false;
    this.bottom();
  }

  async profileTap(b) {
    this.hideKeys();
    if (b.url) { window.open(b.url, '_blank', 'noopener'); return; }
    await say(b.ice !== undefined ? { op: 'ice', platform: this.p, user: this.user.id, index: b.ice } : { op: 'menu', platform: this.p, user: this.user.id, index: b.menu });
  }

  async tap(seq, index) {
    await say({ op: 'tap', platform: this.p, user: this.user.id, seq, index });
  }

  ticks(seq, status) {
    const t = this.rows.get(seq)?.row.querySelector('.ticks');
    if (!t) return;
    t.textContent = ['✓', '✓✓', '✓✓', '!'][status];
    t.className = `ticks s${status}`;
    t.setAttribute('aria-label', ['Đã gửi', 'Đã nhận', 'Đã xem', 'Không nhận được'][status]);
  }

  status(seq, status) {
    this.ticks(seq, status);
  }
}

function sendIcon() {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  const path = document.createElementNS(ns, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', 'M3 20.5 21 12 3 3.5l2.6 7L15 12l-9.4 1.5z');
  svg.append(path);
  return svg;
}
