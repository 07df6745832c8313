/* SPDX-License-Identifier: Apache-2.0 */
/* loa account: add, list, ways, pause, resume, rate, upload */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli_account_ways.h"
#include "bot/cli/cli_flow.h"
#include "bot/cli/cli_rate.h"
#include "bot/cli/cli_rights.h"
#include "bot/dotenv.h"
#include "channels/channel.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"

/* ---- list ------------------------------------------------------------------------------ */

static cJSON *to_json(const struct msg_account *a)
{
    cJSON *o = cJSON_CreateObject();
    char iso[LOA_ISO_SIZE];

    cJSON_AddStringToObject(o, "name", a->name);
    cJSON_AddStringToObject(o, "channel", a->channel);
    cJSON_AddStringToObject(o, "state", a->paused ? "paused" : "active");
    loa_json_add_str(o, "reason", a->paused ? a->pause_reason : NULL);
    loa_json_add_str(o, "remote_id", a->remote_id);
    if (a->token_expires_ms)
        cJSON_AddStringToObject(o, "token_expires", loa_iso_format(a->token_expires_ms, iso));
    return o;
}

static int list(struct cli *cli)
{
    struct msg_account *all = NULL;
    struct msg_right *rights = NULL;
    struct loa_problem why = {"", ""};
    cJSON *json = cJSON_CreateArray(), *o;
    size_t n = 0, n_rights = 0;
    int64_t now = loa_clock_wall();
    enum loa_err err = msg_account_load(cli->db, NULL, &all, &n, &why);

    if (!err)
        err = msg_right_load(cli->db, &rights, &n_rights);
    for (size_t i = 0; i < n; i++) {
        if (cli->json) {
            cJSON_AddItemToArray(json, o = to_json(&all[i]));
            cli_rights_json(rights, n_rights, all[i].id, now, o);
        } else {
            (void)printf("%-16s %-10s %s%s%s\n", all[i].name, all[i].channel,
                         all[i].paused ? "tạm dừng" : "hoạt động",
                         all[i].paused && all[i].pause_reason ? ": " : "",
                         all[i].paused && all[i].pause_reason ? all[i].pause_reason : "");
            (void)cli_rights_print(rights, n_rights, all[i].id, now, false);
        }
        msg_account_release(&all[i]);
    }
    free(all);
    free(rights);
    if (cli->json && !err)
        cli_print_json(json);
    else
        cJSON_Delete(json);
    return err ? cli_complain(&why) : CLI_OK;
}

/* ---- add ------------------------------------------------------------------------------- */

/* Secrets come from a file or stdin, never from the command line, where others could see them. */
static enum loa_err read_secrets(const char *path, struct msg_account *a, struct loa_problem *why)
{
    struct bot_dotenv e = {0};
    char *text = NULL;
    size_t n = 0;
    enum loa_err err = cli_read_file(path, 65536, &text, &n, why);

    if (!err)
        err = bot_dotenv_parse(text, n, &e, why);
    if (!err) {
        a->access_token = loa_secret_new(bot_dotenv_get(&e, "access_token"));
        a->refresh_token = loa_secret_new(bot_dotenv_get(&e, "refresh_token"));
        a->app_secret = loa_secret_new(bot_dotenv_get(&e, "app_secret"));
        a->webhook_secret = loa_secret_new(bot_dotenv_get(&e, "webhook_secret"));
        a->verify_token = loa_secret_new(bot_dotenv_get(&e, "verify_token"));
    }
    bot_dotenv_release(&e);
    if (text)
        explicit_bzero(text, n);
    free(text);
    return err;
}

/* The adapter itself says what is missing. */
static enum loa_err try_open(const struct msg_account *a, struct loa_problem *why)
{
    const struct channel_ops *ops = channel_find(a->channel);
    struct channel *c = NULL;
    struct channel_config cfg = channel_config_of(a);
    enum loa_err err;

    if (!ops)
        return loa_fail(why, LOA_EINVAL, "channel",
                        "Không có kênh “%s”: zalo, viber, facebook, portal", a->channel);
    err = ops->open(&cfg, &c, why);
    if (!err) {
        ops->close(c);
        err = channel_terms_check(ops, a, loa_clock_wall(), why);
    }
    return err;
}

