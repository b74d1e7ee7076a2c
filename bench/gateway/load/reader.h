/*
 * Cuts what a server sends on one connection into replies: a head with Content-Length, and a body. Bodies are compared
 * with the first that came at all: all requests are the same, and so must their replies be.
 */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../native/fail.h"

#define READER_BYTES (256 * 1024)

struct reader {
    size_t from;
    size_t to;
    uint8_t bytes[READER_BYTES];
};

static uint8_t *expected_body;
static size_t expected_length;

/* The length that the head says; fails without one: a bench's servers say it. */
static size_t body_length(const uint8_t *head, size_t length)
{
    static const char name[] = "\ncontent-length:";
    for (size_t i = 0; i + sizeof name - 1 < length; i++) {
        if (strncasecmp((const char *)head + i, name, sizeof name - 1) == 0) {
            return strtoull((const char *)head + i + sizeof name - 1, NULL, 10);
        }
    }
    fail("a reply has no Content-Length: %.*s", (int)length, (const char *)head);
}

/* Takes the next whole reply, if there is one; `is_right` tells whether it was 200 and had the body that all have. */
static bool reader_next(struct reader *reader, bool *is_right)
{
    const uint8_t *start = reader->bytes + reader->from;
    size_t have = reader->to - reader->from;
    const uint8_t *end = memmem(start, have, "\r\n\r\n", 4);
    if (end == NULL) return false;
    size_t head = (size_t)(end - start) + 4;
    size_t body = body_length(start, head);
    if (head + body > READER_BYTES) fail("a reply has %zu bytes", body);
    if (have < head + body) return false;
    if (expected_body == NULL) {
        expected_body = malloc(body + 1);
        if (expected_body == NULL) fail("out of memory");
        memcpy(expected_body, start + head, body);
        expected_length = body;
    }
    *is_right = memcmp(start, "HTTP/1.1 200 ", 13) == 0 && body == expected_length &&
                memcmp(start + head, expected_body, body) == 0;
    reader->from += head + body;
    if (reader->from == reader->to) reader->from = reader->to = 0;
    return true;
}

/* Where the next bytes go; what is half there moves to the beginning. */
static uint8_t *reader_room(struct reader *reader, size_t *length)
{
    if (reader->from > 0) {
        memmove(reader->bytes, reader->bytes + reader->from, reader->to - reader->from);
        reader->to -= reader->from;
        reader->from = 0;
    }
    *length = READER_BYTES - reader->to;
    return reader->bytes + reader->to;
}

#endif
