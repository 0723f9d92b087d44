// SPDX-License-Identifier: Apache-2.0
//
// Time: cycles to units (idle stretches are folded to a fixed length) and units to pixels (what the window shows).
(function (prisim) {
'use strict';

const LEAST_IDLE = 240;  // cycles without an event that are not worth a fold
const IDLE_GAPS = 4;     // times the usual gap: what counts as idle in a log with few events
const SHORTEST = 24;     // units that a window shows at least

// An array of what `of` says for each item.
function numbers(items, of) {
    const made = new Float64Array(items.length);
    for (let i = 0; i < items.length; ++i)
        made[i] = of(items[i]);
    return made;
}

// Cycles at which something happens, each once, of all runs.
function busyCycles(runs) {
    const all = [0];
    for (const run of runs) {
        let last = -1;
        for (const cycle of run.cycle)
            if (cycle !== last)
                all.push(last = cycle);
        all.push(run.end);
    }
    const sorted = new Float64Array(all).sort();
    let count = 0;
    for (const cycle of sorted)
        if (count === 0 || cycle !== sorted[count - 1])
            sorted[count++] = cycle;
    return sorted.subarray(0, count);
}

function idleLength(busy) {
    const gaps = new Float64Array(busy.length - 1);
    for (let i = 1; i < busy.length; ++i)
        gaps[i - 1] = busy[i] - busy[i - 1];
    gaps.sort();
    return Math.max(LEAST_IDLE, IDLE_GAPS * (gaps[gaps.length >> 1] || 0));
}

// Folds with their first and last cycle and the units where they stand: a quarter of `idle` stays open on either side.
function foldsOf(busy) {
    const idle = idleLength(busy), folds = [];
    let left = 0;
    for (let i = 1; i < busy.length; ++i) {
        if (busy[i] - busy[i - 1] <= idle)
            continue;
        const from = busy[i - 1] + idle / 4, to = busy[i] - idle / 4;
        const units = Math.min(idle / 2, to - from);
        folds.push({from, to, u0: from - left, u1: from - left + units});
        left += to - from - units;
    }
    return folds;
}

// A scale: toUnits and toCycle are each other's inverse.
prisim.makeScale = function (runs, folding) {
    const busy = busyCycles(runs);
    const folds = folding ? foldsOf(busy) : [];
    const from = numbers(folds, fold => fold.from), u0 = numbers(folds, fold => fold.u0);
    let near = -1; // the fold asked for last: mostly cycles are asked for in their order
    const toUnits = cycle => {
        const holds = at => (at < 0 || from[at] <= cycle) && (at + 1 >= from.length || cycle < from[at + 1]);
        const at = holds(near) ? near : holds(near + 1) ? near + 1 : prisim.lowerBound(from, cycle, true) - 1;
        near = at;
        if (at < 0)
            return cycle;
        const fold = folds[at];
        return cycle >= fold.to ? fold.u1 + cycle - fold.to
                                : fold.u0 + (cycle - fold.from) / (fold.to - fold.from) * (fold.u1 - fold.u0);
    };
    const toCycle = units => {
        const at = prisim.lowerBound(u0, units, true) - 1;
        if (at < 0)
            return units;
        const fold = folds[at];
        return units >= fold.u1 ? fold.to + units - fold.u1
                                : fold.from + (units - fold.u0) / (fold.u1 - fold.u0) * (fold.to - fold.from);
    };
    return {folds, toUnits, toCycle, end: toUnits(busy[busy.length - 1])};
};

// Units of everything that is drawn, so that a frame only multiplies.
prisim.placeInUnits = function (run, scale) {
    run.units = numbers(run.cycle, scale.toUnits);
    run.laneUnits = run.eventsOf.map(events => numbers(events, event => run.units[event]));
    run.pointUnits = run.pointed.map(events => numbers(events, event => run.units[event]));
    run.labelUnits = run.labelled.map(events => numbers(events, event => run.units[event]));
    for (const lane of run.barsOf) {
        lane.from = numbers(lane.bars, bar => scale.toUnits(bar.from));
        lane.to = numbers(lane.bars, bar => scale.toUnits(bar.to));
        let most = -1;
        lane.reach = lane.to.map(to => most = Math.max(most, to)); // no bar before this one reaches further
    }
    for (const series of run.series)
        series.units = numbers(series.steps, step => scale.toUnits(step[0]));
};

// What the window shows: x = (units - left) * pixels, for a picture of `width` pixels.
prisim.makeView = function (scale, width) {
    const view = {left: 0, pixels: 1, width};
    const margin = () => 24 / view.pixels;
    view.x = units => (units - view.left) * view.pixels;
    view.units = x => view.left + x / view.pixels;
    view.right = () => view.left + view.width / view.pixels;
    view.clamp = () => {
        const least = view.width / (scale.end + 48 * (scale.end || 1) / view.width);
        view.pixels = Math.min(Math.max(view.pixels, least), view.width / SHORTEST);
        const most = scale.end + margin() - view.width / view.pixels;
        view.left = Math.max(-margin(), Math.min(view.left, Math.max(most, -margin())));
    };
    view.show = (from, to) => {
        view.pixels = view.width / Math.max(to - from, SHORTEST);
        view.left = from;
        view.clamp();
    };
    view.zoom = (factor, x) => {
        const at = view.units(x);
        view.pixels *= factor;
        view.clamp();
        view.left = at - x / view.pixels;
        view.clamp();
    };
    view.pan = dx => {
        view.left += dx / view.pixels;
        view.clamp();
    };
    // Brings units into the middle half of the window, if they are not there.
    view.bring = units => {
        const x = view.x(units);
        if (x < view.width * 0.1 || x > view.width * 0.9)
            view.left = units - view.width / view.pixels / 2;
        view.clamp();
    };
    return view;
};

// From where to where a run is interesting, in cycles: the request of the first finding, else what is under way when a
// PASID is unbound, else all requests; with the unbind and the next bind. A short run is shown to its end.
prisim.interesting = function (run) {
    const at = event => run.cycle[event];
    const found = run.findings.find(finding => finding.request >= 0);
    const unbound = found ? run.bindings[run.requests[found.request].binding]
                          : run.bindings.find(binding => binding.unbind.length);
    let cycles = run.findings.slice(0, 1).map(finding => finding.cycle);
    const add = request => cycles.push(at(request.path[0][0]), at(request.path.at(-1)[0]));
    if (found)
        add(run.requests[found.request]);
    if (unbound && unbound.unbind.length) {
        const [begin, end] = [unbound.unbind[0], unbound.unbind.at(-1)];
        cycles.push(at(begin), at(end));
        run.requests.filter(request => request.path[0][0] <= begin && request.path.at(-1)[0] >= begin).forEach(add);
        const next = run.bindings.find(binding => binding.from > end && binding.pasid === unbound.pasid &&
                                                  binding.endpoint === unbound.endpoint);
        if (next)
            cycles.push(at(next.from));
    }
    if (!cycles.length)
        run.requests.forEach(add);
    if (!cycles.length)
        cycles = [0, run.end];
    const from = cycles.reduce((a, b) => Math.min(a, b)), to = cycles.reduce((a, b) => Math.max(a, b));
    return {from, to: run.cycle.length < 2000 ? run.end : to};
};

})(window.prisim = window.prisim || {});
