// SPDX-License-Identifier: Apache-2.0
// A real loa on a fresh store, for one file of browser tests: started, killed and started again on
// the same port, and its command line beside it.
import {execFileSync, spawn} from 'node:child_process';
import {openSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const loa = resolve(process.argv[2] ?? 'build', 'loa');

function freePort() {
    return new Promise((done) => {
        const s = createServer().listen(0, '127.0.0.1', () => {
            const {port} = s.address();
            s.close(() => done(port));
        });
    });
}

export class Server {
    // `args` of serve, such as a demonstration clock.
    static async start(...args) {
        const s = new Server();
        s.args = args;
        s.dir = mkdtempSync(join(tmpdir(), 'loa-browser-'));
        s.port = await freePort();
        s.url = `http://127.0.0.1:${s.port}`;
        writeFileSync(join(s.dir, '.env'), `LOA_LISTEN=127.0.0.1:${s.port}\nLOA_STORE=sqlite:loa.db\nLOA_OFFICE_HOURS=always\nLOA_QUIET_HOURS=off\nLOA_APPROVALS=0\n`);
        s.run('user', 'add', 'an', '--role', 'admin');
        s.run('events', 'import', join(root, 'content/events.json'), '--user', 'an');
        s.run('faq', 'import', join(root, 'content/faq.json'), '--user', 'an');
        await s.up();
        return s;
    }
    // One command; what it printed.
    run(...args) {
        return execFileSync(loa, args, {cwd: this.dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
    }
    async up() {
        const log = openSync(join(this.dir, 'loa.log'), 'a');
        this.child = spawn(loa, ['serve', ...this.args], {cwd: this.dir, stdio: ['ignore', log, log]});
        for (;;) {
            if (this.child.exitCode !== null) throw new Error(`loa ended:\n${this.log()}`);
            try {
                if ((await fetch(`${this.url}/readyz`)).ok) return;
            } catch { /* not yet */ }
            await new Promise((done) => setTimeout(done, 50));
        }
    }
    async down(signal) {
        const over = new Promise((done) => this.child.once('exit', done));
        this.child.kill(signal);
        await over;
    }
    log() {
        return readFileSync(join(this.dir, 'loa.log'), 'utf8').split('\n').slice(-8).join('\n');
    }
    async end() {
        if (this.child?.exitCode === null && !this.child.signalCode) await this.down('SIGTERM');
        rmSync(this.dir, {recursive: true, force: true});
    }
}
