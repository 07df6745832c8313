/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bot/dotenv.h"
#include "bot/nearest.h"
#include "bot/people.h"
#include "channels/channel.h"
#include "messages/base/clock.h"
#include "messages/base/crypto.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"
#include "messages/portal.h"
#include "messages/store/db.h"

enum type { STRING, BASE_URL, LISTEN, SWITCH, NUMBER, SECRET };
/* Which settings belong together: one set means that all the needed ones must be. */
enum group { GENERAL, ZALO, VIBER, FACEBOOK };

struct setting {
    const char *name;
    enum type type;
    size_t offset;
    const char *fallback; /* as text; NULL: none */
    enum group group;
    bool needed; /* when its group is in use */
    int64_t min, max;
    const char *help;
};

#define AT(member) offsetof(struct bot_config, member)
/* clang-format off */
static const struct setting table[] = {
    {"LOA_LISTEN", LISTEN, AT(listen), "127.0.0.1:8080", GENERAL, true, 0, 0,
     "Address and port of the HTTP server"},
    {"LOA_PUBLIC_URL", BASE_URL, AT(public_url), NULL, GENERAL, false, 0, 0,
     "Where the platforms reach this server; sets the webhooks at start"},
    {"LOA_STORE", STRING, AT(store), "sqlite:loa.db", GENERAL, true, 0, 0,
     "Where everything is kept: sqlite:FILE"},
    {"LOA_TIMEZONE", STRING, AT(timezone), "Asia/Ho_Chi_Minh", GENERAL, true, 0, 0,
     "Wall-clock time of schedules and answers"},
    {"LOA_SECRET_KEY", SECRET, AT(secret_key), NULL, GENERAL, false, 0, 0,
     "Seals secrets in the store; empty: a key file beside the store"},
    {"LOA_APPROVALS", SWITCH, AT(approvals), "1", GENERAL, true, 0, 0,
     "1: nobody approves what he wrote; 0: a one-person office"},
    {"LOA_LOG", STRING, AT(log), "info", GENERAL, true, 0, 0,
     "debug, info, warn or error; one JSON object a line on stderr"},
    {"LOA_OFFICE", STRING, AT(office), "Cổng thông tin Tuần lễ hưởng ứng học tập suốt đời", GENERAL,
     true, 0, 0, "The office that the bot says it speaks for"},
    {"LOA_QUIET_HOURS", STRING, AT(quiet_hours), SCHED_QUIET_DEFAULT, GENERAL, false, 0, 0,
     "When only urgent messages go out; off: never quiet"},
    {"LOA_OFFICE_HOURS", STRING, AT(office_hours), BOT_OFFICE_HOURS_DEFAULT, GENERAL, false, 0, 0,
     "When people of the staff answer; always: at any time"},
    {"LOA_PERSON_MINUTES", NUMBER, AT(person_minutes), "60", GENERAL, true, 1, 10080,
     "Minutes after a person's last word in which the bot keeps quiet"},
    {"LOA_PEOPLE_FILE", STRING, AT(people_file), NULL, GENERAL, false, 0, 0,
     "File of matters that go to people at once; extends the built-in one"},
    {"LOA_PORTAL", SWITCH, AT(portal), "1", GENERAL, true, 0, 0,
     "1: citizens may chat on the office's own portal, at /chat"},
    {"LOA_PORTAL_SITES", STRING, AT(portal_sites), NULL, GENERAL, false, 0, 400,
     "Sites whose pages may hold the chat, https://www.khanhhoa.gov.vn; empty: any"},
    {"LOA_DOUBT_WAIT", NUMBER, AT(doubt_wait), "600", GENERAL, true, 1, 86400,
     "Seconds in which a platform's echo may settle a send of unknown outcome"},
    {"LOA_NODE", STRING, AT(node), NULL, GENERAL, false, 0, 64,
     "This node's name in `loa nodes`; empty: the host's name"},
    {"LOA_LEASE", NUMBER, AT(lease), "8", GENERAL, true, 1, 600,
     "Seconds after which other nodes take the accounts of one that says nothing"},
    {"LOA_MAX_INFLIGHT", NUMBER, AT(max_inflight), "64", GENERAL, true, 1, 1024,
     "Requests of one account under way at once"},
    {"LOA_CONNECTIONS", NUMBER, AT(connections), "4096", GENERAL, true, 16, 65536,
     "Requests of all accounts under way at once; each platform has a part that is its own"},
    {"LOA_CA_FILE", STRING, AT(ca_file), NULL, GENERAL, false, 0, 0,
     "Trusted certificates (PEM); empty: the system's"},
    {"LOA_HTTP2_SENDS", SWITCH, AT(http2_sends), "0", GENERAL, true, 0, 0,
     "1: offer HTTP/2 for sends too, not only for reads"},
    {"LOA_ALLOW_RETIRED", SWITCH, AT(allow_retired), "0", GENERAL, true, 0, 0,
     "1: use what the platforms have retired"},
    {"LOA_WORDS_DIR", STRING, AT(words_dir), NULL, GENERAL, false, 0, 0,
     "Folder of word lists that extend the built-in ones"},
    {"LOA_KEEP_DELIVERIES_DAYS", NUMBER, AT(keep_deliveries), "90", GENERAL, true, 35, 36500,
     "Days after which a run's recipients are only counted"},
    {"LOA_KEEP_INBOUND_DAYS", NUMBER, AT(keep_inbound), "30", GENERAL, true, 3, 36500,
     "Days after which events from the platforms are only counted"},
    {"LOA_KEEP_REPLIES_DAYS", NUMBER, AT(keep_replies), "30", GENERAL, true, 2, 36500,
     "Days after which replies to people are only counted"},
    {"LOA_KEEP_CONVERSATIONS_DAYS", NUMBER, AT(keep_conversations), "30", GENERAL, true, 1, 36500,
     "Days after which it is forgotten what was talked about last"},
    {"LOA_KEEP_QUESTIONS_DAYS", NUMBER, AT(keep_questions), "180", GENERAL, true, 1, 36500,
     "Days after which questions without an answer are only counted"},
    {"LOA_KEEP_OCCURRENCES_DAYS", NUMBER, AT(keep_occurrences), "400", GENERAL, true, 35, 36500,
     "Days after which past times of a schedule are forgotten; its runs stay"},
    {"LOA_KEEP_CONTACTS_DAYS", NUMBER, AT(keep_contacts), "730", GENERAL, true, 90, 36500,
     "Days after which people who are not subscribed and were not heard of are forgotten"},
    {"LOA_OPTOUTS_FILE", STRING, AT(optouts_file), NULL, GENERAL, false, 0, 0,
     "File that gets who says stop, as it is stored; for restores"},
    {"LOA_AUDIT_ANCHOR", STRING, AT(audit_anchor), NULL, GENERAL, false, 0, 0,
     "File that gets the end of the audit log each day and with each backup"},
    {"ZALO_OA_ID", STRING, AT(zalo_oa_id), NULL, ZALO, true, 0, 0, "Id of the Official Account"},
    {"ZALO_APP_ID", STRING, AT(zalo_app_id), NULL, ZALO, true, 0, 0, "Id of the app"},
    {"ZALO_APP_SECRET", SECRET, AT(zalo_app_secret), NULL, ZALO, true, 0, 0,
     "Secret key of the app"},
    {"ZALO_OA_SECRET", SECRET, AT(zalo_oa_secret), NULL, ZALO, true, 0, 0,
     "OA secret key, from the webhook page; checks webhooks"},
    {"ZALO_REFRESH_TOKEN", SECRET, AT(zalo_refresh_token), NULL, ZALO, true, 0, 0,
     "First refresh token; its successors are kept in the store"},
    {"ZALO_API_BASE", BASE_URL, AT(zalo_api_base), NULL, ZALO, false, 0, 0,
     "Empty: https://openapi.zalo.me"},
    {"ZALO_OAUTH_BASE", BASE_URL, AT(zalo_oauth_base), NULL, ZALO, false, 0, 0,
     "Empty: https://oauth.zaloapp.com"},
    {"ZALO_RATE", NUMBER, AT(zalo_rate), NULL, ZALO, false, 1, 1000000000,
     "Calls a minute; empty: the platform's limit"},
    {"ZALO_PACKAGE", STRING, AT(zalo_package), NULL, GENERAL, false, 0, 0,
     "Package of the OA: basic, advanced, premium, standard, growth or complete"},
    {"ZALO_POSTS_MONTH", NUMBER, AT(zalo_posts_month), NULL, GENERAL, false, 1, 31,
     "Articles a follower can get in a month; empty: as the package"},
    {"ZALO_PRICE", NUMBER, AT(zalo_price), "55", GENERAL, false, 0, 1000000000,
     "Dong for one consultation message from 48 hours to 7 days after the person's last word"},
    {"VIBER_AUTH_TOKEN", SECRET, AT(viber_auth_token), NULL, VIBER, true, 0, 0,
     "Token of the bot"},
    {"VIBER_SENDER_NAME", STRING, AT(viber_sender_name), NULL, VIBER, true, 0, 28,
     "Name shown with each message, at most 28 characters"},
    {"VIBER_API_BASE", BASE_URL, AT(viber_api_base), NULL, VIBER, false, 0, 0,
     "Empty: https://chatapi.viber.com"},
    {"VIBER_RATE", NUMBER, AT(viber_rate), NULL, VIBER, false, 1, 1000000000,
     "Calls a minute; empty: the platform's limit"},
    {"VIBER_PACKAGE", STRING, AT(viber_package), NULL, GENERAL, false, 0, 0,
     "Model of the bot: commercial, or legacy (10,000 free messages a month)"},
    {"VIBER_PRICE", NUMBER, AT(viber_price), "0", GENERAL, false, 0, 1000000000,
     "Dong for one message outside a session; 0: free"},
    {"FACEBOOK_PAGE_ID", STRING, AT(facebook_page_id), NULL, FACEBOOK, true, 0, 0,
     "Id of the Page"},
    {"FACEBOOK_PAGE_TOKEN", SECRET, AT(facebook_page_token), NULL, FACEBOOK, true, 0, 0,
     "Page access token"},
    {"FACEBOOK_APP_ID", STRING, AT(facebook_app_id), NULL, FACEBOOK, false, 0, 0,
     "Id of the app; tells our echoes from others'"},
    {"FACEBOOK_APP_SECRET", SECRET, AT(facebook_app_secret), NULL, FACEBOOK, true, 0, 0,
     "App secret; checks webhooks, proves calls"},
    {"FACEBOOK_VERIFY_TOKEN", SECRET, AT(facebook_verify_token), NULL, FACEBOOK, true, 0, 0,
     "A word of your own, given to the dashboard when the webhook is set"},
    {"FACEBOOK_API_BASE", BASE_URL, AT(facebook_api_base), NULL, FACEBOOK, false, 0, 0,
     "Empty: https://graph.facebook.com"},
    {"FACEBOOK_RATE", NUMBER, AT(facebook_rate), NULL, FACEBOOK, false, 1, 1000000000,
     "Calls a minute; empty: the platform's limit"},
    {"FACEBOOK_UTILITY_PRICE", NUMBER, AT(facebook_utility_price), "0", GENERAL, false, 0,
     1000000000, "Dong for one approved template outside the window; 0: free"},
};
/* clang-format on */
enum { N_SETTINGS = sizeof(table) / sizeof(table[0]) };

