/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a fuzzer over the files of a folder, once each, without libFuzzer: what was found once is not found again.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
    static uint8_t bytes[FILE_MAX];
    unsigned files = 0;
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (!folder) {
        fprintf(stderr, "usage: replay FOLDER\n");
        return 2;
    }
    for (const struct dirent *entry; (entry = readdir(folder));) {
        char name[1024];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", argv[1], entry->d_name);
        FILE *file = fopen(name, "rb");
        if (!file)
            continue;
        size_t size = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        fprintf(stderr, "%s\n", name); /* the last one names the culprit */
        LLVMFuzzerTestOneInput(bytes, size);
        files++;
    }
    closedir(folder);
    printf("%u files\n", files);
    return files == 0;
}