/* The name stands in the webhook's address. */
static enum loa_err check_name(const char *name, struct loa_problem *why)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t n = strspn(name, allowed);

    if (n && n <= 64 && !name[n])
        return LOA_OK;
    return loa_fail(why, LOA_EINVAL, "name",
                    "Tên tài khoản gồm 1-64 chữ cái không dấu, số, dấu chấm, gạch");
}

/* Its followers, runs and words belong to one platform for good. */
static enum loa_err check_channel(struct cli *cli, const struct msg_account *a, int64_t id,
                                  struct loa_problem *why)
{
    int64_t same = 0;
    enum loa_err err =
        db_get_int(cli->db, &same, "SELECT COUNT(*) FROM accounts WHERE id = $1 AND channel = $2",
                   "is", id, a->channel);

    if (err || same)
        return err;
    return loa_fail(why, LOA_EEXIST, "channel",
                    "Tài khoản “%s” đã thuộc kênh khác; hãy đặt tên khác cho tài khoản mới",
                    a->name);
}

static enum loa_err add(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct msg_account *a = arg;
    struct loa_secret *key = NULL;
    int64_t now = loa_clock_wall(), old = 0;
    char target[96];
    enum loa_err err = check_name(a->name, why);
    bool known = !err && msg_account_id(cli->db, a->name, &old, NULL) == LOA_OK;

    if (!err)
        err = try_open(a, why);
    if (!err && known)
        err = check_channel(cli, a, old, why);
    if (!err && cli->role != MSG_ROLE_ADMIN)
        err = loa_fail(why, LOA_EPERM, "user", "Chỉ quản trị (admin) mới thêm được tài khoản");
    if (!err)
        err = bot_config_key(&cli->cfg, &key, why);
    if (!err)
        err = msg_account_put(cli->db, &cli->who, now, key, a, why);
    (void)snprintf(target, sizeof(target), "account %s", a->name);
    if (!err && known) /* new ones are in the log already */
        err = msg_audit(cli->db, &cli->who, now, "account.change", target, a->channel);
    loa_secret_free(key);
    return err;
}

static int do_add(struct cli *cli)
{
    struct msg_account a = {
        .name = loa_xstrdup(cli->words[1]),
        .channel = loa_xstrdup(cli_get(cli, "channel")),
        .remote_id = loa_xstrdup(cli_get(cli, "remote-id")),
        .app_id = loa_xstrdup(cli_get(cli, "app-id")),
        .sender_name = loa_xstrdup(cli_get(cli, "sender-name")),
        .api_base = loa_xstrdup(cli_get(cli, "api-base")),
        .oauth_base = loa_xstrdup(cli_get(cli, "oauth-base")),
        .package = loa_xstrdup(cli_get(cli, "package")),
        .posts_month = loa_xstrdup(cli_get(cli, "posts-month")),
        .free_month = loa_xstrdup(cli_get(cli, "free-month")),
        .price = loa_xstrdup(cli_get(cli, "price")),
        .utility_price = loa_xstrdup(cli_get(cli, "utility-price")),
    };
    struct loa_problem why;
    int status;

    if (read_secrets(cli_get(cli, "secrets"), &a, &why) != LOA_OK)
        status = cli_complain(&why);
    else
        status = cli_act(cli, add, &a);
    if (!status)
        (void)printf("Đã lưu tài khoản %s (%s); loa serve dùng nó từ lần khởi động sau.\n", a.name,
                     a.channel);
    msg_account_release(&a);
    return status;
}

/* ---- upload: a picture that messages may then use -------------------------------------- */

