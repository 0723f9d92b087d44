/* SPDX-License-Identifier: Apache-2.0
 *
 * Strings as JSON wants them (json_text.h).
 */
#include "tb/report/json_text.h"

size_t json_text(char *to, const char *text)
{
    static const char digits[] = "0123456789abcdef";
    char *at = to;
    *at++ = '"';
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\') {
            *at++ = '\\';
            *at++ = (char)byte;
        } else if (byte < 0x20) {
            *at++ = '\\';
            *at++ = 'u';
            *at++ = '0';
            *at++ = '0';
            *at++ = digits[byte >> 4];
            *at++ = digits[byte & 15];
        } else {
            *at++ = (char)byte;
        }
    }
    *at++ = '"';
    *at = '\0';
    return (size_t)(at - to);
}
