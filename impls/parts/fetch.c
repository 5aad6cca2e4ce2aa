/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One fetch with libcurl. HTTP/1.1 only, so that a request in flight is a
 * connection for every strategy.
 */
#include "fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "http_request.h"
#include "watch.h"

int fetch_init(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : ENOMEM;
}

const char *fetch_library(void)
{
    return curl_version();
}

static size_t take_body(char *data, size_t size, size_t count, void *userp)
{
    struct fetch *fetch = userp;
    size_t length = size * count;

    return body_receive(fetch->batch, fetch->task, data, length) ? length : 0;
}

/* Who is trusted, where the environment says so: the variables of the curl
 * command, which the library does not read by itself. */
static CURLcode set_trust(CURL *easy)
{
    const char *bundle = getenv("CURL_CA_BUNDLE");

    if (!bundle)
        bundle = getenv("SSL_CERT_FILE");
    return bundle ? curl_easy_setopt(easy, CURLOPT_CAINFO, bundle) : CURLE_OK;
}

/* The own origin is loopback, and no proxy of the environment comes between.
 * Where NOPROXY is not set, libcurl looks for it in the environment and goes
 * through it for every request. */
static CURLcode set_direct(CURL *easy)
{
    CURLcode code = curl_easy_setopt(easy, CURLOPT_PROXY, "");

    return code ? code : curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
}

/* Real URLs behave as a browser's would, and their servers are told who asks.
 */
static CURLcode set_route(CURL *easy, bool real)
{
    if (!real)
        return set_direct(easy);
    CURLcode code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_USERAGENT, HTTP_AGENT);
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_MAXREDIRS, 30L);
    return code ? code : set_trust(easy);
}

int fetch_open(struct fetch *fetch, struct batch *batch)
{
    CURL *easy = curl_easy_init();
    long timeout_ms =
        (long)((batch->timeout + NSEC_PER_MSEC - 1) / NSEC_PER_MSEC);
    const struct {
        CURLoption option;
        long value;
    } options[] = {
        /* Three sigaction calls an event less, and safe with threads. */
        {CURLOPT_NOSIGNAL, 1},
        /* A look-up that has timed out is not waited for. */
        {CURLOPT_QUICK_EXIT, 1},
        {CURLOPT_MAXCONNECTS, FETCH_CONNECTIONS},
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
        {CURLOPT_DNS_CACHE_TIMEOUT, -1},
        {CURLOPT_TIMEOUT_MS, timeout_ms},
        {CURLOPT_FORBID_REUSE, !batch->reuse},
        {CURLOPT_FRESH_CONNECT, !batch->reuse},
    };

    *fetch = (struct fetch){.easy = easy, .batch = batch};
    if (!easy)
        return ENOMEM;
    CURLcode code = set_route(easy, batch->real);
    for (size_t o = 0; !code && o < sizeof(options) / sizeof(*options); o++)
        code = curl_easy_setopt(easy, options[o].option, options[o].value);
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_WRITEDATA, fetch);
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_PRIVATE, fetch);
    if (!code)
        return 0;
    fetch_close(fetch);
    return ENOMEM;
}

/* How much of the URL says where to: up to its path. */
static size_t origin_length(const char *url)
{
    size_t scheme = strlen("http://");

    return scheme + strcspn(url + scheme, "/?#");
}

static bool parse(struct fetch *fetch, const struct step *step, const char *url,
                  size_t length)
{
    bool fresh = !fetch->parsed;

    if (fresh)
        fetch->parsed = curl_url();
    fetch->origin = NULL;
    if (!fetch->parsed || curl_url_set(fetch->parsed, CURLUPART_URL, url, 0) ||
        (fresh && curl_easy_setopt(fetch->easy, CURLOPT_CURLU, fetch->parsed)))
        return false;
    /* What the step's template begins with stays where it is. */
    if (step->url && strncmp(step->url, url, length) == 0)
        fetch->origin = step->url;
    fetch->origin_length = length;
    return true;
}

/* Where only the target changes from task to task, as on the own origin,
 * libcurl is handed a URL that is already taken apart: it would take each apart
 * and compose it anew. */
static bool aim_parsed(struct fetch *fetch, const struct step *step, char *url)
{
    size_t length = origin_length(url);
    char *path = url + length, *query = strchr(path, '?');

    if (!fetch->origin || length != fetch->origin_length || *path != '/' ||
        memcmp(url, fetch->origin, length) != 0)
        return parse(fetch, step, url, length);
    if (query)
        *query++ = '\0';
    return !curl_url_set(fetch->parsed, CURLUPART_PATH, path, 0) &&
           !curl_url_set(fetch->parsed, CURLUPART_QUERY, query, 0);
}

enum outcome fetch_aim(struct fetch *fetch, const struct step *step, uint32_t i)
{
    char url[URL_MAX_BYTES];

    fetch->task = i;
    body_begin(fetch->batch, i);
    if (!step_url(fetch->batch, step, i, url, sizeof(url)))
        return OUTCOME_URL;
    if (!fetch->batch->real)
        return aim_parsed(fetch, step, url) ? OUTCOME_OK : OUTCOME_URL;
    if (curl_easy_setopt(fetch->easy, CURLOPT_URL, url) != CURLE_OK)
        return OUTCOME_SYSTEM;
    return OUTCOME_OK;
}

static enum outcome outcome_of(CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return OUTCOME_OK;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return OUTCOME_RESOLVE;
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
        return OUTCOME_CONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return OUTCOME_TIMEOUT;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return OUTCOME_URL;
    case CURLE_ABORTED_BY_CALLBACK:
        return OUTCOME_CANCELLED;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
        return OUTCOME_SYSTEM;
    default:
        return OUTCOME_TRANSFER;
    }
}

enum outcome fetch_result(struct fetch *fetch, CURLcode code)
{
    struct task *task = &fetch->batch->tasks[fetch->task];
    long status = 0, error = 0;

    curl_easy_getinfo(fetch->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(fetch->easy, CURLINFO_OS_ERRNO, &error);
    task->value = status;
    task->error = (uint16_t)code;
    watch_lookup(fetch->easy, code);
    if (code == CURLE_COULDNT_CONNECT && (error == EMFILE || error == ENFILE))
        return OUTCOME_SYSTEM; /* the limit on open files, not the server */
    return outcome_of(code);
}

struct fetch *fetch_take_ended(CURLM *multi, CURLcode *code)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURL *easy = message->easy_handle;
        struct fetch *fetch = NULL;

        *code = message->data.result; /* gone after remove_handle */
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&fetch);
        curl_multi_remove_handle(multi, easy);
        return fetch;
    }
    return NULL;
}

void fetch_close(struct fetch *fetch)
{
    curl_easy_cleanup(fetch->easy);
    curl_url_cleanup(fetch->parsed);
    fetch->easy = NULL;
    fetch->parsed = NULL;
}