const char *bot_config_name(size_t i, const char **help)
{
    if (i >= N_SETTINGS)
        return NULL;
    if (help)
        *help = table[i].help;
    return table[i].name;
}

static void *member(struct bot_config *c, const struct setting *s)
{
    return (char *)c + s->offset;
}

/* ---- problems -------------------------------------------------------------------------- */

static struct loa_problem *next_problem(struct bot_config_problems *p)
{
    /* The last place is overwritten when there are more: the list is long enough by then. */
    return &p->items[p->n < BOT_CONFIG_PROBLEMS_MAX ? p->n++ : BOT_CONFIG_PROBLEMS_MAX - 1];
}

#define COMPLAIN(p, name, ...) ((void)loa_fail(next_problem(p), LOA_EINVAL, (name), __VA_ARGS__))

/* ---- one setting ----------------------------------------------------------------------- */

static bool is_port(const char *s)
{
    size_t n = strspn(s, "0123456789");

    return n && n <= 5 && !s[n] && strtoul(s, NULL, 10) <= 65535;
}

/* "host:port" or, if `port_needed` is false, "host"; an IPv6 host stands in brackets. */
static bool is_host(const char *s, bool port_needed)
{
    size_t n = strcspn(s, ":");

    if (*s == '[') {
        const char *end = strchr(s, ']');

        n = end ? (size_t)(end + 1 - s) : 0;
    }
    if (!n || strpbrk(s, "/?# @\"\\"))
        return false;
    return s[n] ? s[n] == ':' && is_port(s + n + 1) : !port_needed;
}

