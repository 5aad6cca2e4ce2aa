/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The nearest calibrated case of a section. See nearest.h.
 */
#include "nearest.h"

#include <stdbool.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

static bool same_section(const json_t *a, const json_t *b)
{
    return strcmp(text_of(a, "section"), text_of(b, "section")) == 0;
}

/* Takes the values of the case into `places`: for each axis an object that
 * gives each value its place, in the suite's order. False: no memory. */
static bool take_values(json_t *places, const json_t *c)
{
    const char *key;
    json_t *value;

    json_object_foreach (json_object_get(c, "axes"), key, value) {
        const char *text = json_string_value(value);
        json_t *axis = json_object_get(places, key);

        if (axis == NULL && json_object_set_new(places, key, json_object()) < 0)
            return false;
        axis = json_object_get(places, key);
        if (text != NULL && json_object_get(axis, text) == NULL &&
            json_object_set_new(
                axis, text, json_integer((json_int_t)json_object_size(axis))) <
                0)
            return false;
    }
    return true;
}

/* Of the section that `like` is of; NULL without memory. */
static json_t *places_of(const json_t *cases, const json_t *like)
{
    json_t *places = json_object(), *c;
    size_t i;

    json_array_foreach (cases, i, c) {
        if (places == NULL || !same_section(c, like) || take_values(places, c))
            continue;
        json_decref(places);
        return NULL;
    }
    return places;
}

static json_int_t steps_between(const json_t *places, const json_t *a,
                                const json_t *b)
{
    json_int_t steps = 0;
    const char *key;
    json_t *axis;

    json_object_foreach ((json_t *)places, key, axis) {
        const char *x = text_of(json_object_get(a, "axes"), key);
        const char *y = text_of(json_object_get(b, "axes"), key);
        json_int_t apart = json_integer_value(json_object_get(axis, x)) -
                           json_integer_value(json_object_get(axis, y));

        steps += apart < 0 ? -apart : apart;
    }
    return steps;
}

static double least_of(const json_t *c)
{
    return json_number_value(
        json_object_get(json_object_get(c, "resolution"), "least"));
}

const json_t *nearest_case(const json_t *cases, const json_t *to)
{
    json_t *places = places_of(cases, to), *c;
    const json_t *found = NULL;
    json_int_t fewest = 0, steps;
    size_t i;

    if (places == NULL)
        return NULL;
    json_array_foreach (cases, i, c) {
        const char *from = text_of(json_object_get(c, "resolution"), "from");

        if (strcmp(from, "case") != 0 || !same_section(c, to))
            continue;
        steps = steps_between(places, to, c);
        if (found == NULL || steps < fewest ||
            (steps == fewest && least_of(c) > least_of(found))) {
            found = c;
            fewest = steps;
        }
    }
    json_decref(places);
    return found;
}
