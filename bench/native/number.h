/* A whole number of the command line. */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdint.h>
#include <stdlib.h>

#include "fail.h"

static uint64_t parse_number(const char *name, const char *text, uint64_t min, uint64_t max)
{
    char *end;
    unsigned long long number = strtoull(text, &end, 10);
    if (*text == '\0' || *end != '\0' || number < min || number > max) {
        fail("--%s is \"%s\"; expected a number from %llu to %llu", name, text, (unsigned long long)min,
             (unsigned long long)max);
    }
    return number;
}

#endif