/* Scheme, host, port; nothing behind it. A final slash is taken off. */
static bool take_base(char *v)
{
    size_t n = strlen(v);
    const char *host = strncmp(v, "https://", 8) == 0  ? v + 8
                       : strncmp(v, "http://", 7) == 0 ? v + 7
                                                       : NULL;

    if (n && v[n - 1] == '/')
        v[n - 1] = '\0';
    return host && is_host(host, false);
}

/* What is longer than any number or name may be a secret on the wrong line. */
static const char *shown(const char *v)
{
    return strlen(v) <= 16 ? v : "...";
}

static void take_number(const struct setting *s, const char *v, int64_t *out,
                        struct bot_config_problems *p)
{
    char *end;
    intmax_t n;

    errno = 0;
    n = strtoimax(v, &end, 10);
    if (errno || *end || n < s->min || n > s->max)
        COMPLAIN(p, s->name, "“%s” không hợp lệ: cần số nguyên từ %" PRId64 " đến %" PRId64,
                 shown(v), s->min, s->max);
    else
        *out = n;
}

static void take(struct bot_config *c, const struct setting *s, const char *v,
                 struct bot_config_problems *p)
{
    char **text = member(c, s);

    switch (s->type) {
    case STRING:
    case BASE_URL:
    case LISTEN:
        *text = loa_xstrdup(v);
        if (!loa_utf8_valid(v, strlen(v)) || !loa_utf8_is_text(v))
            COMPLAIN(p, s->name, "Có ký tự không hợp lệ");
        else if (s->max && loa_utf8_length(v) > (size_t)s->max)
            COMPLAIN(p, s->name, "Dài quá %" PRId64 " ký tự", s->max);
        else if (s->type == BASE_URL && !take_base(*text))
            COMPLAIN(p, s->name, "Cần dạng https://máy[:cổng], không có đường dẫn phía sau");
        else if (s->type == LISTEN && !is_host(v, true))
            COMPLAIN(p, s->name, "Cần dạng ĐỊA_CHỈ:CỔNG, ví dụ 127.0.0.1:8080");
        break;
    case SWITCH:
        *(bool *)member(c, s) = v[0] == '1';
        if (strcmp(v, "0") != 0 && strcmp(v, "1") != 0)
            COMPLAIN(p, s->name, "Chỉ nhận 0 hoặc 1");
        break;
    case NUMBER:
        take_number(s, v, member(c, s), p);
        break;
    case SECRET:
        *(struct loa_secret **)member(c, s) = loa_secret_new(v);
        if (strpbrk(v, "\r\n"))
            COMPLAIN(p, s->name, "Có dấu xuống dòng");
        break;
    }
}

