/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/words.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/answer/wordfile.h"
#include "messages/base/buf.h"
#include "messages/base/mem.h"

enum { FILE_MAX = 1 << 20, FILES_MAX = 64 };

void answer_words_free(struct answer_words *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->n_concepts; i++)
        free(w->concepts[i]);
    for (size_t i = 0; i < w->n_phrases; i++)
        free(w->phrases[i].text);
    for (size_t i = 0; i < w->n_rewrites; i++) {
        free(w->rewrites[i].from);
        free(w->rewrites[i].to);
    }
    for (size_t i = 0; i < w->n_aliases; i++) {
        free(w->aliases[i].alias);
        free(w->aliases[i].name);
    }
    for (size_t i = 0; i < w->n_rules; i++)
        free(w->rules[i].source);
    for (size_t i = 0; i < w->n_derived; i++)
        free(w->derived[i].source);
    free(w->derived);
    free(w->concepts);
    free(w->phrases);
    free(w->rewrites);
    free(w->aliases);
    free(w->rules);
    free(w);
}

int answer_words_concept(const struct answer_words *w, const char *name)
{
    for (size_t i = 0; i < w->n_concepts; i++) {
        if (strcmp(w->concepts[i], name) == 0)
            return (int)i;
    }
    return -1;
}

static enum loa_err load_builtin(struct answer_wordfile *f, struct loa_problem *why)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; answer_files[i].name && !err; i++)
        err = answer_wordfile_read(f, answer_files[i].name, answer_files[i].text, why);
    return err;
}

struct answer_words *answer_words_load_builtin(void)
{
    struct answer_words *w = NULL;
    struct loa_problem why;

    if (answer_words_load_text(NULL, NULL, &w, &why) != LOA_OK) {
        /* The unit tests load them, so this is a broken build and not somebody's input. */
        fprintf(stderr, "bot/answer/data: %s: %s\n", why.field, why.text);
        abort();
    }
    return w;
}

enum loa_err answer_words_load_text(const char *name, const char *text, struct answer_words **out,
                                    struct loa_problem *why)
{
    struct answer_wordfile f;
    enum loa_err err;

    answer_wordfile_init(&f);
    err = load_builtin(&f, why);
    if (!err && name)
        err = answer_wordfile_read(&f, name, text, why);
    if (!err)
        err = answer_wordfile_finish(&f, out, why);
    answer_wordfile_release(&f);
    return err;
}

static int only_txt(const struct dirent *e)
{
    const char *dot = strrchr(e->d_name, '.');

    return e->d_name[0] != '.' && dot && strcmp(dot, ".txt") == 0;
}

static enum loa_err read_file(struct answer_wordfile *f, const char *dir, const char *name,
                              struct loa_problem *why)
{
    char *path = loa_xasprintf("%s/%s", dir, name);
    FILE *in = fopen(path, "rb");
    struct loa_buf text;
    enum loa_err err = LOA_OK;
    char chunk[4096];
    size_t n;

    free(path);
    if (!in)
        return loa_fail(why, LOA_EIO, name, "cannot be opened");
    loa_buf_init(&text, FILE_MAX);
    while ((n = fread(chunk, 1, sizeof(chunk), in)) > 0)
        loa_buf_add(&text, chunk, n);
    if (ferror(in))
        err = loa_fail(why, LOA_EIO, name, "cannot be read");
    else if (text.overflow)
        err = loa_fail(why, LOA_EINVAL, name, "is larger than %d bytes", FILE_MAX);
    else
        err = answer_wordfile_read(f, name, loa_buf_str(&text), why);
    loa_buf_release(&text);
    fclose(in);
    return err;
}

/* Every *.txt of a folder, after those of the program or without them. */
static enum loa_err load_folder(const char *path, bool builtin, struct answer_words **out,
                                struct loa_problem *why)
{
    struct dirent **names = NULL;
    int n = scandir(path, &names, only_txt, alphasort);
    struct answer_wordfile f;
    enum loa_err err = LOA_OK;

    if (n < 0)
        return loa_fail(why, LOA_EIO, "", "the folder %s cannot be read", path);
    answer_wordfile_init(&f);
    if (builtin)
        err = load_builtin(&f, why);
    if (!err && n > FILES_MAX)
        err = loa_fail(why, LOA_EINVAL, "", "more than %d files in %s", FILES_MAX, path);
    for (int i = 0; i < n; i++) {
        if (!err)
            err = read_file(&f, path, names[i]->d_name, why);
        free(names[i]);
    }
    free(names);
    if (!err)
        err = answer_wordfile_finish(&f, out, why);
    answer_wordfile_release(&f);
    return err;
}

enum loa_err answer_words_load_dir(const char *path, struct answer_words **out,
                                   struct loa_problem *why)
{
    return load_folder(path, true, out, why);
}

enum loa_err answer_words_load_only(const char *path, struct answer_words **out,
                                    struct loa_problem *why)
{
    return load_folder(path, false, out, why);
}
