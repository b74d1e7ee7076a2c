/*
 * The server's half of the WebSocket handshake: Sec-WebSocket-Accept (RFC 6455, section 4.2.2), with the SHA-1
 * (RFC 3174) and the base64 (RFC 4648) that it needs.
 */
#ifndef HANDSHAKE_H
#define HANDSHAKE_H

#include <stdint.h>
#include <string.h>

#define KEY_LENGTH 24
#define ACCEPT_LENGTH 28
#define KEY_SUFFIX "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define KEY_SUFFIX_LENGTH (sizeof KEY_SUFFIX - 1)
#define DIGEST_BYTES 20

static void sha1(const uint8_t *bytes, size_t length, uint8_t digest[DIGEST_BYTES]);
static void base64(const uint8_t *bytes, size_t length, char *to);

/* Writes the accept value for a key of 24 characters: 28 characters, without an end mark. */
static void accept_value(const char *key, char *to)
{
    uint8_t text[KEY_LENGTH + KEY_SUFFIX_LENGTH];
    uint8_t digest[DIGEST_BYTES];
    memcpy(text, key, KEY_LENGTH);
    memcpy(text + KEY_LENGTH, KEY_SUFFIX, KEY_SUFFIX_LENGTH);
    sha1(text, sizeof text, digest);
    base64(digest, sizeof digest, to);
}

static uint32_t rotate_left(uint32_t word, int bits)
{
    return word << bits | word >> (32 - bits);
}

static void sha1_block(uint32_t state[5], const uint8_t *block)
{
    uint32_t words[80];
    for (int i = 0; i < 16; i++) {
        words[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 |
                   block[4 * i + 3];
    }
    for (int i = 16; i < 80; i++) {
        words[i] = rotate_left(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (int i = 0; i < 80; i++) {
        uint32_t mixed, constant;
        if (i < 20) {
            mixed = (b & c) | (~b & d);
            constant = 0x5a827999;
        } else if (i < 40) {
            mixed = b ^ c ^ d;
            constant = 0x6ed9eba1;
        } else if (i < 60) {
            mixed = (b & c) | (b & d) | (c & d);
            constant = 0x8f1bbcdc;
        } else {
            mixed = b ^ c ^ d;
            constant = 0xca62c1d6;
        }
        uint32_t next = rotate_left(a, 5) + mixed + e + constant + words[i];
        e = d;
        d = c;
        c = rotate_left(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

static void sha1(const uint8_t *bytes, size_t length, uint8_t digest[DIGEST_BYTES])
{
    uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    uint8_t tail[128] = {0};
    size_t whole = length / 64 * 64;
    for (size_t i = 0; i < whole; i += 64) sha1_block(state, bytes + i);

    size_t rest = length - whole;
    size_t tail_length = rest < 56 ? 64 : 128;
    memcpy(tail, bytes + whole, rest);
    tail[rest] = 0x80;
    for (int i = 0; i < 8; i++) tail[tail_length - 1 - i] = (uint8_t)((uint64_t)length * 8 >> (8 * i));
    for (size_t i = 0; i < tail_length; i += 64) sha1_block(state, tail + i);

    for (int i = 0; i < DIGEST_BYTES; i++) digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}

static void base64(const uint8_t *bytes, size_t length, char *to)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        size_t have = length - i;
        uint32_t group = (uint32_t)bytes[i] << 16 | (have > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                         (have > 2 ? bytes[i + 2] : 0);
        *to++ = letters[group >> 18];
        *to++ = letters[group >> 12 & 63];
        *to++ = have > 1 ? letters[group >> 6 & 63] : '=';
        *to++ = have > 2 ? letters[group & 63] : '=';
    }
}

#endif