static bool is_set(struct bot_config *c, const struct setting *s)
{
    switch (s->type) {
    case STRING:
    case BASE_URL:
    case LISTEN:
        return *(char **)member(c, s) != NULL;
    case SECRET:
        return loa_secret_is_set(*(struct loa_secret **)member(c, s));
    case SWITCH:
        return true;
    case NUMBER:
        return *(int64_t *)member(c, s) != 0;
    }
    return false;
}

/* ---- the whole ------------------------------------------------------------------------- */

static void check_groups(struct bot_config *c, struct bot_config_problems *p)
{
    static const char *const titles[] = {"", "Zalo", "Viber", "Facebook"};
    bool used[4] = {false};

    for (size_t i = 0; i < N_SETTINGS; i++)
        used[table[i].group] |= table[i].group != GENERAL && is_set(c, &table[i]);
    for (size_t i = 0; i < N_SETTINGS; i++) {
        if (used[table[i].group] && table[i].needed && !is_set(c, &table[i]))
            COMPLAIN(p, table[i].name,
                     "Còn thiếu: đã đặt thiết lập của %s thì cần cả thiết lập này (%s)",
                     titles[table[i].group], table[i].help);
    }
}

static void check_package(const char *setting, const struct channel_ops *ops, const char *name,
                          struct bot_config_problems *p)
{
    const struct channel_rules *rules = channel_rules_at(ops, loa_clock_wall());
    char names[160];

