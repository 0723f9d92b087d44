// SPDX-License-Identifier: Apache-2.0
//
// The runs of the page, and what is looked up in them: events by lane, requests as bars in lanes. Knows no pixel.
(function (prisim) {
'use strict';

const MOST_ROWS = 10; // of bars in one lane: more than these overlap
const APART = 40;     // cycles between two bars of one row, so that their ends can be told apart

// The first index of a sorted array whose value is at least (or, with above, above) the wanted one.
prisim.lowerBound = function (sorted, wanted, above) {
    let low = 0, high = sorted.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle] < wanted || (above && sorted[middle] === wanted))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
};

function eventsByLane(run) {
    const counts = new Int32Array(run.lanes.length);
    for (const lane of run.lane)
        ++counts[lane];
    const lists = run.lanes.map((lane, i) => new Int32Array(counts[i]));
    for (let event = run.lane.length - 1; event >= 0; --event)
        lists[run.lane[event]][--counts[run.lane[event]]] = event;
    return lists;
}

// Of each event the request whose path it is on, or -1.
function requestsByEvent(run) {
    const of = new Int32Array(run.cycle.length).fill(-1);
    run.requests.forEach((request, index) => {
        for (const [event] of request.path)
            of[event] = index;
    });
    return of;
}

// When the request was served: from S2 to R0 of its path, in cycles; null if it never was.
function servedPart(run, request) {
    let from = -1;
    for (const [event] of request.path) {
        const point = run.types[run.type[event]].point;
        if (point === 'S2')
            from = run.cycle[event];
        if (point === 'R0' && from >= 0)
            return {from, to: run.cycle[event]};
    }
    return from < 0 ? null : {from, to: request.end === 'open' ? run.end : run.cycle[request.path.at(-1)[0]]};
}

// The stays of a request: one bar for each lane on its way.
function addStays(run, request, index, lists) {
    const path = request.path;
    request.stays = [];
    for (let i = 0; i < path.length;) {
        let next = i + 1;
        while (next < path.length && path[next][1] === path[i][1])
            ++next;
        const lane = path[i][1], last = path[next - 1][0];
        const to = next < path.length ? run.cycle[path[next][0]] : request.end === 'open' ? run.end : run.cycle[last];
        const bar = {request: index, lane, from: run.cycle[path[i][0]], to, next: null, row: 0};
        if (request.stays.length)
            request.stays.at(-1).next = bar;
        request.stays.push(bar);
        lists[lane].push(bar);
        i = next;
    }
}

// Gives each bar of a lane, ordered by their beginnings, the lowest row that is free.
function giveRows(bars) {
    const free = [];
    for (const bar of bars) {
        let row = free.findIndex(cycle => cycle <= bar.from);
        if (row < 0 && free.length < MOST_ROWS)
            row = free.push(0) - 1;
        if (row < 0)
            row = free.indexOf(Math.min(...free));
        free[row] = bar.to + APART;
        bar.row = row;
    }
    return free.length;
}

function barsByLane(run) {
    const lists = run.lanes.map(() => []);
    run.requests.forEach((request, index) => addStays(run, request, index, lists));
    return lists.map(bars => {
        bars.sort((a, b) => a.from - b.from);
        return {bars, rows: giveRows(bars)};
    });
}

// Findings with what follows from them: `a.mapped` of the same request belongs to `a`.
function findingGroups(run) {
    const groups = [], of = new Map();
    run.findings.forEach((finding, index) => {
        const same = of.get(finding.request) || [];
        const head = same.find(group => finding.hazard.startsWith(group.head.hazard + '.'));
        if (head) {
            head.rest.push(index);
            return;
        }
        groups.push({head: finding, index, rest: []});
        of.set(finding.request, same.concat(groups.at(-1)));
    });
    return groups;
}

// The stay of a request in which an event of its path is seen, or null.
prisim.stayOf = function (run, index, event) {
    const request = run.requests[index], step = request && request.path.find(([seen]) => seen === event);
    const cycle = run.cycle[event];
    return step && request.stays.find(stay => stay.lane === step[1] && stay.from <= cycle && cycle <= stay.to) || null;
};

function index(run, number) {
    const last = run.cycle.length ? run.cycle[run.cycle.length - 1] : 0;
    run.number = number;
    run.end = Math.max(last, run.outcome && run.outcome.cycles ? run.outcome.cycles : 0);
    run.eventsOf = eventsByLane(run);
    run.pointed = run.eventsOf.map(events => events.filter(event => run.types[run.type[event]].point !== ''));
    run.requestOf = requestsByEvent(run);
    run.requests.forEach(request => {
        request.part = servedPart(run, request);
        request.wrong = request.served >= 0 && request.binding >= 0 && request.served !== request.binding;
    });
    run.wrong = run.requests.flatMap((request, at) => request.wrong ? [at] : []);
    run.labelled = run.lanes.map((lane, at) => lane.kind === 'timeline' ? run.eventsOf[at]
        : run.pointed[at].filter(event => run.requestOf[event] < 0));
    run.barsOf = barsByLane(run);
    run.groups = findingGroups(run);
    run.findings.forEach(finding => finding.stay = prisim.stayOf(run, finding.request, finding.event));
    run.point = event => run.types[run.type[event]].point;
    run.typeName = event => run.types[run.type[event]].name;
    run.saying = event => run.words[event] || run.types[run.type[event]].about;
    run.field = (event, name) => {
        const at = run.types[run.type[event]].fields.indexOf(name);
        return at < 0 ? undefined : run.values[event][at];
    };
    return run;
}

prisim.readRuns = function () {
    const runs = [];
    for (;;) {
        const element = document.getElementById('run-' + runs.length);
        if (!element)
            return runs;
        runs.push(index(JSON.parse(element.textContent), runs.length));
    }
};

// "space A, binding 1" of an index of bindings.
prisim.bindingName = (run, at) =>
    at < 0 ? 'no binding' : run.bindings[at].space + ' (binding ' + run.bindings[at].number + ')';

// Where a request is after the last event of its path that is not after `event`: its lane, or -1.
prisim.laneAt = function (request, event) {
    let lane = -1;
    for (const [seen, where] of request.path)
        if (seen <= event)
            lane = where;
    return lane;
};

})(window.prisim = window.prisim || {});
