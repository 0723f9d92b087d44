/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
 *
 * Stand-ins: what the kernel prints, and what it prints when it finds itself wrong.
 */
#include <linux/dev_printk.h>
#include <linux/kern_levels.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/refcount.h>

#include "../seam.h"

/* The C library's. What the driver prints needs none of the kernel's own conversions but %pV, resolved here, and
 * addresses of resources, which print as pointers. */
int vsnprintf(char *text, size_t size, const char *format, va_list values);

static void print(const char *level, const char *format, va_list values)
{
    char text[512];
    vsnprintf(text, sizeof(text), format, values);
    for (char *end = text; *end; end++)
        if (*end == '\n')
            *end = 0;
    machine_print(level, text);
}

#define PRINTER(name, level)                                                                                           \
    void name(const struct device *dev, const char *format, ...)                                                       \
    {                                                                                                                  \
        va_list values;                                                                                                \
        va_start(values, format);                                                                                      \
        print(level, format, values);                                                                                  \
        va_end(values);                                                                                                \
    }
PRINTER(_dev_err, "err")
PRINTER(_dev_warn, "warn")
PRINTER(_dev_notice, "notice")
PRINTER(_dev_info, "info")

int _printk(const char *format, ...)
{
    static const char *const level[] = {"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"};
    int number = printk_get_level(format);
    va_list values;
    va_start(values, format);
    print(number >= '0' && number <= '7' ? level[number - '0'] : "warn", printk_skip_level(format), values);
    va_end(values);
    return 0;
}

/* Nothing is left out. */
int ___ratelimit(struct ratelimit_state *state, const char *caller)
{
    return 1;
}

void warn_slowpath_fmt(const char *file, int line, unsigned int taint, const char *format, ...)
{
    char text[160];
    snprintf(text, sizeof(text), "WARN_ON at %s:%d", file, line);
    machine_print("crit", text);
}

void refcount_warn_saturate(refcount_t *count, enum refcount_saturation_type type)
{
    machine_print("crit", "WARN_ON of a reference count");
}

void panic(const char *format, ...)
{
    machine_panic(format);
}