    channel_package_names(rules, names, sizeof(names));
    if (name && !channel_package_find(rules, name))
        COMPLAIN(p, setting, "%s không có gói “%s”; các gói: %s", ops->title, shown(name), names);
}

static char *host_name(void)
{
    char name[256] = "";

    (void)gethostname(name, sizeof(name) - 1);
    return loa_xstrdup(name[0] ? name : "loa");
}

static void check_store(struct bot_config *c, struct bot_config_problems *p)
{
    bool postgres =
        strncmp(c->store, "postgresql://", 13) == 0 || strncmp(c->store, "postgres://", 11) == 0;

    struct loa_problem why;

    if (postgres && db_check_url(c->store, &why) != LOA_OK)
        COMPLAIN(p, "LOA_STORE", "%s", why.text);
    if (!postgres && (strncmp(c->store, "sqlite:", 7) != 0 || !c->store[7]))
        COMPLAIN(p, "LOA_STORE",
                 "Cần dạng sqlite:TÊN_TỆP, ví dụ sqlite:loa.db, hoặc postgresql://MÁY/KHO");
    if (postgres && !loa_secret_is_set(c->secret_key)) /* the nodes have no folder in common */
        COMPLAIN(p, "LOA_SECRET_KEY",
                 "Dùng PostgreSQL thì cần đặt khóa này, như nhau ở mọi máy; "
                 "tạo bằng: openssl rand -hex 32");
}

/* It becomes part of a header: sites and spaces, nothing that would begin another rule. */
static void check_sites(const struct bot_config *c, struct bot_config_problems *p)
{
    const char *s = c->portal_sites;

    while (s && *s) {
        size_t n = strcspn(s, " ");
        char one[128];

        if (n && (n >= sizeof(one) || strncmp(s, "http", 4) != 0)) {
            n = 0;
        } else if (n) {
            (void)snprintf(one, sizeof(one), "%.*s", (int)n, s);
            if (strpbrk(one, ";,'\"*") || !take_base(one))
                n = 0;
        } else {
            s++;
            continue;
        }
        if (!n) {
            COMPLAIN(p, "LOA_PORTAL_SITES",
                     "Cần các địa chỉ dạng https://máy[:cổng], cách nhau bằng dấu cách");
            return;
        }
        s += n;
    }
}

