/* SPDX-License-Identifier: Apache-2.0
 *
 * A PRI queue by somebody else, in the place of prisim's: smmu_core_tlm::bind_pri_queue takes any class whose members
 * are named as here. It works on one request at a time, from the request to its interrupt, and needs no clock: what it
 * sends to the SMMU takes until an edge of the SMMU; but it has the SMMU's reset, for what it waits for then does not
 * come. It does what SMMU-PRIQ asks of a queue: records, PROD, overflow and its automatic responses, aborts, the
 * interrupt; but no MSIs, so that smmu_config.msi is 0.
 */
#ifndef PLATFORM_FOREIGN_PRI_QUEUE_H
#define PLATFORM_FOREIGN_PRI_QUEUE_H

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <functional>
#include <utility>

#include "model/core/stream_tlm.h"
#include "model/pcie/tlp.h"
#include "model/pri_queue/pri_queue.h"
#include "model/smmu/smmu_registers.h"

/* Sends messages to the SMMU; comes back when the message is taken. */
template <class Payload> struct message_out {
    tlm_utils::simple_initiator_socket<message_out, 32, prisim::stream_types<Payload>> socket;

    explicit message_out(const char *name) : socket(name)
    {
    }

    void send(const Payload &payload)
    {
        tlm::tlm_generic_payload trans;
        prisim::stream_extension<Payload> extension;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        extension.payload = payload;
        trans.set_extension(&extension);
        socket->b_transport(trans, delay);
        trans.clear_extension(&extension);
    }
};

/* Takes messages from the SMMU: each at once. */
template <class Payload> struct message_in {
    tlm_utils::simple_target_socket<message_in, 32, prisim::stream_types<Payload>> socket;
    std::function<void(const Payload &)> take;

    message_in(const char *name, std::function<void(const Payload &)> to) : socket(name), take(std::move(to))
    {
        socket.register_nb_transport_fw(this, &message_in::came);
    }

    tlm::tlm_sync_enum came(tlm::tlm_generic_payload &trans, tlm::tlm_phase &, sc_core::sc_time &)
    {
        take(trans.get_extension<prisim::stream_extension<Payload>>()->payload);
        return tlm::TLM_COMPLETED;
    }
};

class foreign_pri_queue : public sc_core::sc_module
{
  public:
    sc_core::sc_in<bool> rst_n{"rst_n"};

    /* A page request is worked on while the SMMU waits: the socket has b_transport only. */
    struct {
        tlm_utils::simple_target_socket<foreign_pri_queue, 32, prisim::stream_types<prisim_page_request>> socket{
            "request"};
    } request;
    message_in<prisim_pri_queue_control> control{"control", [this](const prisim_pri_queue_control &c) { set(c); }};
    message_in<prisim_memory_response> memory_answer{"memory_answer", [this](const prisim_memory_response &r) {
                                                         written_ = r.status;
                                                         answered();
                                                     }};
    message_in<prisim_pri_queue_ppar> lookup_answer{"lookup_answer", [this](const prisim_pri_queue_ppar &p) {
                                                        ppar_ = p;
                                                        answered();
                                                    }};
    message_out<prisim_prg_response> response{"response"};
    message_out<prisim_memory_request> memory{"memory"};
    message_out<prisim_pri_queue_lookup> lookup{"lookup"};
    message_out<prisim_pri_queue_status> status{"status"};
    message_out<prisim_pri_queue_interrupt> interrupt{"interrupt"};
    message_out<prisim_pri_queue_abort> abort{"abort"};

    SC_HAS_PROCESS(foreign_pri_queue);

    /* `pps`: IDR3.PPS of the SMMU. */
    foreign_pri_queue(const sc_core::sc_module_name &name, bool pps) : sc_module(name), pps_(pps)
    {
        request.socket.register_b_transport(this, &foreign_pri_queue::serve);
        SC_THREAD(publish);
        SC_METHOD(reset);
        sensitive << rst_n.neg();
        dont_initialize();
    }

  private:
    static constexpr uint32_t INDEX = PRISIM_SMMU_QUEUE_INDEX_MASK, FLAG = PRISIM_PRI_QUEUE_OVFLG;

    uint32_t slots() const
    {
        return UINT32_C(1) << (base_ & 31);
    }
    bool full() const
    {
        return ((prod_ - cons_) & (2 * slots() - 1)) >= slots();
    }
    bool overflow() const
    {
        return (prod_ ^ cons_) & FLAG;
    }

