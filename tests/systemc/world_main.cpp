/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs random worlds: systemc_world [--seeds A..B] [--jobs N] [--batch N] [--one SEED] [--without CLASS,...]
 * A process has one SystemC kernel: batches of worlds share one, each batch in a process of its own. A batch that finds
 * something is repeated seed by seed, and each seed that is not good is named with the command that repeats it.
 */
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "tests/systemc/world.h"

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0;
}

namespace prisim_test
{
namespace
{

struct options {
    uint64_t first = 0, last = 999, batch = 50;
    unsigned jobs = 2;
    bool one = false;
    world_classes allow;
    std::string without;
};

constexpr unsigned found_max = 20; /* seeds that are named */
constexpr unsigned alone_seconds = 20, batch_seconds = 120;

std::map<std::string, world *> worlds; /* by name */

/* An error is the world's in whose name, or in whose process, it is reported. */
void on_report(const sc_core::sc_report &report, const sc_core::sc_actions &)
{
    if (report.get_severity() < sc_core::SC_ERROR)
        return;
    std::string text = std::string(report.get_msg_type()) + ": " + report.get_msg(), where = report.get_msg();
    for (const std::string &name : {where, std::string(report.get_process_name() ? report.get_process_name() : "")}) {
        auto found = worlds.find(name.substr(0, name.find('.')));
        if (found != worlds.end())
            return found->second->reported(text);
    }
    std::fprintf(stderr, "systemc_world: %s\n", text.c_str());
    std::exit(2);
}

/* All seeds in one kernel. Returns how many are not good. */
unsigned run(const options &o, uint64_t first, uint64_t last, bool says)
{
    sc_core::sc_report_handler::set_actions("/OSCI/SystemC", sc_core::SC_DO_NOTHING);
    sc_core::sc_report_handler::set_handler(on_report);
    std::vector<std::unique_ptr<world>> all;
    uint64_t open = last - first + 1;
    for (uint64_t seed = first; seed <= last; seed++) {
        std::string name = "world_" + std::to_string(seed);
        all.push_back(std::make_unique<world>(name.c_str(), seed, o.allow, o.one && says, [&open] {
            if (--open == 0)
                sc_core::sc_stop();
        }));
        worlds[name] = all.back().get();
    }
    sc_core::sc_start();
    unsigned bad = 0;
    for (size_t i = 0; i < all.size(); i++) {
        std::vector<std::string> broken = all[i]->broken();
        if (!all[i]->is_finished())
            broken.push_back("it did not come to its end");
        bad += !broken.empty();
        const unsigned long long seed = first + i;
        for (size_t n = 0; says && n < broken.size() && n < 10; n++)
            std::printf("seed %llu: %s\n", seed, broken[n].c_str());
    }
    worlds.clear();
    return bad;
}

pid_t start(const options &o, uint64_t first, uint64_t last, bool says)
{
    std::fflush(nullptr);
    pid_t child = fork();
    if (child == 0) {
        alarm(first == last ? alone_seconds : batch_seconds); /* a loop without time has no other end */
        if (!says)
            (void)!freopen("/dev/null", "w", stderr);
        unsigned bad = run(o, first, last, says);
        std::exit(bad ? 1 : 0);
    }
    return child;
}

bool good(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Names the seeds of a batch that are not good. */
unsigned repeat(const options &o, const char *program, uint64_t first, uint64_t last, unsigned found)
{
    for (uint64_t seed = first; seed <= last && found < found_max; seed++) {
        int status = 0;
        waitpid(start(o, seed, seed, true), &status, 0);
        if (good(status))
            continue;
        found++;
        if (WIFSIGNALED(status))
            std::printf("seed %llu: ended by signal %d\n", static_cast<unsigned long long>(seed), WTERMSIG(status));
        std::printf("  repeat: %s --one %llu%s%s\n", program, static_cast<unsigned long long>(seed),
                    o.without.empty() ? "" : " --without ", o.without.c_str());
    }
    return found;
}

int run_all(const options &o, const char *program)
{
    /* Not on the stack: a child with SystemC threads has another one, and its leak checker would not find this here. */
    static std::map<pid_t, std::pair<uint64_t, uint64_t>> running;
    unsigned found = 0, batches = 0;
    uint64_t next = o.first;
    while ((next <= o.last && found < found_max) || !running.empty()) {
        if (next <= o.last && found < found_max && running.size() < o.jobs) {
            uint64_t last = std::min(o.last, next + o.batch - 1);
            running[start(o, next, last, false)] = {next, last};
            next = last + 1;
            continue;
        }
        int status = 0;
        pid_t child = wait(&status);
        auto range = running[child];
        running.erase(child);
        if (good(status))
            continue;
        batches++;
        found = repeat(o, program, range.first, range.second, found);
    }
    std::printf("systemc_world: seeds %llu..%llu: %s\n", static_cast<unsigned long long>(o.first),
                static_cast<unsigned long long>(next - 1), batches ? "NOT GOOD" : "good");
    return batches ? 1 : 0;
}

bool switch_off(world_classes &allow, const std::string &name)
{
    const std::map<std::string, bool *> classes = {{"reset", &allow.reset},
                                                   {"early", &allow.early},
                                                   {"early_owed", &allow.early_owed},
                                                   {"annotated", &allow.annotated},
                                                   {"idle", &allow.idle},
                                                   {"footprints", &allow.footprints},
                                                   {"blocking", &allow.blocking},
                                                   {"clock", &allow.clock},
                                                   {"answering", &allow.answering},
                                                   {"reset_annotated", &allow.reset_annotated}};
    auto found = classes.find(name);
    if (found == classes.end())
        return false;
    *found->second = false;
    return true;
}

bool take(options &o, const std::string &name, const std::string &value)
{
    if (name == "--seeds") {
        o.first = std::strtoull(value.c_str(), nullptr, 10);
        size_t dots = value.find("..");
        o.last = dots == std::string::npos ? o.first : std::strtoull(value.c_str() + dots + 2, nullptr, 10);
        return o.first <= o.last;
    }
    if (name == "--jobs")
        return (o.jobs = static_cast<unsigned>(std::strtoul(value.c_str(), nullptr, 10))) > 0;
    if (name == "--batch")
        return (o.batch = std::strtoull(value.c_str(), nullptr, 10)) > 0;
    if (name == "--one") {
        o.one = true;
        o.first = o.last = std::strtoull(value.c_str(), nullptr, 10);
        return true;
    }
    if (name != "--without")
        return false;
    o.without = value;
    for (size_t at = 0; at <= value.size();) {
        size_t end = std::min(value.find(',', at), value.size());
        if (!switch_off(o.allow, value.substr(at, end - at)))
            return false;
        at = end + 1;
    }
    return true;
}

} // namespace
} // namespace prisim_test

int main(int count, char **arguments)
{
    prisim_test::options o;
    for (int i = 1; i < count; i += 2)
        if (i + 1 == count || !prisim_test::take(o, arguments[i], arguments[i + 1])) {
            std::fprintf(
                stderr,
                "usage: systemc_world [--seeds A..B] [--jobs N] [--batch N] [--one SEED] [--without CLASS,...]\n");
            return 2;
        }
    if (!o.one)
        return prisim_test::run_all(o, arguments[0]);
    return prisim_test::run(o, o.first, o.last, true) ? 1 : 0;
}