static void check_people(const struct bot_config *c, struct bot_config_problems *p)
{
    struct bot_people *people = NULL;
    struct loa_problem why;

    if (bot_people_load(c->people_file, &people, &why) != LOA_OK)
        COMPLAIN(p, "LOA_PEOPLE_FILE", "%s: %s", why.field, why.text);
    bot_people_free(people);
}

static void check_meaning(struct bot_config *c, struct bot_config_problems *p)
{
    struct loa_problem why;

    if (loa_tz_set(c->timezone) != LOA_OK)
        COMPLAIN(p, "LOA_TIMEZONE", "Không có múi giờ “%s”; ví dụ đúng: Asia/Ho_Chi_Minh",
                 shown(c->timezone));
    if (!loa_log_level_parse(c->log, &c->log_level))
        COMPLAIN(p, "LOA_LOG", "“%s” không hợp lệ: debug, info, warn hoặc error", shown(c->log));
    if (sched_quiet_parse(c->quiet_hours, &c->quiet, &why) != LOA_OK)
        COMPLAIN(p, "LOA_QUIET_HOURS", "%s", why.text);
    if (bot_office_hours_parse(c->office_hours, &c->hours, &why) != LOA_OK)
        COMPLAIN(p, "LOA_OFFICE_HOURS", "%s", why.text);
    check_people(c, p);
    check_store(c, p);
    check_sites(c, p);
    check_package("ZALO_PACKAGE", &channel_zalo, c->zalo_package, p);
    check_package("VIBER_PACKAGE", &channel_viber, c->viber_package, p);
    if (!c->node)
        c->node = host_name();
    if (c->ca_file && access(c->ca_file, R_OK) != 0)
        COMPLAIN(p, "LOA_CA_FILE", "Không đọc được tệp “%s”", c->ca_file);
    if (c->words_dir && access(c->words_dir, R_OK | X_OK) != 0)
        COMPLAIN(p, "LOA_WORDS_DIR", "Không đọc được thư mục “%s”", c->words_dir);
}

static const struct setting *find(const char *name, const struct setting **nearest)
{
    size_t best = BOT_NEAREST_NONE;

    *nearest = NULL;
    for (size_t i = 0; i < N_SETTINGS; i++) {
        size_t d = bot_nearest_distance(name, table[i].name);

        if (!d)
            return &table[i];
        if (d < best) {
            best = d;
            *nearest = &table[i];
        }
    }
    return NULL;
}

static bool is_ours(const char *name)
{
    return strncmp(name, "LOA_", 4) == 0 || strncmp(name, "ZALO_", 5) == 0 ||
           strncmp(name, "VIBER_", 6) == 0 || strncmp(name, "FACEBOOK_", 9) == 0;
}

/* A misspelt setting in the file would be lost without a word. Comes last: what is added to a full
 * list only takes the place of another warning. */
static void warn_unknown(const struct bot_dotenv *e, struct bot_config_problems *p)
{
    size_t errors = p->n;

    for (size_t i = 0; i < e->n && errors < BOT_CONFIG_PROBLEMS_MAX; i++) {
        const struct setting *nearest;

        if (!is_ours(e->pairs[i].key) || find(e->pairs[i].key, &nearest))
            continue;
        COMPLAIN(p, e->pairs[i].key, "Dòng %d: không có thiết lập này%s%s", e->pairs[i].line,
                 nearest ? "; có phải là " : "", nearest ? nearest->name : "");
        p->warnings = p->n - errors;
    }
}

enum loa_err bot_config_load(const char *env_file, struct bot_config *out,
                             struct bot_config_problems *problems)
{
    struct bot_dotenv file = {0};
    struct loa_problem why = {"", ""};
    enum loa_err err = bot_dotenv_read(env_file ? env_file : ".env", &file, &why);

