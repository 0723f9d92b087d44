/* SPDX-License-Identifier: Apache-2.0
 *
 * Configuration by name, from the strings of a command line or of a file:
 *
 *   prisim_smmu_config_default(&config);
 *   prisim::configure(config, {"tlb_entries=64", "msi=0"});
 *
 * Names are those of the members of the config structs; of nested ones "price.load", of arrays "link.0.latency". Values
 * are decimal or 0x. Ranges are the block's to check (*_config_check), which its module does when it is made.
 */
#ifndef PRISIM_DRIVER_CONFIGURE_TLM_H
#define PRISIM_DRIVER_CONFIGURE_TLM_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <systemc>
#include <vector>

#include "driver/driver.h"
#include "model/interconnect/interconnect.h"
#include "model/pcie_endpoint/pcie_endpoint.h"
#include "model/pcie_fabric/pcie_fabric.h"
#include "model/pri_queue/pri_queue.h"
#include "model/smmu/smmu.h"

namespace prisim
{

/* A member of a config struct: one row of the blocks' *_config.def (PRISIM_ROWS_ARE_NAMES_OF). */
struct config_member {
    const char *of;      /* the struct's name */
    const char *name;    /* nullptr: it fills a gap */
    size_t offset, size; /* size of one of them, in bytes */
    size_t count;        /* more than 0: an array */
    const char *element; /* name of the struct that it is; nullptr: an unsigned integer */
};

inline const std::vector<config_member> &config_members()
{
    static const std::vector<config_member> members = {
#define PRISIM_ROWS_ARE_NAMES_OF prisim_driver_config
#include "driver/driver_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_driver_prices
#include "driver/driver_price_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_driver_own
#include "driver/driver_own_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_driver_own_list
#include "driver/driver_own_list_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_driver_own_step
#include "driver/driver_own_step_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_driver_function
#include "driver/driver_function_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_driver_space
#include "driver/driver_space_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_driver_region
#include "driver/driver_region_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_memory_region
#include "model/core/memory_region_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_interconnect_config
#include "model/interconnect/interconnect_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_endpoint_config
#include "model/pcie_endpoint/endpoint_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_fabric_config
#include "model/pcie_fabric/pcie_fabric_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_fabric_link_config
#include "model/pcie_fabric/fabric_link_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_fabric_fault
#include "model/pcie_fabric/fabric_fault_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_pri_queue_config
#include "model/pri_queue/pri_queue_config.def"
#define PRISIM_ROWS_ARE_NAMES_OF prisim_smmu_config
#include "model/smmu/smmu_config.def"
    };
    return members;
}

/* Sets one struct's members; knows its name only. */
class config_setter
{
  public:
    config_setter(const char *name, void *at) : struct_(name), at_(static_cast<unsigned char *>(at))
    {
    }

    /* "name=value". False: `expected` says what. */
    bool set(const std::string &setting, std::string &expected)
    {
        size_t equals = setting.find('=');
        if (equals == std::string::npos || equals == 0) {
            expected = "name=value";
            return false;
        }
        return set_path(setting.substr(0, equals), setting.substr(equals + 1), expected);
    }

  private:
    bool set_path(const std::string &path, const std::string &value, std::string &expected)
    {
        size_t dot = path.find('.');
        std::string first = path.substr(0, dot), rest = dot == std::string::npos ? "" : path.substr(dot + 1);
        const config_member *member = find(first);
        if (!member) {
            expected = std::string("a member of ") + struct_ + nearest(first);
            return false;
        }
        unsigned char *at = at_ + member->offset;
        if (!member->element) {
            if (dot == std::string::npos)
                return set_number(*member, at, value, expected);
            expected = first + ", which has no members";
            return false;
        }
        if (member->count > 0 && !step_into(*member, at, rest, expected))
            return false;
        if (rest.empty()) {
            expected = "a member of " + first + ": " + example(*member);
            return false;
        }
        return config_setter(member->element, at).set_path(rest, value, expected);
    }

    /* "3.latency" of an array: its fourth, and "latency". */
    static bool step_into(const config_member &member, unsigned char *&at, std::string &rest, std::string &expected)
    {
        size_t dot = rest.find('.');
        uint64_t index;
        if (!number(rest.substr(0, dot), index) || index >= member.count) {
            expected = std::string("an index from 0 to ") + std::to_string(member.count - 1) + ": " + example(member);
            return false;
        }
        at += index * member.size;
        rest = dot == std::string::npos ? "" : rest.substr(dot + 1);
        return true;
    }

