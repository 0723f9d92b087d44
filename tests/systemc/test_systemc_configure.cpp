/* SPDX-License-Identifier: Apache-2.0
 *
 * Configuration by name: every member of every config struct has one, and what is wrong is said and changes nothing.
 */
#include "driver/configure_tlm.h"

#include <map>

#include "tests/harness/suite.h"

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0;
}

namespace
{

/* The sizes of the rows add up to the struct's, and no byte is in two rows: no member is missing. */
START_TEST(every_member)
{
    const std::map<std::string, size_t> structs = {{"prisim_smmu_config", sizeof(prisim_smmu_config)},
                                                   {"prisim_pri_queue_config", sizeof(prisim_pri_queue_config)},
                                                   {"prisim_memory_region", sizeof(prisim_memory_region)},
                                                   {"prisim_interconnect_config", sizeof(prisim_interconnect_config)},
                                                   {"prisim_fabric_config", sizeof(prisim_fabric_config)},
                                                   {"prisim_fabric_link_config", sizeof(prisim_fabric_link_config)},
                                                   {"prisim_fabric_fault", sizeof(prisim_fabric_fault)},
                                                   {"prisim_endpoint_config", sizeof(prisim_endpoint_config)},
                                                   {"prisim_driver_config", sizeof(prisim_driver_config)},
                                                   {"prisim_driver_prices", sizeof(prisim_driver_prices)},
                                                   {"prisim_driver_own", sizeof(prisim_driver_own)},
                                                   {"prisim_driver_own_list", sizeof(prisim_driver_own_list)},
                                                   {"prisim_driver_own_step", sizeof(prisim_driver_own_step)},
                                                   {"prisim_driver_function", sizeof(prisim_driver_function)},
                                                   {"prisim_driver_space", sizeof(prisim_driver_space)},
                                                   {"prisim_driver_region", sizeof(prisim_driver_region)}};
    std::map<std::string, std::vector<unsigned char>> bytes;
    for (const auto &one : structs)
        bytes[one.first].resize(one.second);
    for (const prisim::config_member &member : prisim::config_members()) {
        ck_assert_uint_eq(structs.count(member.of), 1);
        if (member.element)
            ck_assert_uint_eq(structs.at(member.element), member.size);
        else
            ck_assert(member.size == 2 || member.size == 4 || member.size == 8);
        size_t end = member.offset + member.size * (member.count ? member.count : 1);
        ck_assert_uint_le(end, structs.at(member.of));
        for (size_t i = member.offset; i < end; i++)
            bytes[member.of][i]++;
    }
    for (const auto &one : bytes)
        for (unsigned char times : one.second)
            ck_assert_msg(times == 1, "a byte of %s is in %u members", one.first.c_str(), times);
}
END_TEST

START_TEST(values)
{
    prisim_smmu_config smmu, before;
    prisim_smmu_config_default(&smmu);
    before = smmu;
    ck_assert(prisim::configure(smmu, {}));
    ck_assert_mem_eq(&smmu, &before, sizeof smmu);
    ck_assert(prisim::configure(smmu, {"tlb_entries=64", "msi=0", "requester_id=0xFFff", "reset_pattern=0xffffffff"}));
    before.tlb_entries = 64;
    before.msi = 0;
    before.requester_id = 0xffff;
    before.reset_pattern = 0xffffffff;
    ck_assert_mem_eq(&smmu, &before, sizeof smmu);
    ck_assert(prisim::configure(smmu, {"tlb_entries=1", "tlb_entries=007"}));
    ck_assert_uint_eq(smmu.tlb_entries, 7);

    prisim_interconnect_config interconnect;
    prisim_interconnect_config_default(&interconnect);
    ck_assert(prisim::configure(interconnect, {"ram_base=0xffffffffffffffff", "ram_size=18446744073709551615"}));
    ck_assert(interconnect.ram_base == UINT64_MAX && interconnect.ram_size == UINT64_MAX);

    prisim_pri_queue_config queue;
    prisim_pri_queue_config_default(&queue);
    ck_assert(prisim::configure(queue, {"size_log2_max=5"}) && queue.size_log2_max == 5);
    prisim_endpoint_config endpoint;
    prisim_endpoint_config_default(&endpoint);
    ck_assert(prisim::configure(endpoint, {"retry_limit=3"}) && endpoint.retry_limit == 3);
}
END_TEST

START_TEST(nested)
{
    static prisim_fabric_config fabric;
    static prisim_driver_config driver;
    prisim_fabric_config_default(&fabric);
    prisim_driver_config_default(&driver);
    ck_assert(prisim::configure(fabric, {"links=2", "link.0.latency=11", "link.31.requester_id=0x1f", "smmu_id=5"}));
    ck_assert(fabric.links == 2 && fabric.link[0].latency == 11 && fabric.link[31].requester_id == 0x1f);
    ck_assert_uint_eq(fabric.smmu_id, 5);
    ck_assert(prisim::configure(driver, {"price.load=9", "space.15.region.3.size=4096", "function.1.bar_base=0x1000"}));
    ck_assert(driver.price.load == 9 && driver.space[15].region[3].size == 4096);
    ck_assert_uint_eq(driver.function[1].bar_base, 0x1000);
    ck_assert(prisim::configure(
        driver, {"unbind=3", "own.list.1.steps=2", "own.promise_from=4", "own.list.6.step.61.argument=501"}));
    ck_assert(driver.unbind == 3 && driver.own.list[1].steps == 2 && driver.own.promise_from == 4);
    ck_assert_uint_eq(driver.own.list[6].step[61].argument, 501);
}
END_TEST

/* What is wrong, and the whole text. */
template <class Config> void refused(Config &config, const std::string &setting, const char *expected)
{
    static Config before;
    before = config;
    try {
        prisim::configure(config, {setting});
        ck_abort_msg("%s was taken", setting.c_str());
    } catch (const sc_core::sc_report &report) {
        ck_assert_str_eq(report.get_msg_type(), "/prisim/config");
        std::string due = "\"" + setting + "\": expected " + expected;
        ck_assert_str_eq(report.get_msg(), due.c_str());
        ck_assert_int_eq(report.get_severity(), sc_core::SC_ERROR);
    }
    ck_assert_mem_eq(&config, &before, sizeof before);
}

START_TEST(wrong)
{
    static prisim_smmu_config smmu;
    static prisim_fabric_config fabric;
    static prisim_driver_config driver;
    const char *const word = "a number from 0 to 4294967295, decimal or 0x";
    prisim_smmu_config_default(&smmu);
    prisim_fabric_config_default(&fabric);
    prisim_driver_config_default(&driver);
    refused(smmu, "tlb_entry=64", "a member of prisim_smmu_config; the nearest name is tlb_entries");
    refused(smmu, "unused=1", "a member of prisim_smmu_config");
    refused(smmu, "msi", "name=value");
    refused(smmu, "=3", "name=value");
    refused(smmu, "", "name=value");
    for (const char *value : {"", "x", "-1", "+1", " 1", "1 ", "0x", "0xg", "4294967296", "1.5", "18446744073709551616",
                              "0x10000000000000000", "a"})
        refused(smmu, std::string("msi=") + value, word);
    refused(smmu, "requester_id=65536", "a number from 0 to 65535, decimal or 0x");
    refused(smmu, "msi.x=1", "msi, which has no members");
    refused(fabric, "link=1", "an index from 0 to 31: link.0.bar_base");
    refused(fabric, "link.32.latency=1", "an index from 0 to 31: link.0.bar_base");
    refused(fabric, "link.latency=1", "an index from 0 to 31: link.0.bar_base");
    refused(fabric, "link.0=1", "a member of link: link.0.bar_base");
    refused(fabric, "link.0.latenzy=1", "a member of prisim_fabric_link_config; the nearest name is latency");
    refused(driver, "price=1", "a member of price: price.mmio_read");
    refused(driver, "price.lod=1", "a member of prisim_driver_prices; the nearest name is load");
}
END_TEST

/* The settings before the wrong one do not hold either; without exceptions the call says false. */
START_TEST(all_or_nothing)
{
    sc_core::sc_report_handler::set_actions("/prisim/config", sc_core::SC_DO_NOTHING);
    prisim_smmu_config smmu, before;
    prisim_smmu_config_default(&smmu);
    before = smmu;
    ck_assert(!prisim::configure(smmu, {"tlb_entries=64", "nothing=1", "msi=0"}));
    ck_assert_mem_eq(&smmu, &before, sizeof smmu);
}
END_TEST

} // namespace

Suite *test_suite(void)
{
    Suite *suite = suite_create("systemc_configure");
    TCase *tcase = tcase_create("configure");
    tcase_add_test(tcase, every_member);
    tcase_add_test(tcase, values);
    tcase_add_test(tcase, nested);
    tcase_add_test(tcase, wrong);
    tcase_add_test(tcase, all_or_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