    *out = (struct bot_config){0};
    *problems = (struct bot_config_problems){0};
    if (err && (env_file || err != LOA_ENOENT))
        COMPLAIN(problems, why.field, "%s", why.text);
    for (size_t i = 0; i < N_SETTINGS; i++) {
        const char *v = getenv(table[i].name);

        if (!v)
            v = bot_dotenv_get(&file, table[i].name);
        if (!v || !*v)
            v = table[i].fallback;
        if (v)
            take(out, &table[i], v, problems);
    }
    check_groups(out, problems);
    check_meaning(out, problems);
    warn_unknown(&file, problems);
    bot_dotenv_release(&file);
    return problems->n > problems->warnings ? LOA_EINVAL : LOA_OK;
}

void bot_config_release(struct bot_config *c)
{
    for (size_t i = 0; i < N_SETTINGS; i++) {
        void *m = member(c, &table[i]);

        if (table[i].type == SECRET)
            loa_secret_free(*(struct loa_secret **)m);
        else if (table[i].type == STRING || table[i].type == BASE_URL || table[i].type == LISTEN)
            free(*(char **)m);
    }
    *c = (struct bot_config){0};
}

/* ---- what follows from the settings ---------------------------------------------------- */

static enum loa_err read_key(const char *path, struct loa_secret **out)
{
    char hex[65];
    FILE *f = fopen(path, "re");
    size_t n;

    if (!f)
        return LOA_ENOENT;
    n = fread(hex, 1, 64, f);
    (void)fclose(f);
    hex[n] = '\0';
    *out = n == 64 ? loa_secret_new(hex) : NULL;
    explicit_bzero(hex, sizeof(hex));
    return *out ? LOA_OK : LOA_EINVAL;
}

/* Made under another name and linked into place, so that nobody ever reads half a key. LOA_EIO
 * also when another program was first. */
static enum loa_err make_key(const char *path, struct loa_secret **out)
{
    char hex[65], *fresh = loa_xasprintf("%s.XXXXXX", path);
    int fd = mkostemp(fresh, O_CLOEXEC); /* with mode 0600 */
    bool made = false;

    loa_random_hex(hex, 32);
    if (fd >= 0) {
        made = write(fd, hex, 64) == 64 && fsync(fd) == 0;
        (void)close(fd);
        if (made && link(fresh, path) != 0) /* a file system may have no links */
            made = errno != EEXIST && rename(fresh, path) == 0;
        (void)unlink(fresh);
    }
    *out = made ? loa_secret_new(hex) : NULL;
    explicit_bzero(hex, sizeof(hex));
    free(fresh);
    return made ? LOA_OK : LOA_EIO;
}

enum loa_err bot_config_key(const struct bot_config *c, struct loa_secret **out,
                            struct loa_problem *why)
{
    char *path;
    enum loa_err err;

    if (loa_secret_is_set(c->secret_key)) {
        *out = loa_secret_dup(c->secret_key);
        return LOA_OK;
    }
    path = loa_xasprintf("%s.key", c->store + strlen("sqlite:"));
    err = read_key(path, out);
    if (err == LOA_ENOENT) {
        err = make_key(path, out);
        if (err) /* two programs may start at once; the other one made it */
            err = read_key(path, out);
    }
    if (err)
        err = loa_fail(why, LOA_EIO, "LOA_SECRET_KEY",
                       "Không đọc hoặc không tạo được tệp khóa “%s”; hãy đặt LOA_SECRET_KEY", path);
    free(path);
    return err;
}

static struct msg_account *add_account(struct msg_account *out, size_t *n, const char *channel)
{
    struct msg_account *a = &out[(*n)++];

    *a = (struct msg_account){.name = loa_xstrdup(channel), .channel = loa_xstrdup(channel)};
    return a;
}

