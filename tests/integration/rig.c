/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <curl/curl.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include "tests/kit/database.h"

enum { OUTPUT_MAX = 1 << 20 };

static char output[OUTPUT_MAX], http_body[8 << 20];
static size_t http_len;

int64_t rig_now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void rig_nap(void)
{
    struct timespec ts = {0, 20 * 1000000};

    nanosleep(&ts, NULL);
}

/* ---- programs -------------------------------------------------------------------------- */

static const char *binary(const char *name)
{
    static char path[2][4096];
    static int turn;
    char cwd[2048];
    const char *build = getenv("LOA_BUILD");

    cr_assert_not_null(getcwd(cwd, sizeof(cwd)));
    turn = !turn;
    (void)snprintf(path[turn], sizeof(path[turn]), "%s/%s/%s", cwd, build ? build : "build", name);
    return path[turn];
}

static pid_t spawn(const char *dir, const char *log, const char *command)
{
    pid_t pid = fork();

    cr_assert_geq(pid, 0);
    if (pid == 0) {
        int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (chdir(dir) != 0 || fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
            _exit(126);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    return pid;
}

static void tail(const char *path)
{
    FILE *f = fopen(path, "r");
    char text[6001];
    size_t n;

    if (!f)
        return;
    (void)fseek(f, 0, SEEK_END);
    (void)fseek(f, ftell(f) > 6000 ? -6000 : 0, ftell(f) > 6000 ? SEEK_END : SEEK_SET);
    n = fread(text, 1, 6000, f);
    text[n] = '\0';
    (void)fclose(f);
    (void)fprintf(stderr, "---- %s\n%s\n", path, text);
}

void rig_give_up(struct rig *r, const char *what)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/loa.log", r->dir);
    tail(path);
    (void)snprintf(path, sizeof(path), "%s/sandbox.log", r->dir);
    tail(path);
    (void)fprintf(stderr, "---- last output\n%.3000s\n", output);
    cr_assert_fail("never came true: %s", what);
}

int rig_free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    cr_assert_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&a, &n), 0);
    close(fd);
    return ntohs(a.sin_port);
}

static bool sandbox_is_up(struct rig *r)
{
    char path[128], line[256] = "";
    FILE *f;

    (void)snprintf(path, sizeof(path), "%s/sandbox.log", r->dir);
    f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f)) {
        if (sscanf(line, "sandbox: ready %63s %63s", r->sandbox, r->tls) >= 1) {
            (void)fclose(f);
            return true;
        }
    }
    if (f)
        (void)fclose(f);
    return false;
}

static void add_to_env(struct rig *r)
{
    char path[128];
    FILE *f;

    (void)snprintf(path, sizeof(path), "%s/.env", r->dir);
    f = fopen(path, "a");
    cr_assert_not_null(f);
    (void)fprintf(f,
                  "\nLOA_LISTEN=127.0.0.1:%d\nLOA_PUBLIC_URL=%s\nLOA_STORE=%s\n"
                  "LOA_QUIET_HOURS=off\n%s%s%s\n",
                  r->web_port, r->web, r->database ? r->database : "sqlite:loa.db",
                  r->database ? "LOA_SECRET_KEY=6c6f61206c6f612070687561\n" : "",
                  /* one more account, where a test is about it */
                  strstr(r->extra_env, "LOA_PORTAL=") ? "" : "LOA_PORTAL=0\n", r->extra_env);
    (void)fclose(f);
}

