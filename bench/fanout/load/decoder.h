/*
 * Cuts the bytes that a server sends into texts and control frames (RFC 6455, section 5), however the bytes were
 * cut into reads and the messages into frames.
 *
 * A text ends with its WebSocket message or with a newline: servers that join queued messages into one frame put
 * newlines between them. Gorilla's writer also cuts such a frame into fragments at any byte.
 *
 * Who includes this file defines the two functions that it calls:
 *   on_text     one text; the bytes are only good during the call
 *   on_control  one close, ping or pong frame
 */
#ifndef DECODER_H
#define DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { OPCODE_CONTINUATION = 0, OPCODE_TEXT = 1, OPCODE_BINARY = 2, OPCODE_CLOSE = 8, OPCODE_PING = 9, OPCODE_PONG = 10 };

/* Longer texts are none of ours: what is over is left out. */
#define DECODER_TEXT_BYTES 1024
#define DECODER_CONTROL_BYTES 125
#define DECODER_HEADER_BYTES 10

struct decoder {
    uint64_t frame_left;
    uint16_t text_length;
    uint8_t header_length;
    uint8_t control_length;
    uint8_t opcode;
    bool is_final;
    bool is_in_frame;
    uint8_t header[DECODER_HEADER_BYTES];
    uint8_t control[DECODER_CONTROL_BYTES];
    uint8_t text[DECODER_TEXT_BYTES];
};

struct member;
static inline void on_text(struct member *member, const uint8_t *text, size_t length);
static void on_control(struct member *member, int opcode, const uint8_t *payload, size_t length);

static size_t decoder_take_header(struct decoder *decoder, const uint8_t *bytes, size_t length);
static void decoder_take_payload(struct decoder *decoder, struct member *member, const uint8_t *bytes, size_t length);
static void decoder_end_frame(struct decoder *decoder, struct member *member);

/* Takes what was read. Returns false if the bytes are no frames that a server may send. */
static inline bool decoder_push(struct decoder *decoder, struct member *member, const uint8_t *bytes, size_t length)
{
    const uint8_t *end = bytes + length;
    while (bytes < end) {
        size_t have = (size_t)(end - bytes);
        /* Hot: nearly all frames are whole, final and short. */
        if (!decoder->is_in_frame && decoder->header_length == 0 && have >= 2 && bytes[0] == (0x80 | OPCODE_TEXT) &&
            bytes[1] < 126 && have >= 2u + bytes[1] && memchr(bytes + 2, '\n', bytes[1]) == NULL) {
            on_text(member, bytes + 2, bytes[1]);
            bytes += 2u + bytes[1];
            continue;
        }
        if (!decoder->is_in_frame && decoder->header_length == 0 && have >= 4 && bytes[0] == (0x80 | OPCODE_TEXT) &&
            bytes[1] == 126) {
            size_t frame_length = (size_t)bytes[2] << 8 | bytes[3];
            if (have >= 4 + frame_length && memchr(bytes + 4, '\n', frame_length) == NULL) {
                on_text(member, bytes + 4, frame_length);
                bytes += 4 + frame_length;
                continue;
            }
        }
        if (!decoder->is_in_frame) {
            size_t taken = decoder_take_header(decoder, bytes, have);
            if (taken == 0) return false;
            bytes += taken;
        } else {
            size_t taken = have < decoder->frame_left ? have : (size_t)decoder->frame_left;
            decoder_take_payload(decoder, member, bytes, taken);
            decoder->frame_left -= taken;
            bytes += taken;
        }
        if (decoder->is_in_frame && decoder->frame_left == 0) decoder_end_frame(decoder, member);
    }
    return true;
}

/* Takes bytes of a frame's header; returns how many, or 0 if no server may send them. */
static size_t decoder_take_header(struct decoder *decoder, const uint8_t *bytes, size_t length)
{
    size_t taken = 0;
    for (;;) {
        uint8_t *header = decoder->header;
        size_t needed = 2;
        if (decoder->header_length >= 2) {
            uint8_t short_length = header[1] & 0x7f;
            needed = short_length == 127 ? 10 : short_length == 126 ? 4 : 2;
        }
        if (decoder->header_length >= needed && decoder->header_length >= 2) break;
        if (taken == length) return taken;
        header[decoder->header_length++] = bytes[taken++];
    }
    bool is_masked = decoder->header[1] & 0x80;
    bool has_extension = decoder->header[0] & 0x70;
    if (is_masked || has_extension) return 0;

    uint64_t frame_length = decoder->header[1];
    if (decoder->header_length > 2) {
        frame_length = 0;
        for (int i = 2; i < decoder->header_length; i++) frame_length = frame_length << 8 | decoder->header[i];
    }
    decoder->opcode = decoder->header[0] & 0x0f;
    decoder->is_final = decoder->header[0] & 0x80;
    if (decoder->opcode >= OPCODE_CLOSE && frame_length > DECODER_CONTROL_BYTES) return 0;
    decoder->frame_left = frame_length;
    decoder->header_length = 0;
    decoder->control_length = 0;
    decoder->is_in_frame = true;
    return taken;
}

static void decoder_keep_text(struct decoder *decoder, const uint8_t *bytes, size_t length)
{
    size_t room = DECODER_TEXT_BYTES - decoder->text_length;
    size_t kept = length < room ? length : room;
    memcpy(decoder->text + decoder->text_length, bytes, kept);
    decoder->text_length += (uint16_t)kept;
}

static void decoder_end_text(struct decoder *decoder, struct member *member)
{
    if (decoder->text_length > 0) on_text(member, decoder->text, decoder->text_length);
    decoder->text_length = 0;
}

static void decoder_take_payload(struct decoder *decoder, struct member *member, const uint8_t *bytes, size_t length)
{
    if (decoder->opcode >= OPCODE_CLOSE) {
        memcpy(decoder->control + decoder->control_length, bytes, length);
        decoder->control_length += (uint8_t)length;
        return;
    }
    const uint8_t *end = bytes + length;
    while (bytes < end) {
        const uint8_t *newline = memchr(bytes, '\n', (size_t)(end - bytes));
        if (newline == NULL) {
            decoder_keep_text(decoder, bytes, (size_t)(end - bytes));
            return;
        }
        if (decoder->text_length == 0) {
            if (newline > bytes) on_text(member, bytes, (size_t)(newline - bytes));
        } else {
            decoder_keep_text(decoder, bytes, (size_t)(newline - bytes));
            decoder_end_text(decoder, member);
        }
        bytes = newline + 1;
    }
}

static void decoder_end_frame(struct decoder *decoder, struct member *member)
{
    decoder->is_in_frame = false;
    if (decoder->opcode >= OPCODE_CLOSE) {
        on_control(member, decoder->opcode, decoder->control, decoder->control_length);
    } else if (decoder->is_final) {
        decoder_end_text(decoder, member);
    }
}

#endif
