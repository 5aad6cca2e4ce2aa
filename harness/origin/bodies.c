/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON items, pages and bytes: deterministic, made up from a number. People's
 * heights and weights are spread as real ones are, so that statistics over
 * them look like statistics; the people are invented.
 */
#include "bodies.h"

#include <string.h>

#include "response.h"
#include "text.h"

#define WORDS 16

static const char *const first_names[WORDS] = {
    "Ada",  "Bram", "Chidi", "Dana", "Emil", "Farah", "Goran", "Hana",
    "Ines", "Joao", "Kofi",  "Lena", "Mats", "Noor",  "Olga",  "Pablo"};
static const char *const last_names[WORDS] = {
    "Amsel", "Brook",  "Castro", "Duarte", "Eriksen", "Fischer",
    "Grau",  "Ito",    "Jansen", "Kaya",   "Lindt",   "Moreau",
    "Nowak", "Okafor", "Petrov", "Rao"};
static const char *const cities[WORDS] = {
    "Accra", "Bergen", "Cork",  "Delft", "Evora", "Fukuoka", "Ghent", "Hanoi",
    "Izmir", "Jena",   "Kyoto", "Lviv",  "Malmo", "Nantes",  "Osaka", "Porto"};

/* A bijection of 64 bits that scatters neighbours (splitmix64's last step). */
static uint64_t scatter(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* Four dice of 16 bits: near to normal, mean 2 × 65535, 0 to 4 × 65535. */
static uint64_t bell(uint64_t bits)
{
    return (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) +
           (bits >> 48);
}

static struct text head_text(struct content *reply)
{
    return (struct text){.data = reply->head, .size = sizeof reply->head};
}

static void set_tail(struct content *reply, const char *tail)
{
    reply->tail_length = strlen(tail);
    memcpy(reply->tail, tail, reply->tail_length);
}

/* Ends the JSON object in `text`, whose last brace is still missing. */
static void finish_json(struct text *text, uint64_t size, struct content *reply)
{
    static const char pad[] = ",\"pad\":\"";
    size_t whole = text->used + 1;
    reply->type = "application/json";
    reply->tail_length = 0;
    if (size == BODY_NATURAL || size == whole) {
        text_word(text, "}");
    } else if (size >= whole + strlen(pad) + 1) {
        text_word(text, pad);
        set_tail(reply, "\"}");
    } else if (size > whole) {
        text_bytes(text, "}        ", (size_t)(size - whole) + 1);
    } else if (size >= 2) {
        text->used = 0;
        text_word(text, "\"");
        set_tail(reply, "\"");
    } else {
        text->used = 0;
        text_bytes(text, "0", (size_t)size);
    }
    reply->head_length = text->used;
    reply->length = size == BODY_NATURAL ? whole : size;
}

/* Where in the pattern the middle begins: at a page, so that whole pages can
 * be passed on to the kernel. */
static void set_offset(uint64_t bits, struct content *reply)
{
    const uint32_t page = 4096;
    reply->offset = (uint32_t)(bits % (CONTENT_PATTERN_BYTES / page)) * page;
}

void body_item(uint64_t id, uint64_t size, struct content *reply)
{
    uint64_t a = scatter(id), b = scatter(a), c = scatter(b);
    uint64_t height = 1420 + bell(b) * 560 / (4 * 65535); /* mm */
    uint64_t index = 170 + bell(c) * 110 / (4 * 65535);   /* 10 kg/m² */
    struct text text = head_text(reply);
    text_word(&text, "{\"id\":");
    text_number(&text, id);
    text_word(&text, ",\"name\":\"");
    text_word(&text, first_names[a % WORDS]);
    text_word(&text, " ");
    text_word(&text, last_names[a / WORDS % WORDS]);
    text_word(&text, "\",\"city\":\"");
    text_word(&text, cities[a / WORDS / WORDS % WORDS]);
    text_word(&text, "\",\"age\":");
    text_number(&text, 18 + (a >> 32) % 63);
    text_word(&text, ",\"height\":");
    text_decimal(&text, height, 1);
    text_word(&text, ",\"weight\":");
    text_decimal(&text, index * height * height / 1000000, 1);
    text_word(&text, ",\"score\":");
    text_decimal(&text, (a >> 40) % 10001, 4);
    set_offset(c, reply);
    finish_json(&text, size, reply);
}

void body_delay(uint64_t delay_ns, uint64_t size, struct content *reply)
{
    struct text text = head_text(reply);
    text_word(&text, "{\"delay\":");
    text_decimal(&text, delay_ns, 6);
    set_offset(scatter(delay_ns), reply);
    finish_json(&text, size, reply);
}

void body_status(int status, uint64_t size, struct content *reply)
{
    struct text text = head_text(reply);
    text_word(&text, "{\"status\":");
    text_number(&text, (uint64_t)status);
    text_word(&text, ",\"reason\":\"");
    text_word(&text, response_reason(status));
    text_word(&text, "\"");
    set_offset(scatter((uint64_t)status), reply);
    finish_json(&text, size, reply);
}

void body_error(const char *why, uint64_t size, struct content *reply)
{
    struct text text = head_text(reply);
    text_word(&text, "{\"error\":\"");
    text_word(&text, why);
    text_word(&text, "\"");
    set_offset(0, reply);
    finish_json(&text, size, reply);
}

void body_page(uint64_t number, uint64_t size, struct content *reply)
{
    static const char tail[] = "</p>\n</body>\n</html>\n";
    uint64_t bits = scatter(number);
    struct text text = head_text(reply);
    text_word(&text, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                     "<meta charset=\"utf-8\">\n<title>Page ");
    text_number(&text, number);
    text_word(&text, "</title>\n</head>\n<body>\n<h1>Page ");
    text_number(&text, number);
    text_word(&text, "</h1>\n<p>This is page ");
    text_number(&text, number);
    text_word(&text, " of the origin. Every page has a title, three paragraphs "
                     "and a link.</p>\n<p><a href=\"/page/");
    text_number(&text, number + 1);
    text_word(&text, "\">The next page</a></p>\n<p>");
    set_tail(reply, tail);
    set_offset(bits, reply);
    reply->type = "text/html; charset=utf-8";
    if (size == BODY_NATURAL)
        size = 2048 + (bits >> 20) % 4096;
    if (size < text.used + strlen(tail)) {
        text.used = 0;
        reply->tail_length = 0;
    }
    reply->head_length = text.used;
    reply->length = size;
}

void body_bytes(uint64_t id, uint64_t size, struct content *reply)
{
    uint64_t bits = scatter(id);
    struct text text = head_text(reply);
    text_hex(&text, bits);
    set_offset(bits, reply);
    reply->type = "application/octet-stream";
    reply->head_length = size < text.used ? (size_t)size : text.used;
    reply->tail_length = 0;
    reply->length = size;
}

void body_none(struct content *reply)
{
    reply->type = NULL;
    reply->length = 0;
    reply->head_length = 0;
    reply->tail_length = 0;
}