void rig_start(struct rig *r, const char *sandbox_args)
{
    char command[8192], log[128];
    bool made;

    (void)signal(SIGPIPE, SIG_IGN);
    (void)snprintf(r->dir, sizeof(r->dir), "/tmp/loa-rig-XXXXXX");
    cr_assert_not_null(mkdtemp(r->dir));
    r->web_port = rig_free_port();
    (void)snprintf(r->web, sizeof(r->web), "http://127.0.0.1:%d", r->web_port);
    (void)snprintf(command, sizeof(command),
                   "exec %s --listen 127.0.0.1:0 --loa %s --env-out .env %s", binary("loa-sandbox"),
                   r->web, sandbox_args);
    (void)snprintf(log, sizeof(log), "%s/sandbox.log", r->dir);
    r->sandbox_pid = spawn(r->dir, log, command);
    RIG_WAIT(r, sandbox_is_up(r));
    made = kit_store_is_postgres() && !r->database;
    if (made)
        r->database = kit_database_new(true);
    r->database_made = made;
    add_to_env(r);
    rig_must(r, "user add an --role admin");
    rig_must(r, "user add binh --role writer --user an");
    rig_must(r, "user add chi --role approver --user an");
    rig_must(r, "user add dung --role approver --user an");
}

const char *rig_env(struct rig *r, const char *name)
{
    static char line[512];
    char path[128];
    size_t n = strlen(name);
    FILE *f;

    (void)snprintf(path, sizeof(path), "%s/.env", r->dir);
    f = fopen(path, "r");
    cr_assert_not_null(f);
    while (fgets(line, sizeof(line), f)) {
        if (strncmp(line, name, n) == 0 && line[n] == '=') {
            (void)fclose(f);
            line[strcspn(line, "\n")] = '\0';
            return line + n + 1;
        }
    }
    (void)fclose(f);
    rig_give_up(r, name);
    return NULL;
}

void rig_spawn(struct rig *r, const char *args)
{
    char command[8192], log[128];

    (void)snprintf(command, sizeof(command), "exec %s serve %s", binary("loa"), args);
    (void)snprintf(log, sizeof(log), "%s/loa.log", r->dir);
    r->loa_pid = spawn(r->dir, log, command);
}

pid_t rig_spawn_as(struct rig *r, const char *env, const char *log_name)
{
    char command[8192], log[192];

    (void)snprintf(command, sizeof(command), "exec env %s %s serve", env, binary("loa"));
    (void)snprintf(log, sizeof(log), "%s/%s", r->dir, log_name);
    return spawn(r->dir, log, command);
}

static bool is_ready(struct rig *r)
{
    char url[128];
    long status = 0;

    (void)snprintf(url, sizeof(url), "%s/readyz", r->web);
    (void)rig_http("GET", url, NULL, 0, NULL, &status);
    return status == 200;
}

void rig_wait_ready(struct rig *r)
{
    RIG_WAIT(r, is_ready(r));
}

/* Viber's webhook is set by loa itself, a moment after it is ready. */
static bool viber_hook_is_set(struct rig *r)
{
    char url[128];

    (void)snprintf(url, sizeof(url), "%s/_control/state", r->sandbox);
    return strstr(rig_http("GET", url, NULL, 0, NULL, NULL), "webhooks/viber") != NULL;
}

void rig_serve(struct rig *r, const char *args)
{
    rig_spawn(r, args);
    rig_wait_ready(r);
    if (!strstr(r->extra_env, "LOA_PUBLIC_URL="))
        RIG_WAIT(r, viber_hook_is_set(r));
}

