/* SPDX-License-Identifier: Apache-2.0
 *
 * The page as an output of a run (view_output.h).
 */
#include "tb/view/view_output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tb/report/whole_file.h"
#include "tb/view/page.h"

struct view_output {
    struct recording recording;
    struct whole_file file;
    int error;
};

struct view_output *view_output_open(const struct scenario *scenario, const char *path)
{
    struct view_output *output = calloc(1, sizeof *output);
    if (output == NULL)
        return NULL;
    output->recording.names = scenario;
    if (whole_file_open(&output->file, path))
        return output;
    int error = errno;
    free(output);
    errno = error;
    return NULL;
}

void view_output_event(void *context, const struct prisim_event *event)
{
    struct view_output *output = context;
    if (!output->error && !recording_add(&output->recording, event))
        output->error = EFBIG;
}

int view_output_error(const struct view_output *output)
{
    return output->error;
}

bool view_output_close(struct view_output *output, const struct run_told *told)
{
    int error = output->error;
    if (told && !error) {
        const char *slash = strrchr(told->scenario->file, '/');
        const struct judged judged = {.source = slash ? slash + 1 : told->scenario->file,
                                      .recording = &output->recording,
                                      .checkers = told->checkers,
                                      .outcome = told->outcome};
        const struct judged *const runs[] = {&judged};
        page_write(output->file.stream, runs, 1);
    }
    bool good = whole_file_finish(&output->file, told != NULL, error);
    error = errno;
    recording_free(&output->recording);
    free(output);
    errno = error;
    return good;
}