    static bool set_number(const config_member &member, unsigned char *at, const std::string &text,
                           std::string &expected)
    {
        uint64_t value, most = ~uint64_t(0) >> (64 - 8 * member.size);
        if (!number(text, value) || value > most) {
            expected = "a number from 0 to " + std::to_string(most) + ", decimal or 0x";
            return false;
        }
        uint16_t half = static_cast<uint16_t>(value);
        uint32_t word = static_cast<uint32_t>(value);
        const void *from = member.size == 2   ? static_cast<const void *>(&half)
                           : member.size == 4 ? static_cast<const void *>(&word)
                                              : static_cast<const void *>(&value);
        std::memcpy(at, from, member.size);
        return true;
    }

    /* Digits only: no sign, no space, nothing behind; below 2^64. */
    static bool number(const std::string &text, uint64_t &value)
    {
        bool hex = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
        const std::string digits = hex ? text.substr(2) : text;
        const uint64_t base = hex ? 16 : 10;
        value = 0;
        for (char c : digits) {
            uint64_t digit = c >= '0' && c <= '9'   ? static_cast<uint64_t>(c - '0')
                             : c >= 'a' && c <= 'f' ? static_cast<uint64_t>(c - 'a') + 10
                             : c >= 'A' && c <= 'F' ? static_cast<uint64_t>(c - 'A') + 10
                                                    : base;
            if (digit >= base || value > (~uint64_t(0) - digit) / base)
                return false;
            value = value * base + digit;
        }
        return !digits.empty();
    }

    const config_member *find(const std::string &name) const
    {
        for (const config_member &member : config_members())
            if (member.name && std::strcmp(member.of, struct_) == 0 && name == member.name)
                return &member;
        return nullptr;
    }

    static std::string example(const config_member &of)
    {
        for (const config_member &member : config_members())
            if (member.name && std::strcmp(member.of, of.element) == 0)
                return std::string(of.name) + (of.count > 0 ? ".0." : ".") + member.name;
        return of.name;
    }

    /* Characters to put in, take out or change. */
    static size_t distance(const std::string &a, const std::string &b)
    {
        std::vector<size_t> row(b.size() + 1);
        for (size_t j = 0; j <= b.size(); j++)
            row[j] = j;
        for (size_t i = 1; i <= a.size(); i++) {
            size_t corner = row[0];
            row[0] = i;
            for (size_t j = 1; j <= b.size(); j++) {
                size_t best = std::min({corner + (a[i - 1] != b[j - 1]), row[j] + 1, row[j - 1] + 1});
                corner = row[j];
                row[j] = best;
            }
        }
        return row[b.size()];
    }

    std::string nearest(const std::string &name) const
    {
        const config_member *best = nullptr;
        for (const config_member &member : config_members())
            if (member.name && std::strcmp(member.of, struct_) == 0 &&
                (!best || distance(name, member.name) < distance(name, best->name)))
                best = &member;
        if (!best || distance(name, best->name) > 1 + name.size() / 3)
            return "";
        return std::string("; the nearest name is ") + best->name;
    }

    const char *struct_;
    unsigned char *at_;
};

template <class Config> struct config_struct;
template <> struct config_struct<prisim_smmu_config> {
    static constexpr const char *name = "prisim_smmu_config";
};
template <> struct config_struct<prisim_pri_queue_config> {
    static constexpr const char *name = "prisim_pri_queue_config";
};
template <> struct config_struct<prisim_interconnect_config> {
    static constexpr const char *name = "prisim_interconnect_config";
};
template <> struct config_struct<prisim_fabric_config> {
    static constexpr const char *name = "prisim_fabric_config";
};
template <> struct config_struct<prisim_endpoint_config> {
    static constexpr const char *name = "prisim_endpoint_config";
};
template <> struct config_struct<prisim_driver_config> {
    static constexpr const char *name = "prisim_driver_config";
};

/* Sets members by name; the last of two for one member holds. True if all was right. Else an SC_ERROR of id
 * "/prisim/config" names the setting and says what was expected, and nothing is changed, of the other settings neither.
 */
template <class Config> bool configure(Config &config, const std::vector<std::string> &settings)
{
    Config changed = config;
    config_setter setter(config_struct<Config>::name, &changed);
    for (const std::string &setting : settings) {
        std::string expected;
        if (setter.set(setting, expected))
            continue;
        SC_REPORT_ERROR("/prisim/config", ("\"" + setting + "\": expected " + expected).c_str());
        return false;
    }
    config = changed;
    return true;
}

} // namespace prisim

#endif
