/* SPDX-License-Identifier: Apache-2.0 */
/* .env files: any bytes. */
#include <stddef.h>
#include <stdint.h>

#include "bot/dotenv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bot_dotenv e;

    if (bot_dotenv_parse((const char *)data, size, &e, NULL) == LOA_OK)
        bot_dotenv_release(&e);
    return 0;
}