static int reap(pid_t *pid)
{
    int status = 0;

    if (*pid > 0)
        (void)waitpid(*pid, &status, 0);
    *pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void rig_kill(struct rig *r)
{
    (void)kill(r->loa_pid, SIGKILL);
    (void)reap(&r->loa_pid);
}

int rig_stop(struct rig *r)
{
    (void)kill(r->loa_pid, SIGTERM);
    return reap(&r->loa_pid);
}

/* A failed expectation in a .fini passes unnoticed; a crash does not. */
static void end_well(struct rig *r)
{
    int status = rig_stop(r);

    if (status == 0)
        return;
    (void)fprintf(stderr, "loa serve did not end well: %d\n", status);
    abort();
}

void rig_end(struct rig *r)
{
    char command[128];

    if (r->loa_pid > 0)
        end_well(r);
    if (r->sandbox_pid > 0) {
        (void)kill(r->sandbox_pid, SIGTERM);
        (void)reap(&r->sandbox_pid);
    }
    if (getenv("RIG_KEEP")) {
        (void)fprintf(stderr, "kept: %s %s\n", r->dir, r->database ? r->database : "");
        return;
    }
    (void)snprintf(command, sizeof(command), "rm -rf %s", r->dir);
    cr_expect_eq(system(command), 0);
    if (r->database_made)
        kit_database_drop(r->database);
    r->database = NULL;
}

/* ---- the command line ------------------------------------------------------------------ */

static int run(struct rig *r, const char *args)
{
    char command[16384];
    FILE *p;
    size_t n;
    int status;

    (void)snprintf(command, sizeof(command), "cd %s && %s %s 2>&1", r->dir, binary("loa"), args);
    p = popen(command, "r");
    cr_assert_not_null(p);
    n = fread(output, 1, sizeof(output) - 1, p);
    output[n] = '\0';
    status = pclose(p);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int rig_loa(struct rig *r, const char *fmt, ...)
{
    char args[8192];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(args, sizeof(args), fmt, ap);
    va_end(ap);
    return run(r, args);
}

void rig_must(struct rig *r, const char *fmt, ...)
{
    char args[8192];
    va_list ap;
    int status;

    va_start(ap, fmt);
    (void)vsnprintf(args, sizeof(args), fmt, ap);
    va_end(ap);
    status = run(r, args);
    if (status != 0)
        cr_assert_fail("loa %s: exit %d: %s", args, status, output);
}

const char *rig_output(void)
{
    return output;
}

/* ---- HTTP ------------------------------------------------------------------------------ */

static size_t on_bytes(char *bytes, size_t size, size_t n, void *ctx)
{
    (void)ctx;
    n *= size;
    if (http_len + n >= sizeof(http_body))
        return 0;
    memcpy(http_body + http_len, bytes, n);
    http_len += n;
    http_body[http_len] = '\0';
    return n;
}

const char *rig_http(const char *method, const char *url, const char *body, size_t len,
                     const char *header, long *status)
{
    CURL *c = curl_easy_init();
    struct curl_slist *headers = header ? curl_slist_append(NULL, header) : NULL;

    headers = curl_slist_append(headers, "Expect:");
    http_len = 0;
    http_body[0] = '\0';
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    if (body) {
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)len);
    }
    if (status)
        *status = 0;
    if (curl_easy_perform(c) == CURLE_OK && status)
        curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(c);
    return http_body;
}

cJSON *rig_read(struct rig *r, const char *path)
{
    char url[512];
    cJSON *json;

    (void)snprintf(url, sizeof(url), "%s%s", r->sandbox, path);
    json = cJSON_Parse(rig_http("GET", url, NULL, 0, NULL, NULL));
    cr_assert_not_null(json, "%s: %.200s", url, http_body);
    return json;
}

char *rig_escape(const char *text)
{
    char *escaped = curl_easy_escape(NULL, text, 0), *copy = strdup(escaped);

    curl_free(escaped);
    return copy;
}

cJSON *rig_order(struct rig *r, const char *fmt, ...)
{
    char url[128], *text = NULL;
    long status;
    va_list ap;
    cJSON *json;

    va_start(ap, fmt);
    cr_assert_geq(vasprintf(&text, fmt, ap), 0);
    va_end(ap);
    (void)snprintf(url, sizeof(url), "%s/_control", r->sandbox);
    json = cJSON_Parse(rig_http("POST", url, text, strlen(text), NULL, &status));
    if (status != 200)
        cr_assert_fail("order %.300s: %ld %.300s", text, status, http_body);
    free(text);
    return json;
}

void rig_do(struct rig *r, const char *fmt, ...)
{
    char text[8192];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    cJSON_Delete(rig_order(r, "%s", text));
}

static int64_t number(const cJSON *o, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);

    return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : -1;
}

int64_t rig_stat(struct rig *r, const char *platform, const char *key)
{
    cJSON *all = rig_read(r, "/_control/stats");
    int64_t n = number(cJSON_GetObjectItemCaseSensitive(all, platform), key);

    cJSON_Delete(all);
    return n;
}

