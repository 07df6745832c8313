/* SPDX-License-Identifier: Apache-2.0 */
/* page.h - the page with the three phones, uploaded pictures, and articles to read. */
#ifndef LOA_SANDBOX_PAGE_H
#define LOA_SANDBOX_PAGE_H

#include "tests/sandbox/http.h"

void sbx_page(struct sbx_req *r, struct sbx_res *res);

#endif