void bot_config_accounts(const struct bot_config *c, struct msg_account *out, size_t *n)
{
    struct msg_account *a;

    *n = 0;
    if (c->zalo_oa_id) {
        a = add_account(out, n, "zalo");
        a->remote_id = loa_xstrdup(c->zalo_oa_id);
        a->app_id = loa_xstrdup(c->zalo_app_id);
        a->api_base = loa_xstrdup(c->zalo_api_base);
        a->oauth_base = loa_xstrdup(c->zalo_oauth_base);
        a->app_secret = loa_secret_dup(c->zalo_app_secret);
        a->webhook_secret = loa_secret_dup(c->zalo_oa_secret);
        a->refresh_token = loa_secret_dup(c->zalo_refresh_token);
    }
    if (loa_secret_is_set(c->viber_auth_token)) {
        a = add_account(out, n, "viber");
        a->sender_name = loa_xstrdup(c->viber_sender_name);
        a->api_base = loa_xstrdup(c->viber_api_base);
        a->access_token = loa_secret_dup(c->viber_auth_token);
    }
    if (c->facebook_page_id) {
        a = add_account(out, n, "facebook");
        a->remote_id = loa_xstrdup(c->facebook_page_id);
        a->app_id = loa_xstrdup(c->facebook_app_id);
        a->api_base = loa_xstrdup(c->facebook_api_base);
        a->access_token = loa_secret_dup(c->facebook_page_token);
        a->app_secret = loa_secret_dup(c->facebook_app_secret);
        a->verify_token = loa_secret_dup(c->facebook_verify_token);
    }
    if (c->portal)
        (void)add_account(out, n, "portal");
}

struct channel_terms bot_config_terms(const struct bot_config *c, const char *channel)
{
    if (strcmp(channel, "zalo") == 0)
        return (struct channel_terms){
            .package = c->zalo_package, .posts_month = c->zalo_posts_month, .price = c->zalo_price};
    if (strcmp(channel, "viber") == 0)
        return (struct channel_terms){.package = c->viber_package, .price = c->viber_price};
    if (strcmp(channel, "facebook") == 0)
        return (struct channel_terms){.utility_price = c->facebook_utility_price};
    return (struct channel_terms){0};
}

double bot_config_rate(const struct bot_config *c, const char *channel)
{
    if (strcmp(channel, "zalo") == 0)
        return (double)c->zalo_rate;
    if (strcmp(channel, "viber") == 0)
        return (double)c->viber_rate;
    return strcmp(channel, "facebook") == 0 ? (double)c->facebook_rate : 0;
}

void bot_config_keep(const struct bot_config *c, struct sched_keep *out)
{
    *out = (struct sched_keep){.ms = {
                                   [MSG_CLEANUP_DELIVERIES] = c->keep_deliveries * LOA_DAY_MS,
                                   [MSG_CLEANUP_EVENTS] = c->keep_inbound * LOA_DAY_MS,
                                   [MSG_CLEANUP_REPLIES] = c->keep_replies * LOA_DAY_MS,
                                   [MSG_CLEANUP_CONVERSATIONS] = c->keep_conversations * LOA_DAY_MS,
                                   [MSG_CLEANUP_QUESTIONS] = c->keep_questions * LOA_DAY_MS,
                                   [MSG_CLEANUP_OCCURRENCES] = c->keep_occurrences * LOA_DAY_MS,
                                   [MSG_CLEANUP_CONTACTS] = c->keep_contacts * LOA_DAY_MS,
                                   [MSG_CLEANUP_RECEIPTS] = LOA_HOUR_MS,
                                   /* Facebook comes again for 36 hours */
                                   [MSG_CLEANUP_REPLAYS] = 3 * (int64_t)LOA_DAY_MS,
                                   [MSG_CLEANUP_OPT_OUTS] = LOA_DAY_MS,
                                   [MSG_CLEANUP_PORTAL] = MSG_PORTAL_LIFE_MS,
                               }};
}
