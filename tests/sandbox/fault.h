/* SPDX-License-Identifier: Apache-2.0 */
/* fault.h - orders to go wrong: the next N calls of a platform fail in the way asked for. */
#ifndef LOA_SANDBOX_FAULT_H
#define LOA_SANDBOX_FAULT_H

#include "tests/sandbox/http.h"

enum sbx_fault_kind {
    SBX_FAULT_NONE,
    SBX_FAULT_ERROR,       /* the platform's own error */
    SBX_FAULT_HTTP,        /* a bare HTTP status with an HTML page */
    SBX_FAULT_DROP_BEFORE, /* closed without having taken the message */
    SBX_FAULT_DROP_AFTER,  /* taken, in the ledger, then closed without an answer */
    SBX_FAULT_TIMEOUT,     /* silence for `ms`, then 504; with `after` the message was taken */
    SBX_FAULT_DELAY,       /* taken, answered after `ms` */
    SBX_FAULT_PARTIAL,     /* taken, half an answer, then closed */
    SBX_FAULT_GARBAGE,     /* 200 with bytes that are no JSON */
    SBX_FAULT_EXPIRE,      /* the account's tokens end just now, then it is served */
    SBX_FAULT_SOME         /* Viber: `percent` of a batch are refused with `code`, the rest taken */
};

struct sbx_fault {
    enum sbx_fault_kind kind;
    enum sbx_platform platform;
    char path[128];      /* part of the path, "" any */
    int skip, count;     /* let `skip` pass, then hit `count` times; count < 0: for ever */
    int percent;         /* chance of each hit, 100 always; SOME: share of the batch */
    int code, subcode;   /* of the error */
    int http, transient; /* transient: 1 true, 0 false, -1 not said */
    int64_t ms;
    bool after, reset;
    char message[200];
    char name[3][64], value[3][200]; /* extra headers */
    struct sbx_fault *next;
};

void sbx_fault_add(struct sbx *s, const struct sbx_fault *f); /* copied */
void sbx_faults_clear(struct sbx *s, enum sbx_platform p);    /* SBX_PLATFORMS: all */
/* The fault that hits this call, or kind NONE. */
struct sbx_fault sbx_fault_take(struct sbx *s, enum sbx_platform p, const struct sbx_req *r);
int sbx_faults_left(const struct sbx *s);
/* Writes the platform's error for an ERROR fault. */
void sbx_fault_answer(struct sbx_req *r, struct sbx_res *res, enum sbx_platform p,
                      const struct sbx_fault *f);

/* Is this recipient of a batch among those whom a SOME fault refuses? */
bool sbx_fault_some(const struct sbx_req *r, const char *recipient);
/* Adds the fault's own headers to an answer. */
void sbx_fault_headers(struct sbx_res *res, const struct sbx_fault *f);

/* route.c: whose path this is; SBX_PLATFORMS for the sandbox's own pages. */
enum sbx_platform sbx_route_platform(const struct sbx_req *r);

#endif