    /* A register that software wrote. */
    void set(const prisim_pri_queue_control &c)
    {
        switch (static_cast<prisim_pri_queue_control_what>(c.what)) {
        case PRISIM_PRI_QUEUE_BASE:
            base_ = c.value;
            break;
        case PRISIM_PRI_QUEUE_PROD:
            prod_ = static_cast<uint32_t>(c.value);
            show(PRISIM_PRI_QUEUE_CHANGED_WRITTEN);
            break;
        case PRISIM_PRI_QUEUE_CONS:
            cons_ = static_cast<uint32_t>(c.value);
            show(PRISIM_PRI_QUEUE_CHANGED_WRITTEN);
            break;
        case PRISIM_PRI_QUEUE_ENABLE:
            enable_ = static_cast<uint8_t>(c.value);
            show(PRISIM_PRI_QUEUE_CHANGED_ACK);
            break;
        case PRISIM_PRI_QUEUE_IRQ_CFG2:
            last_only_ = c.value & PRISIM_PRIQ_IRQ_CFG2_LO;
            break;
        case PRISIM_PRI_QUEUE_ABORT_ACTIVE: /* 1 after each ABORT, then 0 when software has acknowledged it */
            failing_ = failing_ && (c.value || !abort_seen_);
            abort_seen_ = c.value;
            break;
        case PRISIM_PRI_QUEUE_IRQ_CFG0:
        case PRISIM_PRI_QUEUE_IRQ_CFG1:
            break;
        }
    }

    /* ---- the registers, as the SMMU shows them ---- */

    void show(uint8_t what)
    {
        changed_ |= what;
        change_.notify(sc_core::SC_ZERO_TIME);
    }

    void show_and_wait(uint8_t what)
    {
        show(what);
        while (changed_ || publishing_)
            wait(published_);
    }

    /* One process says them all, so that no old value follows a new one. A bit of the enables that software has cleared
     * is acknowledged when the request at work is through. */
    void publish()
    {
        for (;; publishing_ = false, published_.notify(sc_core::SC_ZERO_TIME)) {
            while (!changed_)
                wait(change_);
            enable_ack_ = busy_ ? enable_ack_ | enable_ : enable_;
            const prisim_pri_queue_status now = {prod_, cons_, enable_ack_, changed_, {}};
            changed_ = 0;
            publishing_ = true;
            status.send(now);
        }
    }

    /* Software has to set them all again. */
    void reset()
    {
        base_ = prod_ = cons_ = enable_ = enable_ack_ = changed_ = 0;
        last_only_ = failing_ = abort_seen_ = answered_ = false;
    }

    /* ---- one page request, from end to end: SMMU-PRIOUTCOME ---- */

    void serve(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay)
    {
        const prisim_page_request what = trans.get_extension<prisim::stream_extension<prisim_page_request>>()->payload;
        wait(delay);
        delay = sc_core::SC_ZERO_TIME;
        busy_ = true;
        constexpr uint8_t on = PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN;
        if ((enable_ & on) != on)
            refuse(what, PRISIM_CAUSE_QUEUE_OFF);
        else if (failing_)
            refuse(what, PRISIM_CAUSE_QUEUE_ABORTED);
        else if (what.secure)
            refuse(what, PRISIM_CAUSE_SECURE_STREAM);
        else if (overflow() || full())
            drop(what);
        else
            write(what);
        busy_ = false;
        if (enable_ack_ != enable_)
            show(PRISIM_PRI_QUEUE_CHANGED_ACK);
        trans.set_response_status(tlm::TLM_OK_RESPONSE);
    }

    void answered()
    {
        answered_ = true;
        answer_.notify(sc_core::SC_ZERO_TIME);
    }

    /* Waits for the SMMU's answer; false if there was a reset instead. */
    bool answer()
    {
        while (!answered_ && rst_n.read())
            wait(answer_ | rst_n.negedge_event());
        answered_ = false;
        return rst_n.read();
    }

    void respond(const prisim_page_request &to, prisim_prg_response_code code, prisim_cause why,
                 bool with_pasid = false)
    {
        if (prisim_page_request_is_stop_marker(&to))
            return;
        const bool pasid = with_pasid && to.has_pasid;
        response.send({to.stream_id,
                       pasid ? to.pasid : 0,
                       to.prg_index,
                       pasid,
                       static_cast<uint8_t>(code),
                       static_cast<uint8_t>(why),
                       {}});
    }

