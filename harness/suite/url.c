/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * URL templates, checked before anything is fetched. Names are not resolved
 * and nothing is connected to: that a host answers is not known here.
 */
#include <ctype.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../origin/content.h"
#include "draft.h"
#include "units.h"
#include "words.h"

/* The own origin's scheme, address and port come before a path. */
#define URL_ROOM 64

bool url_is_own(const char *url)
{
    return url[0] == '/';
}

/* ---- fields ---- */

#define RANGE_DIGITS 18

/* The digits at *at as a number; false where there are none or too many. */
static bool take_number(const char **at, uint64_t *out)
{
    size_t digits = strspn(*at, "0123456789");

    if (digits == 0 || digits > RANGE_DIGITS)
        return false;
    *out = strtoull(*at, NULL, 10);
    *at += digits;
    return true;
}

/* A field of `length` bytes at `field`, braces left out; `known`: what it could
 * be beside a range. */
static const char *check_field(const char *field, size_t length, bool has_delay,
                               const char *known, uint64_t *range)
{
    const char *at = field;
    uint64_t low, high;

    if (length == 1 && field[0] == 'i')
        return NULL;
    if (length == 5 && strncmp(field, "delay", 5) == 0)
        return has_delay ? NULL : "has {delay}, but the case has no delay";
    if (!take_number(&at, &low) || strncmp(at, "..", 2) != 0)
        return complain("{%.*s} is none of %s and {A..B}",
                        length > 60 ? 60 : (int)length, field, known);
    at += 2;
    if (!take_number(&at, &high) || at != field + length)
        return complain("{%.*s} is not a range like {1..100}",
                        length > 60 ? 60 : (int)length, field);
    if (high < low)
        return complain("{%.*s} is empty: it ends before it begins",
                        (int)length, field);
    if (high - low + 1 > *range)
        *range = high - low + 1;
    return NULL;
}

const char *url_check_fields(const char *url, bool has_delay, uint64_t *range)
{
    while (*url) {
        const char *wrong, *close = url + strcspn(url + 1, "{}") + 1;

        if (*url == '}')
            return "has a '}' without '{': write %7D for the sign itself";
        if (*url != '{') {
            url++;
            continue;
        }
        if (*close != '}')
            return "has a '{' without '}': write %7B for the sign itself";
        wrong = check_field(url + 1, (size_t)(close - url) - 1, has_delay,
                            "{i}, {delay}", range);
        if (wrong)
            return wrong;
        url = close + 1;
    }
    return NULL;
}

const char *url_check_text(const char *text, uint64_t *range)
{
    static const char *const fields[] = {"{i}", "{value}", "{body}"};

    for (; *text; text++) {
        const char *close = *text == '{' ? strchr(text, '}') : NULL;
        bool known = !close;

        for (size_t f = 0; f < sizeof(fields) / sizeof(*fields); f++)
            known |= close && strncmp(text, fields[f], strlen(fields[f])) == 0;
        if (known)
            continue;
        const char *wrong = check_field(text + 1, (size_t)(close - text) - 1,
                                        false, "{i}, {value}, {body}", range);
        if (wrong)
            return wrong;
    }
    return NULL;
}

/* ---- real URLs ---- */

static const char *check_parsed(CURLU *parsed, const char *url)
{
    CURLUcode code =
        curl_url_set(parsed, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
    char *scheme = NULL;
    const char *wrong = NULL;

    if (code == CURLUE_OK)
        code = curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0);
    if (code == CURLUE_OUT_OF_MEMORY)
        wrong = no_memory;
    else if (code == CURLUE_OK && strcmp(scheme, "http") != 0 &&
             strcmp(scheme, "https") != 0)
        wrong = complain("'%.200s' is not an http or https URL", url);
    else if (code != CURLUE_OK)
        wrong =
            complain("'%.200s' is not a URL: %s", url, curl_url_strerror(code));
    curl_free(scheme);
    return wrong;
}

const char *url_check_real(const char *url)
{
    const char *wrong;
    CURLU *parsed;

    if (!strstr(url, "://"))
        return complain("'%.200s' is not an http or https URL", url);
    for (const char *c = url; *c; c++)
        if (isspace((unsigned char)*c) || iscntrl((unsigned char)*c))
            return "has a blank: write %20 for it";
    if (strlen(url) + 1 > URL_MAX_BYTES - URL_ROOM)
        return complain("is longer than %d characters",
                        URL_MAX_BYTES - URL_ROOM - 1);
    parsed = curl_url();
    if (!parsed)
        return no_memory;
    wrong = check_parsed(parsed, url);
    curl_url_cleanup(parsed);
    return wrong;
}

/* ---- the own origin ---- */

char *url_own(const char *url, uint64_t body, bool has_delay)
{
    char bytes[64] = "";
    const char *delay = "", *base = url;
    char mark = '?';

    if (!url && body)
        base = "/bytes/";
    else if (!url)
        base = "/json/{i}";
    if (body)
        snprintf(bytes, sizeof(bytes), "%llu", (unsigned long long)body);
    if (has_delay && !strstr(base, "{delay}"))
        delay = "delay={delay}";
    if (!url && body)
        return words_printf("%s%s?id={i}%s%s", base, bytes, *delay ? "&" : "",
                            delay);
    if (strchr(base, '?'))
        mark = '&';
    char first[2] = {*delay || body ? mark : '\0', '\0'};
    return words_printf("%s%s%s%s%s%s", base, first, delay,
                        *delay && body ? "&" : "", body ? "body=" : "", bytes);
}

/* A 400 or 404 is what somebody may want to see: then the target says so. */
static bool asks_for(const char *target, int status)
{
    char path[32], query[32];

    snprintf(path, sizeof(path), "/status/%d", status);
    snprintf(query, sizeof(query), "status=%d", status);
    return strncmp(target, path, strlen(path)) == 0 || strstr(target, query);
}

static const char *check_target(const char *target)
{
    struct content reply;

    if (target[strcspn(target, "# \t")])
        return complain("'%.200s' is no path: it has a blank or a '#'", target);
    content_of(target, strlen(target), &reply);
    if (asks_for(target, reply.status))
        return NULL;
    if (reply.status == 404)
        return complain("the origin does not serve '%.200s': try /json/{i}, "
                        "/bytes/N, /delay/MS, /status/CODE or /page/{i}",
                        target);
    if (reply.status == 400)
        return complain("the origin cannot answer '%.200s': a value is "
                        "impossible",
                        target);
    return NULL;
}

const char *url_check_rendered(const struct bench_case *c)
{
    struct batch batch = case_batch(c, 1);
    const uint32_t ends[] = {0, c->tasks - 1};
    char url[URL_MAX_BYTES - URL_ROOM];

    for (size_t s = 0; s < c->step_count; s++) {
        for (size_t e = 0; e < 2; e++) {
            const struct step *step = &c->steps[s];
            const char *wrong = NULL;

            if (step->kind != STEP_FETCH || step->url_count)
                continue;
            if (!step_url(&batch, step, ends[e], url, sizeof(url)))
                return complain("is longer than %d characters",
                                URL_MAX_BYTES - URL_ROOM - 1);
            wrong = url_is_own(url) ? check_target(url) : url_check_real(url);
            if (wrong)
                return wrong;
        }
    }
    return NULL;
}