/* "#N" as the platform's id, escaped for a URL; others as they are. */
static void resolve(struct rig *r, const char *platform, const char *user, char *out, size_t size)
{
    char path[128], *escaped;
    cJSON *all;
    const cJSON *id;

    (void)snprintf(out, size, "%s", user);
    if (user[0] != '#')
        return;
    (void)snprintf(path, sizeof(path), "/_control/users?platform=%s&offset=%s&limit=1", platform,
                   user + 1);
    all = rig_read(r, path);
    id = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(all, "users"), 0), "id");
    cr_assert(cJSON_IsString(id));
    escaped = curl_easy_escape(NULL, id->valuestring, 0);
    (void)snprintf(out, size, "%s", escaped);
    curl_free(escaped);
    cJSON_Delete(all);
}

cJSON *rig_ledger(struct rig *r, const char *platform, const char *user, const char *dir)
{
    char path[256], id[128];
    cJSON *all, *list;

    resolve(r, platform, user, id, sizeof(id));
    (void)snprintf(path, sizeof(path),
                   "/_control/ledger?platform=%s&user=%s&dir=%s&limit=1000&last=1", platform, id,
                   dir);
    all = rig_read(r, path);
    list = cJSON_DetachItemFromObjectCaseSensitive(all, "messages");
    cJSON_Delete(all);
    cr_assert(cJSON_IsArray(list));
    return list;
}

int rig_got(struct rig *r, const char *platform, const char *user, const char *text)
{
    cJSON *list = rig_ledger(r, platform, user, "out"), *item;
    int n = 0;

    cJSON_ArrayForEach(item, list)
    {
        const cJSON *t = cJSON_GetObjectItemCaseSensitive(item, "text");
        char *cards = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(item, "cards"));

        n += (cJSON_IsString(t) && strstr(t->valuestring, text)) || (cards && strstr(cards, text));
        cJSON_free(cards);
    }
    cJSON_Delete(list);
    return n;
}

/* ---- what tests do often --------------------------------------------------------------- */

void rig_followers(struct rig *r, const char *platform, int n)
{
    cJSON *answer =
        rig_order(r, "{\"op\":\"add_followers\",\"platform\":\"%s\",\"count\":%d,\"ids\":%d}",
                  platform, n, n);
    cJSON *ids = cJSON_GetObjectItemCaseSensitive(answer, "ids"), *id;
    char path[128];
    time_t now = time(NULL);
    struct tm tm;
    char seen[40];
    FILE *f;

    cr_assert_eq(cJSON_GetArraySize(ids), n);
    gmtime_r(&now, &tm);
    strftime(seen, sizeof(seen), "%Y-%m-%dT%H:%M:%SZ", &tm);
    (void)snprintf(path, sizeof(path), "%s/contacts.csv", r->dir);
    f = fopen(path, "w");
    cr_assert_not_null(f);
    (void)fprintf(f, "id,subscribed,last_seen\n");
    cJSON_ArrayForEach(id, ids)(void) fprintf(f, "%s,1,%s\n", id->valuestring, seen);
    (void)fclose(f);
    cJSON_Delete(answer);
    rig_must(r, "contacts import contacts.csv --account %s --user binh", platform);
}

int64_t rig_message(struct rig *r, const char *options)
{
    cJSON *json;
    int64_t id;

    rig_must(r, "message new --user binh --json %s 2>/dev/null", options);
    json = cJSON_Parse(output);
    id = number(json, "id");
    cJSON_Delete(json);
    cr_assert_gt(id, 0, "%s", output);
    rig_must(r, "message submit %lld --user binh", (long long)id);
    rig_must(r, "message approve %lld --user chi", (long long)id);
    if (strstr(options, "--urgent"))
        rig_must(r, "message approve %lld --user dung", (long long)id);
    if (!strstr(options, "--at") && !strstr(options, "--rrule"))
        rig_must(r, "message schedule %lld --user binh", (long long)id);
    return id;
}

