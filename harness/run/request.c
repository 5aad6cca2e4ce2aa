/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run's request, to JSON and back.
 */
#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- to JSON ---- */

static json_t *words_json(const char *const *words, size_t count)
{
    json_t *list = json_array();

    for (size_t w = 0; w < count; w++)
        if (json_array_append_new(list, json_string(words[w])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *pairs_json(const struct suite_request *asked)
{
    json_t *list = json_array();

    for (size_t o = 0; o < asked->override_count; o++)
        if (json_array_append_new(list,
                                  json_pack("[s, s]", asked->overrides[o].key,
                                            asked->overrides[o].text)) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *files_json(const struct suite *suite)
{
    json_t *files = json_object();

    for (size_t f = 0; f < suite->file_count; f++)
        if (json_object_set_new(files, suite->files[f].path,
                                json_stringn(suite->files[f].text,
                                             suite->files[f].size)) != 0) {
            json_decref(files);
            return NULL;
        }
    return files;
}

json_t *request_json(const struct suite_request *asked,
                     const struct suite *suite)
{
    size_t cases = 0;
    /* Where the command line's peers are run. */
    char *folder = asked->peer_count ? getcwd(NULL, 0) : NULL;

    while (asked->only && asked->only[cases])
        cases++;
    json_t *json = json_pack(
        "{s:s?, s:o, s:o, s:o, s:o, s:s?}", "suite", asked->suite, "cases",
        asked->only ? words_json(asked->only, cases) : json_null(), "keys",
        pairs_json(asked), "peers", words_json(asked->peers, asked->peer_count),
        "files", files_json(suite), "folder", folder);
    free(folder);
    return json;
}

/* ---- and back ---- */

/* Texts are borrowed from the JSON. */
struct request {
    struct suite_request asked;
    const char **cases, **peers;
    struct override *overrides;
    struct suite_file *files;
};

static const char *text_at(const json_t *list, size_t i)
{
    const char *text = json_string_value(json_array_get(list, i));

    return text ? text : "";
}

/* The texts of the list, NULL behind the last; NULL if there is no memory. */
static const char **words_of_json(const json_t *list)
{
    size_t count = json_array_size(list);
    const char **words = calloc(count + 1, sizeof(*words));

    for (size_t w = 0; words && w < count; w++)
        words[w] = text_at(list, w);
    return words;
}

static bool read_files(struct request *r, json_t *files)
{
    const char *path;
    json_t *text;

    r->files = calloc(json_object_size(files) + 1, sizeof(*r->files));
    if (!r->files)
        return false;
    json_object_foreach (files, path, text)
        if (json_is_string(text))
            r->files[r->asked.file_count++] = (struct suite_file){
                (char *)path, (char *)json_string_value(text),
                json_string_length(text)};
    r->asked.files = r->files;
    return true;
}

static bool read_request(struct request *r, const json_t *run)
{
    const json_t *json = json_object_get(run, "request");
    const json_t *keys = json_object_get(json, "keys");
    const json_t *cases = json_object_get(json, "cases");
    const json_t *peers = json_object_get(json, "peers");

    r->asked.suite = json_string_value(json_object_get(json, "suite"));
    r->asked.text = json_string_value(json_object_get(run, "suite_text"));
    r->cases = words_of_json(cases);
    r->peers = words_of_json(peers);
    r->overrides = calloc(json_array_size(keys) + 1, sizeof(*r->overrides));
    if (!r->cases || !r->peers || !r->overrides)
        return false;
    for (size_t o = 0; o < json_array_size(keys); o++) {
        const json_t *pair = json_array_get(keys, o);

        r->overrides[o] = (struct override){text_at(pair, 0), text_at(pair, 1)};
    }
    r->asked.only = json_is_array(cases) ? r->cases : NULL;
    r->asked.overrides = r->overrides;
    r->asked.override_count = json_array_size(keys);
    r->asked.peers = r->peers;
    r->asked.peer_count = json_array_size(peers);
    return read_files(r, json_object_get(json, "files"));
}

/* The command line's peers are run where they were. */
static bool set_folders(struct suite *suite, const char *folder)
{
    for (size_t p = 0; folder && p < suite->peers.count; p++) {
        struct peer *peer = suite->peers.list[p];

        if (peer->folder)
            continue;
        peer->folder = strdup(folder);
        if (!peer->folder)
            return false;
    }
    return true;
}

struct suite *request_suite(const json_t *run, char *error, size_t error_size)
{
    const json_t *json = json_object_get(run, "request");
    struct request request = {.cases = NULL};
    struct suite *suite = NULL;

    if (!json_is_object(json) ||
        !json_string_value(json_object_get(run, "suite")))
        snprintf(error, error_size,
                 "run.json does not say what the run was asked for");
    else if (!read_request(&request, run))
        snprintf(error, error_size, "out of memory");
    else
        suite = suite_read(&request.asked, error, error_size);
    if (suite && !set_folders(suite, json_string_value(
                                         json_object_get(json, "folder")))) {
        snprintf(error, error_size, "out of memory");
        suite_free(suite);
        suite = NULL;
    }
    free(request.cases);
    free(request.peers);
    free(request.overrides);
    free(request.files);
    return suite;
}
