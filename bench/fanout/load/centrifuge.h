/*
 * What the load generator says and understands of the Centrifuge client protocol (version 2, JSON): it connects,
 * subscribes to one room with a position, publishes with ids, and reads replies and pushes.
 *
 * It knows the fields in the order in which Longwire writes them: a reader of any JSON would take more time than what is
 * measured. What looks otherwise counts as foreign, so that a changed order is seen at once and never measured.
 */
#ifndef CENTRIFUGE_H
#define CENTRIFUGE_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "message.h"

#define CENTRIFUGE_ROOM "bench"
/* Both commands in one frame, as the protocol lets a client batch them. */
#define CENTRIFUGE_JOIN                                                                                            \
    "{\"id\":1,\"connect\":{}}\n"                                                                                  \
    "{\"id\":2,\"subscribe\":{\"channel\":\"" CENTRIFUGE_ROOM "\",\"positioned\":true,\"recoverable\":true}}"
#define CENTRIFUGE_CONNECTED "{\"id\":1,\"connect\":{"
#define CENTRIFUGE_SUBSCRIBED "{\"id\":2,\"subscribe\":{"
#define CENTRIFUGE_PING "{}"
#define CENTRIFUGE_PONG "{}"
/* The first id that a publication has; sequence numbers count from 0. */
#define CENTRIFUGE_FIRST_PUBLISH 3

#define CENTRIFUGE_PUSH "{\"push\":{\"channel\":\"" CENTRIFUGE_ROOM "\",\"pub\":{\"data\":\""
#define CENTRIFUGE_PUSH_BYTES (sizeof CENTRIFUGE_PUSH - 1)
#define CENTRIFUGE_OFFSET "\"offset\":"
#define CENTRIFUGE_OFFSET_BYTES (sizeof CENTRIFUGE_OFFSET - 1)
#define CENTRIFUGE_PUSH_END "}}}"
#define CENTRIFUGE_REPLY "{\"id\":"
#define CENTRIFUGE_REPLY_BYTES (sizeof CENTRIFUGE_REPLY - 1)
#define CENTRIFUGE_PUBLISHED ",\"publish\":{}}"
/* With the largest id. */
#define CENTRIFUGE_PUBLISH_MAX_BYTES 125

static inline bool text_begins(const uint8_t *text, size_t length, const char *with)
{
    size_t bytes = strlen(with);
    return length >= bytes && memcmp(text, with, bytes) == 0;
}

/* Writes the command that publishes a message; returns its length. */
static inline size_t centrifuge_publish(uint8_t *to, uint32_t sender, uint32_t sequence, uint64_t sent_ns)
{
    int before = sprintf((char *)to, "{\"id\":%" PRIu32 ",\"publish\":{\"channel\":\"" CENTRIFUGE_ROOM "\",\"data\":\"",
                         sequence + CENTRIFUGE_FIRST_PUBLISH);
    message_write(to + before, sender, sequence, sent_ns);
    memcpy(to + before + MESSAGE_BYTES, "\"}}", 3);
    return (size_t)before + MESSAGE_BYTES + 3;
}

/* The message of a push and the publication's offset; NULL if the text is no push of a kept publication. */
static inline const uint8_t *centrifuge_push(const uint8_t *text, size_t length, uint64_t *offset)
{
    size_t end_bytes = sizeof CENTRIFUGE_PUSH_END - 1;
    if (length < CENTRIFUGE_PUSH_BYTES + MESSAGE_BYTES + CENTRIFUGE_OFFSET_BYTES + end_bytes) return NULL;
    if (memcmp(text, CENTRIFUGE_PUSH, CENTRIFUGE_PUSH_BYTES) != 0) return NULL;
    const uint8_t *end = text + length - end_bytes;
    if (memcmp(end, CENTRIFUGE_PUSH_END, end_bytes) != 0) return NULL;
    const uint8_t *digits = end;
    uint64_t value = 0;
    for (uint64_t place = 1; digits[-1] >= '0' && digits[-1] <= '9'; place *= 10) value += (*--digits - '0') * place;
    if (digits == end || memcmp(digits - CENTRIFUGE_OFFSET_BYTES, CENTRIFUGE_OFFSET, CENTRIFUGE_OFFSET_BYTES) != 0) return NULL;
    *offset = value;
    return text + CENTRIFUGE_PUSH_BYTES;
}

/* Whether a text acknowledges a publication, and which. */
static inline bool centrifuge_published(const uint8_t *text, size_t length, uint32_t *sequence)
{
    if (!text_begins(text, length, CENTRIFUGE_REPLY)) return false;
    size_t at = CENTRIFUGE_REPLY_BYTES;
    uint64_t id = 0;
    for (; at < length && text[at] >= '0' && text[at] <= '9'; at++) id = id * 10 + (text[at] - '0');
    size_t rest = sizeof CENTRIFUGE_PUBLISHED - 1;
    if (length - at != rest || memcmp(text + at, CENTRIFUGE_PUBLISHED, rest) != 0) return false;
    if (id < CENTRIFUGE_FIRST_PUBLISH) return false;
    *sequence = (uint32_t)(id - CENTRIFUGE_FIRST_PUBLISH);
    return true;
}

#endif