cJSON *rig_show(struct rig *r, int64_t id)
{
    cJSON *json;

    rig_must(r, "message show %lld --json", (long long)id);
    json = cJSON_Parse(output);
    cr_assert_not_null(json, "%s", output);
    return json;
}

static const cJSON *run_of(const cJSON *message, const char *account)
{
    const cJSON *run;

    cJSON_ArrayForEach(run, cJSON_GetObjectItemCaseSensitive(message, "runs"))
    {
        if (strcmp(cJSON_GetObjectItemCaseSensitive(run, "account")->valuestring, account) == 0)
            return run;
    }
    return NULL;
}

int64_t rig_run(struct rig *r, int64_t id, const char *account, const char *key)
{
    cJSON *message = rig_show(r, id);
    int64_t n = number(run_of(message, account), key);

    cJSON_Delete(message);
    return n;
}

bool rig_run_done(struct rig *r, int64_t id, const char *account)
{
    cJSON *message = rig_show(r, id);
    const cJSON *run = run_of(message, account);
    const cJSON *state = run ? cJSON_GetObjectItemCaseSensitive(run, "state") : NULL;
    bool done = state && (strcmp(state->valuestring, "done") == 0 ||
                          strcmp(state->valuestring, "cancelled") == 0);

    cJSON_Delete(message);
    return done;
}

bool rig_state_is(struct rig *r, int64_t id, const char *state)
{
    cJSON *message = rig_show(r, id);
    bool is = strcmp(cJSON_GetObjectItemCaseSensitive(message, "state")->valuestring, state) == 0;

    cJSON_Delete(message);
    return is;
}

static sqlite3 *open_file(struct rig *r)
{
    char path[128];
    sqlite3 *db = NULL;

    (void)snprintf(path, sizeof(path), "%s/loa.db", r->dir);
    cr_assert_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_busy_timeout(db, 10000);
    return db;
}

static int64_t number_from_file(struct rig *r, const char *sql)
{
    sqlite3 *db = open_file(r);
    sqlite3_stmt *st = NULL;
    int64_t n = -1;

    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    if (sqlite3_step(st) == SQLITE_ROW)
        n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

static int64_t number_from_postgres(struct rig *r, const char *sql)
{
    PGconn *conn = PQconnectdb(r->database);
    PGresult *res = PQexec(conn, sql);
    int64_t n = -1;

    cr_assert(PQresultStatus(res) == PGRES_COMMAND_OK || PQresultStatus(res) == PGRES_TUPLES_OK,
              "%s: %s", sql, PQerrorMessage(conn));
    if (PQntuples(res) > 0)
        n = strtoll(PQgetvalue(res, 0, 0), NULL, 10);
    PQclear(res);
    PQfinish(conn);
    return n;
}

int64_t rig_sql(struct rig *r, const char *sql)
{
    return r->database ? number_from_postgres(r, sql) : number_from_file(r, sql);
}

void rig_sql_run(struct rig *r, const char *sql)
{
    if (r->database) {
        (void)number_from_postgres(r, sql);
    } else {
        sqlite3 *db = open_file(r);

        cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
        sqlite3_close(db);
    }
}

const char *rig_store(struct rig *r, char *out, size_t size)
{
    if (r->database)
        (void)snprintf(out, size, "%s", r->database);
    else
        (void)snprintf(out, size, "sqlite:%s/loa.db", r->dir);
    return out;
}

bool rig_log_has(struct rig *r, const char *text)
{
    char command[512];

    (void)snprintf(command, sizeof(command), "grep -qF -- '%s' %s/loa.log", text, r->dir);
    return system(command) == 0;
}

int64_t rig_metric(struct rig *r, const char *name)
{
    char url[128], needle[128];
    const char *at;

    (void)snprintf(url, sizeof(url), "%s/metrics", r->web);
    (void)snprintf(needle, sizeof(needle), "\nloa_%s ", name);
    at = strstr(rig_http("GET", url, NULL, 0, NULL, NULL), needle);
    return at ? strtoll(at + strlen(needle), NULL, 10) : -1;
}
