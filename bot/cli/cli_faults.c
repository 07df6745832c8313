/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/cli/cli_faults.h"

#include <inttypes.h>
#include <stdio.h>

int cli_faults(const struct cli *cli, const struct msg_faults *f)
{
    bool skip = cli_has(cli, "skip-bad") && !f->whole;
    cJSON *json;

    for (size_t i = 0; i < f->kept; i++)
        (void)cli_complain(&f->items[i].why);
    if (f->n > (int64_t)f->kept)
        (void)fprintf(stderr, "loa: và %" PRId64 " chỗ sai nữa.\n", f->n - (int64_t)f->kept);
    if (!f->n || skip)
        return CLI_OK;
    (void)fprintf(stderr, "Không nhập gì: sửa %" PRId64 " chỗ trên rồi nhập lại cả tệp%s.\n", f->n,
                  f->whole ? "" : ", hoặc thêm --skip-bad để nhập những mục đúng");
    if (cli->json) {
        json = msg_faults_json(f);
        cJSON_AddBoolToObject(json, "imported", false);
        cli_print_json(json);
    }
    return CLI_FAILED;
}

void cli_faults_left_out(const struct msg_faults *f)
{
    if (f->n)
        (void)printf("Bỏ qua %" PRId64 " mục sai.\n", f->n);
}
