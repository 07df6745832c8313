#!/usr/bin/env node
// Variations of labelled questions, as people type them: node vary.mjs KIND [SEED] < queries.jsonl
// Kinds: strip (no diacritics), half (some lost), telex and vni (keyboard left off, on a third of
// the words), typo (one slip in the message, in a word of five letters or more), teencode, nfd,
// upper, tone (hỏi and ngã mixed up), stretch ("khônggg"), particles (polite words before and
// after), order (a time or place at one end goes to the other). Ids and labels stay.
import { createInterface } from 'node:readline';

const [kind, seed = '1'] = process.argv.slice(2);
let state = Number(seed) >>> 0 || 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const pick = list => list[Math.floor(random() * list.length)];

const tones = { '\u0301': ['s', '1'], '\u0300': ['f', '2'], '\u0309': ['r', '3'], '\u0303': ['x', '4'], '\u0323': ['j', '5'] };
const shapes = { '\u0302': [c => c, '6'], '\u0306': [() => 'w', '8'], '\u031b': [() => 'w', '7'] };
const strip = s => s.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').normalize('NFC');

// What the keys of Telex (0) or VNI (1) leave behind when the keyboard does not turn them.
function keys(word, method) {
  let out = '', tone = '';
  for (const c of word.normalize('NFD')) {
    if (tones[c]) tone = tones[c][method];
    else if (shapes[c]) out += method ? shapes[c][1] : shapes[c][0](out.at(-1));
    else if (c === 'đ') out += method ? 'd9' : 'dd';
    else if (c === 'Đ') out += method ? 'D9' : 'DD';
    else out += c;
  }
  return out + tone;
}

const beside = { q: 'wa', w: 'qes', e: 'wrd', r: 'etf', t: 'ryg', y: 'tuh', u: 'yij', i: 'uok', o: 'ipl', p: 'o', a: 'qsz', s: 'adw', d: 'sfe', f: 'dgr', g: 'fht', h: 'gjy', j: 'hku', k: 'jli', l: 'ko', z: 'xa', x: 'zc', c: 'xv', v: 'cb', b: 'vn', n: 'bm', m: 'n' };
function slip(word) {
  const at = 1 + Math.floor(random() * (word.length - 2));
  const c = word[at];
  switch (Math.floor(random() * 4)) {
    case 0: return word.slice(0, at) + word.slice(at + 1);
    case 1: return word.slice(0, at) + word[at + 1] + c + word.slice(at + 2);
    case 2: return word.slice(0, at) + c + word.slice(at);
    default: return word.slice(0, at) + pick([...(beside[strip(c).toLowerCase()] ?? c)]) + word.slice(at + 1);
  }
}

const teen = { 'không': ['ko', 'k', 'hong', 'khum'], 'gì': ['j'], 'được': ['dc', 'đc'], 'vậy': ['z', 'v'], 'với': ['vs'], 'mình': ['mk'], 'hôm nay': ['hnay'], 'bây giờ': ['bh'], 'muốn': ['mún'], 'đăng ký': ['đk'], 'học sinh': ['hs'], 'cảm ơn': ['tks'], 'quá': ['wá'], 'rồi': ['r'], 'thôi': ['thui'], 'anh': ['a'], 'em': ['e'], 'chị': ['c'], 'trước': ['trc'], 'sự kiện': ['sk'], 'như thế nào': ['ntn'], 'chủ nhật': ['cn'], 'thứ 7': ['t7'], 'thứ bảy': ['t7'], 'thứ hai': ['t2'], 'trực tuyến': ['onl'] };
function teencode(text) {
  for (const [word, shorts] of Object.entries(teen))
    text = text.replace(new RegExp(`(?<![\\p{L}])${word}(?![\\p{L}])`, 'giu'), () => pick(shorts));
  return text;
}

const before = ['dạ ', 'ad ơi ', 'dạ cho em hỏi ', 'anh chị ơi cho mình hỏi ', 'cho bác hỏi chút, ', 'ủa '];
const after = [' ạ', ' vậy ạ', ' nha ad', ' hả bạn', ' dạ', ' với ạ', ' nhé', ' ha'];
// Only in front of what is Vietnamese and more than a word or two: "dạ" alone changes "HUY".
function polite(text) {
  if (text.trim().split(/\s+/).length < 4 || /^[\x00-\x7f]*$/.test(text)) return text;
  return pick(before) + text.replace(/[\s?.!]+$/, '') + pick(after);
}

const ends = /^((?:sáng|trưa|chiều|tối)? ?(?:hôm nay|ngày mai|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])(?: này)?|chủ nhật(?: này)?|cuối tuần này|nay|mai)|(?:ở|tại|bên|trên|ngoài|dưới) \p{L}+ \p{L}+)[, ]+(.*)$/iu;
function turned(text) {
  const m = ends.exec(text);
  return m && m[2] ? `${m[2].replace(/[?!.\s]+$/, '')} ${m[1]}` : text;
}

const someWords = (text, share, change) => text.replace(/[\p{L}\p{M}]+/gu, w => random() < share ? change(w) : w);
const kinds = {
  strip,
  half: t => someWords(t, 0.5, strip),
  telex: t => someWords(t, 0.34, w => keys(w, 0)),
  vni: t => someWords(t, 0.34, w => keys(w, 1)),
  typo: t => {
    const long = [...t.matchAll(/[\p{L}\p{M}]{5,}/gu)];
    if (!long.length) return t;
    const m = pick(long);
    return t.slice(0, m.index) + slip(m[0].normalize('NFC')) + t.slice(m.index + m[0].length);
  },
  teencode,
  nfd: t => t.normalize('NFD'),
  upper: t => t.toUpperCase(),
  tone: t => someWords(t.normalize('NFD'), 1, w => w.replace(/[\u0309\u0303]/g, c => c === '\u0309' ? '\u0303' : '\u0309')).normalize('NFC'),
  particles: t => polite(t),
  order: t => turned(t),
  stretch: t => t.replace(/([aeiouyàáảãạìíỉĩịòóỏõọùúủũụ])(?=[\s?!.]*$)/iu, '$1$1$1'),
};

if (!kinds[kind]) {
  console.error(`kinds: ${Object.keys(kinds).join(' ')}`);
  process.exit(2);
}
for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  const q = JSON.parse(line);
  console.log(JSON.stringify({ ...q, text: kinds[kind](q.text) }));
}
