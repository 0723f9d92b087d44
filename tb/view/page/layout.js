// SPDX-License-Identifier: Apache-2.0
//
// The rows of the picture from top to bottom: axis, then of each run its bindings, hazards, lanes and series.
(function (prisim) {
'use strict';

const AXIS = 40, TITLE = 26, SERIES = 40, MANY_BINDINGS = 8;
const HEAD = 17, FOOT = 9, BARE = 30; // of a lane: room for labels over its bars, for ticks below; one without bars
const BOX_LINE = 14, BOX_EDGE = 7;    // of a callout
const BAR = [[3, 24, 11], [6, 11, 7], [Infinity, 7, 5]]; // up to so many rows of bars: their distance and height

prisim.BOX_LINE = BOX_LINE;
prisim.BOX_EDGE = BOX_EDGE;

// PASIDs that are ever bound, each with its bindings, in the order of their first bind.
function owners(run) {
    const found = new Map();
    run.bindings.forEach((binding, index) => {
        const key = binding.endpoint + ' ' + binding.pasid;
        if (!found.has(key))
            found.set(key, {endpoint: binding.endpoint, pasid: binding.pasid, bindings: []});
        found.get(key).bindings.push(index);
    });
    return [...found.values()];
}

// Breaks a text into lines of at most `width` pixels.
prisim.wrap = function (text, width, measure) {
    const lines = [];
    for (const word of text.split(' ')) {
        const longer = lines.length ? lines.at(-1) + ' ' + word : word;
        if (lines.length && measure(longer) <= width)
            lines[lines.length - 1] = longer;
        else
            lines.push(word);
    }
    return lines;
};

// The callouts of a run: findings, then broken premises; their lines are broken when they are first drawn.
function calloutsOf(run, width) {
    const w = Math.max(Math.min(620, width * 0.62, width - 24), Math.min(300, width - 12));
    const found = run.groups.map(({head, index, rest}) => ({
        kind: 'hazard', event: head.event, cycle: head.cycle, request: head.request, stay: head.stay, w, lines: null,
        title: index + 1 + '  ' + head.hazard + ' at ' + head.cycle,
        texts: [head.text, rest.map(i => i + 1 + ' ' + run.findings[i].hazard.slice(head.hazard.length) + ' at ' +
                                         run.findings[i].cycle).join(' \u00b7 ')],
    }));
    const broken = run.premises.map(event => ({
        kind: 'premise', event, cycle: run.cycle[event], request: -1, stay: null, w, lines: null,
        title: 'premise broken at ' + run.cycle[event], texts: [run.saying(event)],
    }));
    return found.concat(broken).sort((a, b) => a.cycle - b.cycle);
}

// The callout with its lines and its height.
prisim.breakCallout = function (callout, measure) {
    if (!callout.lines) {
        callout.lines = callout.texts.filter(text => text).flatMap(text => prisim.wrap(text, callout.w - 20, measure));
        callout.w = Math.min(callout.w, 24 + Math.max(measure(callout.title) * 1.1, ...callout.lines.map(measure)));
        callout.h = (callout.lines.length + 1) * BOX_LINE + 2 * BOX_EDGE;
    }
    return callout;
};

// The height of the tallest, which is one of those with most text.
function tallest(callouts, measure) {
    const length = callout => callout.texts.join(' ').length, most = Math.max(...callouts.map(length));
    const long = callouts.filter(callout => length(callout) >= most - 8).slice(0, 20);
    return Math.max(...long.map(callout => prisim.breakCallout(callout, measure).h));
}

function laneRow(run, lane) {
    const bars = run.barsOf[lane];
    const [, pitch, bar] = BAR.find(([most]) => bars.rows <= most);
    const h = bars.rows ? HEAD + (bars.rows - 1) * pitch + bar + 6 + FOOT : BARE;
    return {kind: 'lane', run, lane, label: run.lanes[lane].name, h, pitch, bar};
}

function runRows(run, many, width, measure) {
    const rows = [];
    if (many)
        rows.push({kind: 'title', run, h: TITLE, label: ''});
    const owned = owners(run);
    owned.forEach(owner => rows.push({kind: 'bindings', run, owner, h: owned.length > MANY_BINDINGS ? 14 : 26,
                                      label: owner.endpoint + ' PASID ' + owner.pasid}));
    run.callouts = calloutsOf(run, width);
    if (run.callouts.length) {
        const tall = tallest(run.callouts, measure), levels = Math.min(run.callouts.length, 3);
        rows.push({kind: 'hazards', run, measure, shown: 0, level: tall + 6, levels, h: levels * (tall + 6) + 8,
                   label: 'hazards'});
    }
    run.lanes.forEach((lane, index) => {
        if (run.eventsOf[index].length || run.barsOf[index].bars.length)
            rows.push(laneRow(run, index));
    });
    run.series.forEach((series, index) =>
        rows.push({kind: 'series', run, series: index, h: SERIES, label: series.name}));
    return rows;
}

prisim.layOut = function (runs, width, measure) {
    const rows = [];
    let y = AXIS;
    for (const run of runs) {
        run.top = y;
        run.rowOf = [];
        for (const row of runRows(run, runs.length > 1, width, measure)) {
            row.y = y;
            y += row.h;
            rows.push(row);
            if (row.kind === 'lane')
                run.rowOf[row.lane] = row;
        }
        run.bottom = y;
    }
    return {rows, axis: AXIS, height: y};
};

// The upper edge of a bar.
prisim.barTop = (run, bar) => {
    const row = run.rowOf[bar.lane];
    return row.y + HEAD + bar.row * row.pitch;
};
prisim.barHeight = (run, bar) => run.rowOf[bar.lane].bar;
prisim.tickTop = row => row.y + row.h - FOOT + 2;
prisim.TICK = FOOT - 3;

})(window.prisim = window.prisim || {});
