/* SPDX-License-Identifier: Apache-2.0 */
/* Who said stop after the backup: from the lost store, as far as it can be read, or from a file. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli_place.h"
#include "bot/cli/cli_restore.h"
#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/store/lock.h"

static enum loa_err take_one(void *ctx, const struct msg_refusal *of)
{
    struct restore *r = ctx;

    return msg_refusal_take(r->cli->db, of, &r->refusals);
}

static enum loa_err note(struct restore *r, const char *from)
{
    char *detail = loa_xasprintf("%s, %" PRId64 " opt-outs, %" PRId64 " erasures so far", from,
                                 r->refusals.opt_outs, r->refusals.erasures);
    enum loa_err err =
        msg_audit(r->cli->db, &r->cli->who, r->now, "contacts.optouts", "store", detail);

    free(detail);
    return err;
}

/* From a day before the backup, as clocks differ; what the backup knows is passed over. A store on
 * which somebody works has more to come. */
static enum loa_err from_store(struct restore *r)
{
    char *place = cli_place(r->old);
    struct db *old = NULL;
    int lock = -1;
    enum loa_err err = db_open(r->old, DB_READONLY | DB_PATIENT, &old, &r->why);

    if (!err)
        err = cli_store_idle(r->old, old, "old", &lock, &r->why);
    if (!err)
        err = msg_contact_key_adopt(r->cli->db, old); /* digests are compared by it */
    if (!err) {
        err = msg_refusals_each(old, r->held.backup_ms - LOA_DAY_MS, take_one, r);
        if (err)
            err = loa_fail(&r->why, err, "old",
                           "Không đọc được hết kho cũ %s: %s. Nếu kho ấy đã hỏng, hãy khôi phục "
                           "không có --old",
                           place, db_message(old));
    }
    store_unlock(lock);
    db_close(old);
    if (!err)
        err = note(r, place);
    free(place);
    return err;
}

static enum loa_err from_file(struct restore *r, const char *path)
{
    FILE *f = fopen(path, "rb");
    enum loa_err err;

    if (!f)
        return loa_fail(&r->why, LOA_ENOENT, path, "Không mở được tệp: %s", strerror(errno));
    err = msg_refusals_read(f, take_one, r, &r->why);
    (void)fclose(f);
    return err ? err : note(r, path);
}

enum loa_err cli_restore_refusals(struct restore *r)
{
    enum loa_err err = r->old ? from_store(r) : LOA_OK;

    for (size_t i = 0; i < r->n_lists && !err; i++)
        err = from_file(r, r->lists[i]);
    return err;
}

void cli_restore_print_refusals(const struct restore *r)
{
    const struct msg_refusals_taken *n = &r->refusals;

    if (!r->old && !r->n_lists) {
        (void)puts(
            "  3. CHÚ Ý: ai xin thôi nhận (HỦY, STOP) hoặc xin xóa thông tin sau lúc sao lưu thì\n"
            "     kho này CHƯA BIẾT và sẽ vẫn gửi cho họ. Nếu kho cũ còn đọc được hoặc có tệp của\n"
            "     “loa contacts optouts export”: nhập vào bằng loa contacts optouts import TỆP.\n"
            "     Nếu không: tìm trong hộp thư của từng tài khoản rồi nhập bằng loa contacts\n"
            "     import (subscribed 0) trước khi gửi.");
        return;
    }
    (void)printf("  3. Sau lúc sao lưu đã có %" PRId64 " người xin thôi nhận, %" PRId64
                 " người xin xóa thông tin:\n"
                 "     đã ghi vào kho này, không gửi cho họ nữa.\n",
                 n->opt_outs, n->erasures);
    if (n->elsewhere)
        (void)printf("     %" PRId64
                     " dòng thuộc tài khoản chưa có trong bản sao: sau khi thêm tài "
                     "khoản ấy, nhập\n     lại bằng loa contacts optouts import.\n",
                     n->elsewhere);
    if (!r->old)
        (void)puts("     Ai xin thôi nhận sau khi tệp ấy được xuất thì kho này chưa biết: tìm "
                   "trong hộp\n     thư của từng tài khoản.");
}
