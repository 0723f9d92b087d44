// SPDX-License-Identifier: Apache-2.0
//
// What is at a pixel of the picture: {run, event, request, binding, series ...}, or null.
(function (prisim) {
'use strict';

const NEAR = 5;

// The event of a request's path in this lane that is nearest before the cycle.
function eventBefore(run, request, lane, cycle) {
    let found = request.path[0][0];
    for (const [event, where] of request.path)
        if (where === lane && run.cycle[event] <= cycle)
            found = event;
    return found;
}

function barAt(state, row, x, y) {
    const {view} = state, {run} = row, lane = run.barsOf[row.lane];
    const near = NEAR / view.pixels, units = view.units(x);
    const end = prisim.lowerBound(lane.from, units + near, true);
    for (let i = end - 1, first = prisim.lowerBound(lane.reach, units - near); i >= first; --i) {
        const bar = lane.bars[i], top = prisim.barTop(run, bar);
        if (lane.to[i] < units - near || y < top - 3 || y > top + prisim.barHeight(run, bar) + 3)
            continue;
        const cycle = state.scale.toCycle(units + near);
        return {run, request: bar.request, event: eventBefore(run, run.requests[bar.request], row.lane, cycle)};
    }
    return null;
}

// The event of a lane that is nearest to x; one with a point before one without.
function tickAt(state, row, x) {
    const {view} = state, {run} = row, units = run.laneUnits[row.lane], events = run.eventsOf[row.lane];
    let best = null;
    const end = prisim.lowerBound(units, view.units(x + NEAR), true);
    for (let i = prisim.lowerBound(units, view.units(x - NEAR)); i < end; ++i) {
        const away = Math.abs(view.x(units[i]) - x) + (run.point(events[i]) ? 0 : 2);
        if (!best || away < best.away)
            best = {away, event: events[i]};
    }
    return best && {run, event: best.event, request: run.requestOf[best.event]};
}

function bandAt(state, row, x) {
    const cycle = state.scale.toCycle(state.view.units(x)), {run} = row;
    const index = row.owner.bindings.find(at => {
        const span = prisim.bindingSpan(run, run.bindings[at]);
        return span.from <= cycle && cycle <= span.to;
    });
    return index === undefined ? null : {run, event: run.bindings[index].from, request: -1, binding: index};
}

function calloutAt(state, row, x, y) {
    const to = {view: state.view, state};
    const place = prisim.placeCallouts(to, row.run, row).find(place =>
        x >= place.x && x <= place.x + place.w && y >= place.y && y <= place.y + place.callout.h);
    return place ? {run: row.run, event: place.callout.event, request: place.callout.request} : null;
}

// x and y in the canvas.
prisim.hitAt = function (state, canvasX, y) {
    const x = canvasX - state.gutter;
    const row = state.layout.rows.find(row => y >= row.y && y < row.y + row.h);
    if (!row || x < 0)
        return null;
    switch (row.kind) {
    case 'lane':
        return (y < prisim.tickTop(row) - 2 && barAt(state, row, x, y)) || tickAt(state, row, x) ||
            barAt(state, row, x, y);
    case 'bindings':
        return bandAt(state, row, x);
    case 'hazards':
        return calloutAt(state, row, x, y);
    case 'series': {
        const series = row.run.series[row.series], at = prisim.stepAt(series, state.view.units(x));
        return at < 0 ? null : {run: row.run, event: -1, request: -1, series, value: series.steps[at][1]};
    }
    default:
        return null;
    }
};

})(window.prisim = window.prisim || {});