static const char *picture_type(const char *bytes, size_t n)
{
    if (n > 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
        return "image/png";
    return n > 3 && memcmp(bytes, "\xFF\xD8\xFF", 3) == 0 ? "image/jpeg" : NULL;
}

static enum loa_err upload_to(struct cli *cli, const struct msg_account *a, struct loa_problem *why)
{
    struct channel_flow f = {.kind = CHANNEL_FLOW_UPLOAD};
    const struct channel_ops *ops = channel_find(a->channel);
    char *bytes = NULL;
    enum loa_err err;

    if (!ops || !(ops->caps & CHANNEL_CAP_UPLOAD))
        return loa_fail(why, LOA_EINVAL, a->name,
                        "kênh này nhận ảnh bằng địa chỉ (--image https://...), không tải ảnh lên");
    err = cli_read_file(cli_get(cli, "image"), 5 << 20, &bytes, &f.file_len, why);
    if (err)
        return err;
    f.file_data = bytes;
    f.file_type = picture_type(bytes, f.file_len);
    if (!f.file_type)
        err = loa_fail(why, LOA_EINVAL, "image", "Chỉ nhận ảnh JPG hoặc PNG");
    if (!err)
        err = cli_flow_run(cli, a, &f, why);
    if (!err && f.res.verdict != CHANNEL_OK)
        err = loa_fail(why, LOA_EREJECT, a->name, "Nền tảng không nhận ảnh (mã %d: %s)", f.res.code,
                       f.res.detail);
    if (!err)
        (void)puts(f.upload_id);
    free(bytes);
    return err;
}

static int do_upload(struct cli *cli)
{
    struct loa_secret *key = NULL;
    struct msg_account *all = NULL;
    struct loa_problem why = {"", ""};
    size_t n = 0;
    enum loa_err err = bot_config_key(&cli->cfg, &key, &why), done = LOA_ENOENT;

    if (!err)
        err = msg_account_load(cli->db, key, &all, &n, &why);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(all[i].name, cli->words[1]) == 0)
            done = upload_to(cli, &all[i], &why);
        msg_account_release(&all[i]);
    }
    if (!err && done == LOA_ENOENT && !why.text[0])
        done = loa_fail(&why, done, "account", "Không có tài khoản “%s”", cli->words[1]);
    free(all);
    loa_secret_free(key);
    return err || done ? cli_complain(&why) : CLI_OK;
}

/* ---- pause, resume --------------------------------------------------------------------- */

static enum loa_err set_state(struct cli *cli, void *arg, struct loa_problem *why)
{
    const bool *pause = arg;
    const char *reason = cli_get(cli, "reason");
    int64_t id;
    enum loa_err err = msg_account_id(cli->db, cli->words[1], &id, why);

    if (err)
        return err;
    if (*pause)
        return msg_account_pause(cli->db, &cli->who, loa_clock_wall(), id,
                                 reason ? reason : "cán bộ tạm dừng");
    return msg_account_resume(cli->db, &cli->who, loa_clock_wall(), id);
}

int cli_account(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {
        {"channel", false, false},     {"remote-id", false, false},
        {"app-id", false, false},      {"sender-name", false, false},
        {"api-base", false, false},    {"oauth-base", false, false},
        {"secrets", false, false},     {"reason", false, false},
        {"image", false, false},       {"package", false, false},
        {"posts-month", false, false}, {"free-month", false, false},
        {"price", false, false},       {"utility-price", false, false},
        {"set", false, false},         {"forget", true, false},
    };
    int status = cli_parse(cli, argc - 1, argv + 1, options, sizeof(options) / sizeof(options[0]));
    const char *verb = cli->n_words ? cli->words[0] : "";
    bool pause = strcmp(verb, "pause") == 0, upload = strcmp(verb, "upload") == 0;
    bool add_one = strcmp(verb, "add") == 0, rate = strcmp(verb, "rate") == 0;
    bool ways = strcmp(verb, "ways") == 0;

    if (status)
        return status;
    if ((ways || strcmp(verb, "list") == 0) && cli->n_words == 1) {
        status = cli_open(cli);
        return status ? status : ways ? cli_account_ways_list(cli) : list(cli);
    }
    if (cli->n_words != (rate ? 3 : 2) ||
        (!add_one && !pause && !upload && !rate && !ways && strcmp(verb, "resume") != 0))
        return cli_usage("cần: account add|list|ways|pause|resume|rate|upload");
    if (ways && cli_has(cli, "set") == cli_has(cli, "forget"))
        return cli_usage("account ways TÊN cần --set single,batch,post hoặc --forget");
    if (add_one && (!cli_has(cli, "channel") || !cli_has(cli, "secrets")))
        return cli_usage("account add cần --channel và --secrets");
    if (upload && !cli_has(cli, "image"))
        return cli_usage("account upload cần --image TỆP");
    status = cli_actor(cli);
    if (!status)
        status = cli_open(cli);
    if (status)
        return status;
    if (upload)
        return do_upload(cli);
    if (rate)
        return cli_account_rate(cli);
    if (ways)
        return cli_account_ways_change(cli);
    return add_one ? do_add(cli) : cli_act(cli, set_state, &pause);
}
