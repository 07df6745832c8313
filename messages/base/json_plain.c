/* SPDX-License-Identifier: Apache-2.0 */
/* The whole tree is one block: nodes, then a copy of the text in which the strings end where their
 * end quotes stood. Whatever is not plain is left to cJSON, so what is accepted here must only ever
 * be what cJSON accepts, and mean the same. */
#include "messages/base/json_plain.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"

enum { DEPTH_MAX = 16, NODES_MIN = 4, BYTES_PER_NODE = 16 };

struct reader {
    const char *at, *end; /* of the text */
    char *copy;
    const char *text;
    cJSON *nodes;
    size_t n, room, exact;
    unsigned depth;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip_space(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
        r->at++;
}

/* The next byte that is no space; 0 at the end. */
static char peek(struct reader *r)
{
    skip_space(r);
    return r->at < r->end ? *r->at : '\0';
}

static cJSON *add(struct reader *r, int type)
{
    cJSON *node;

    if (r->n == r->room)
        return NULL;
    node = &r->nodes[r->n++];
    *node = (cJSON){.type = type};
    return node;
}

/* The string whose first quote is at r->at: without a backslash anywhere the next quote ends it. */
static char *take_string(struct reader *r)
{
    const char *from = r->at + 1, *quote = memchr(from, '"', (size_t)(r->end - from));

    if (!quote)
        return NULL;
    r->copy[quote - r->text] = '\0';
    r->at = quote + 1;
    return r->copy + (from - r->text);
}

static cJSON *string(struct reader *r)
{
    char *value = take_string(r);
    cJSON *node = value ? add(r, cJSON_String) : NULL;

    if (node)
        node->valuestring = value;
    return node;
}

/* Behind a number comes what separates values, so its copy can end there. */
static cJSON *long_number(struct reader *r, const char *from)
{
    cJSON *node = add(r, cJSON_String);

    r->copy[r->at - r->text] = '\0';
    if (node)
        node->valuestring = r->copy + (from - r->text);
    return node;
}

static cJSON *number(struct reader *r)
{
    const char *from = r->at;
    bool negative = *from == '-';
    const char *first = from + negative;
    int64_t value = 0;
    size_t digits;
    cJSON *node;

    for (r->at = first; r->at < r->end && is_digit(*r->at); r->at++) {
        if ((size_t)(r->at - first) < r->exact)
            value = 10 * value + (*r->at - '0');
    }
    digits = (size_t)(r->at - first);
    if (!digits || (*first == '0' && (digits > 1 || negative)) ||
        (r->at < r->end && !strchr(",}] \t\r\n", *r->at)))
        return NULL;
    if (digits > r->exact)
        return long_number(r, from);
    node = add(r, cJSON_Number);
    if (!node)
        return NULL;
    value = negative ? -value : value;
    node->valuedouble = (double)value;
    node->valueint = value > INT_MAX ? INT_MAX : value < INT_MIN ? INT_MIN : (int)value;
    return node;
}

static cJSON *word(struct reader *r, const char *literal, int type)
{
    size_t n = strlen(literal);
    cJSON *node;

    if ((size_t)(r->end - r->at) < n || memcmp(r->at, literal, n) != 0)
        return NULL;
    r->at += n;
    node = add(r, type);
    if (node)
        node->valueint = type == cJSON_True;
    return node;
}

static cJSON *value(struct reader *r);

/* A member of an object: its name, then its value. */
static cJSON *member(struct reader *r)
{
    char *name = peek(r) == '"' ? take_string(r) : NULL;
    cJSON *node;

    if (!name || peek(r) != ':')
        return NULL;
    r->at++;
    node = value(r);
    if (node)
        node->string = name;
    return node;
}

static cJSON *list(struct reader *r, int type, char end)
{
    cJSON *node = add(r, type), *last = NULL;

    if (!node || ++r->depth > DEPTH_MAX)
        return NULL;
    r->at++;
    if (peek(r) == end) {
        r->at++;
        r->depth--;
        return node;
    }
    for (;;) {
        cJSON *item = type == cJSON_Object ? member(r) : value(r);
        char next = item ? peek(r) : '\0';

        if (next != ',' && next != end)
            return NULL;
        r->at++;
        if (last) {
            last->next = item;
            item->prev = last;
        } else {
            node->child = item;
        }
        last = item;
        if (next == end)
            break;
    }
    node->child->prev = last; /* as cJSON has it */
    r->depth--;
    return node;
}

static cJSON *value(struct reader *r)
{
    switch (peek(r)) {
    case '{':
        return list(r, cJSON_Object, '}');
    case '[':
        return list(r, cJSON_Array, ']');
    case '"':
        return string(r);
    case 't':
        return word(r, "true", cJSON_True);
    case 'f':
        return word(r, "false", cJSON_False);
    case 'n':
        return word(r, "null", cJSON_NULL);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return number(r);
    default:
        return NULL;
    }
}

cJSON *loa_json_plain(const char *text, size_t len, size_t exact)
{
    struct reader r = {.at = text,
                       .end = text + len,
                       .text = text,
                       .room = NODES_MIN + len / BYTES_PER_NODE,
                       .exact = exact};
    cJSON *root;

    if (memchr(text, '\\', len))
        return NULL;
    r.nodes = loa_xmalloc(r.room * sizeof(*r.nodes) + len + 1);
    r.copy = (char *)(r.nodes + r.room);
    memcpy(r.copy, text, len);
    root = value(&r);
    skip_space(&r);
    if (!root || r.at < r.end) {
        free(r.nodes);
        return NULL;
    }
    /* cJSON_Delete() frees a reference's own node and looks at nothing below it: the root is the
     * block's first node, so that frees all. */
    root->type |= cJSON_IsReference;
    return root;
}
