/*
 * The message that the bench sends: 64 bytes of plain letters, so that it is valid in a text frame, in JSON and on
 * a line of its own.
 *
 *   0   4  the mark "LINK"
 *   4   4  the sender, 16 bits
 *   8   8  the sequence number of that sender, 32 bits, from 0
 *  16  16  when it was sent, 64 bits, nanoseconds on the monotonic clock
 *  32  32  padding, checked on arrival
 *
 * Numbers are written four bits a letter, 'A' for 0 to 'P' for 15, lowest first: that is read eight letters at a
 * time, which matters when millions of messages a second are read on one core.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define MESSAGE_BYTES 64
#define MESSAGE_MARK "LINK"
#define MESSAGE_PADDING "the quick brown fox jumps over.."

static inline void write_letters(uint8_t *to, uint64_t value, int letters)
{
    for (int i = 0; i < letters; i++) to[i] = (uint8_t)('A' + (value >> (4 * i) & 15));
}

/* Eight letters as 32 bits. */
static inline uint32_t read_letters(const uint8_t *from)
{
    uint64_t value;
    memcpy(&value, from, 8);
    value -= 0x4141414141414141ull;
    value = (value | value >> 4) & 0x00ff00ff00ff00ffull;
    value = (value | value >> 8) & 0x0000ffff0000ffffull;
    return (uint32_t)(value | value >> 16);
}

static inline void message_write(uint8_t *to, uint32_t sender, uint32_t sequence, uint64_t sent_ns)
{
    memcpy(to, MESSAGE_MARK, 4);
    write_letters(to + 4, sender, 4);
    write_letters(to + 8, sequence, 8);
    write_letters(to + 16, sent_ns, 16);
    memcpy(to + 32, MESSAGE_PADDING, 32);
}

/* Whether these 64 bytes are a message of ours, whole and unharmed. */
static inline bool message_is_whole(const uint8_t *message)
{
    return memcmp(message, MESSAGE_MARK, 4) == 0 && memcmp(message + 32, MESSAGE_PADDING, 32) == 0;
}

static inline uint32_t message_sender(const uint8_t *message)
{
    /* The mark's four bytes come first; the sender's letters are the upper half. */
    return read_letters(message) >> 16;
}

static inline uint32_t message_sequence(const uint8_t *message)
{
    return read_letters(message + 8);
}

static inline uint64_t message_sent_ns(const uint8_t *message)
{
    return read_letters(message + 16) | (uint64_t)read_letters(message + 24) << 32;
}

#endif