    /* Rows 1 to 3 and 7. */
    void refuse(const prisim_page_request &what, prisim_cause why)
    {
        respond(what, PRISIM_PRG_FAILURE, why);
    }

    /* Rows 4 and 5. The last one of a group gets an automatic Success, with a PASID as SMMU-PRIAUTO has it. */
    void drop(const prisim_page_request &what)
    {
        if (!overflow()) {
            prod_ ^= FLAG;
            show_and_wait(PRISIM_PRI_QUEUE_CHANGED_OVERFLOW);
        }
        if (!(what.access & PRISIM_ACCESS_LAST))
            return;
        if (last_only_)
            signal();
        if (prisim_page_request_is_stop_marker(&what))
            return;
        if (!what.has_pasid || pps_) {
            respond(what, PRISIM_PRG_SUCCESS, what.has_pasid ? PRISIM_CAUSE_AUTO_PPS : PRISIM_CAUSE_AUTO_NO_PASID,
                    true);
            return;
        }
        lookup.send({what.stream_id, 0});
        if (!answer())
            return;
        if (ppar_.reachable)
            respond(what, PRISIM_PRG_SUCCESS, ppar_.ppar ? PRISIM_CAUSE_AUTO_PPAR : PRISIM_CAUSE_AUTO_NO_PPAR,
                    ppar_.ppar);
        else
            respond(what, PRISIM_PRG_FAILURE, PRISIM_CAUSE_AUTO_NO_STE);
    }

    /* Rows 6 to 8. */
    void write(const prisim_page_request &what)
    {
        prisim_memory_request record = {};
        record.address =
            (base_ & PRISIM_SMMU_QUEUE_BASE_ADDRESS) + (prod_ & (slots() - 1)) * PRISIM_PRI_QUEUE_RECORD_BYTES;
        record.size = PRISIM_PRI_QUEUE_RECORD_BYTES;
        record.write = PRISIM_MEMORY_WRITE;
        prisim_pri_queue_record_pack(record.data, &what);
        memory.send(record);
        if (!answer())
            return;
        if (written_ != PRISIM_MEMORY_OK) {
            lose(what);
            return;
        }
        const bool was_empty = !((prod_ ^ cons_) & INDEX);
        prod_ = (prod_ & FLAG) | ((prod_ + 1) & (2 * slots() - 1));
        show_and_wait(PRISIM_PRI_QUEUE_CHANGED_PROD);
        if (last_only_ ? what.access & PRISIM_ACCESS_LAST : was_empty)
            signal();
    }

    void lose(const prisim_page_request &what)
    {
        const bool late = written_ == PRISIM_MEMORY_ABORT_LATE;
        const prisim_cause why = late ? PRISIM_CAUSE_WRITE_ABORT_LATE : PRISIM_CAUSE_WRITE_ABORT;
        failing_ = true;
        abort_seen_ = false;
        abort.send({1, 0, static_cast<uint8_t>(why), 0});
        if (!late)
            refuse(what, why);
    }

    void signal()
    {
        if (enable_ & PRISIM_PRI_QUEUE_ENABLE_IRQEN)
            interrupt.send({prod_ & INDEX});
    }

    const bool pps_;
    uint64_t base_ = 0;            /* PRIQ_BASE */
    uint32_t prod_ = 0, cons_ = 0; /* PRIQ_PROD, PRIQ_CONS */
    bool last_only_ = false;       /* PRIQ_IRQ_CFG2.LO */
    uint8_t enable_ = 0, enable_ack_ = 0;
    uint8_t changed_ = 0;     /* of the registers, since they were published */
    bool publishing_ = false; /* they are on their way */
    bool busy_ = false;       /* a request is at work */
    bool failing_ = false;    /* a record was lost, and software has not acknowledged it */
    bool abort_seen_ = false; /* GERROR shows that */
    bool answered_ = false;   /* the SMMU has answered: one of the two below */
    uint8_t written_ = PRISIM_MEMORY_OK;
    prisim_pri_queue_ppar ppar_ = {};
    sc_core::sc_event change_, published_, answer_;
};

#endif
